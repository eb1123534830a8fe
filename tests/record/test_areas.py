"""Observations are counted in the areas of today, whichever came first."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from config import Settings
from observations import jobs, journal
from observations.cli import cli
from observations.database import Database
from observations.places.tables import Area
from observations.record.actions import set_point
from observations.record.areas import place_again
from observations.record.tables import Observation, PositionSource
from observations.record.workflow import Review
from observations.trends.periods import Period
from observations.trends.queries import occasions
from tests.builders import NOON, an_area, an_observation
from tests.counting import statements

HERE = (18.07, 59.33, 18.10, 59.35)
"""Where observations are unless a test says otherwise: west, south, east, north."""
THERE = (18.10, 59.33, 18.12, 59.35)
NOWHERE: dict[str, Any] = {"latitude": None, "longitude": None, "position_source": None}
A_WEEK = Period(NOON.date() - timedelta(days=3), NOON.date() + timedelta(days=4))


def again(database: Database) -> int:
    """As the command does it."""
    return place_again(database, by="command", at=NOON)


def placed(session: Session) -> dict[int, str | None]:
    """The name of each observation's area."""
    rows = session.execute(sa.select(Observation.number, Area.name).outerjoin(Area).order_by(Observation.number))
    return dict(rows.all())


def counted(session: Session) -> int:
    """How many occasions trends see in the week."""
    return occasions(session, A_WEEK).total()


def redraw(area: Area, bounds: tuple[float, float, float, float], session: Session) -> None:
    """Give the area the outline of another."""
    other = an_area(session, "For its outline", bounds=bounds)
    for column in ("outline", "west", "south", "east", "north"):
        setattr(area, column, getattr(other, column))
    session.delete(other)


def test_areas_that_come_later_are_filled(database: Database) -> None:
    """A council that draws its areas after the first month sees that month in its trends."""
    with database.writing() as session:
        for longitude in (18.08, 18.11, 18.20):
            an_observation(session, longitude=longitude)
        an_observation(session, **NOWHERE)
        session.commit()
        an_area(session, "Väst", bounds=HERE)
        an_area(session, "Öst", bounds=THERE, position=2)
        session.commit()
        assert 0 == counted(session)

    assert 2 == again(database)
    with database.reading() as session:
        assert ["Väst", "Öst", None, None] == list(placed(session).values())
        assert 2 == counted(session)
    assert 0 == again(database)


def test_a_redrawn_area_takes_and_gives_up(database: Database) -> None:
    """What lay in the old outline only is counted nowhere, what lies in the new one is counted there."""
    with database.writing() as session:
        area = an_area(session, "Väst", bounds=HERE)
        for longitude in (18.08, 18.11):
            an_observation(session, longitude=longitude, area_id=area.id if longitude < 18.1 else None)
        redraw(area, THERE, session)
        session.commit()

    assert 2 == again(database)
    with database.reading() as session:
        assert [None, "Väst"] == list(placed(session).values())


def test_an_observation_on_a_border_lies_where_a_new_one_would(database: Database) -> None:
    """Of two areas, the one that stands first in lists, as when a report comes in."""
    with database.writing() as session:
        an_area(session, "Öst", bounds=THERE, position=2)
        an_area(session, "Väst", bounds=HERE, position=1)
        old = an_observation(session, longitude=18.10)
        new = an_observation(session)
        set_point(session, new, latitude=59.34, longitude=18.10, source=PositionSource.DEVICE)
        session.commit()
    again(database)

    with database.reading() as session:
        assert {old.number: "Väst", new.number: "Väst"} == placed(session)


@pytest.mark.parametrize("review", list(Review))
def test_nothing_but_the_area_changes(database: Database, review: Review) -> None:
    """What was decided stays decided, and what somebody has open on a screen can still be saved."""
    with database.writing() as session:
        number = an_observation(session, review=review).number
        an_area(session)
        session.commit()
    with database.reading() as session:
        open_elsewhere = session.get_one(Observation, number)
        before = session.execute(sa.select(*Observation.__table__.columns)).one()._asdict()
        session.rollback()  # the reader has gone home, the page is still there
        again(database)
        after = session.execute(sa.select(*Observation.__table__.columns)).one()._asdict()

        assert {"area_id"} == {name for name, value in after.items() if value != before[name]}
        session.rollback()
    with database.writing() as session:
        session.add(open_elsewhere)
        open_elsewhere.note = "Sparad"
        session.commit()
    with database.reading() as session:
        assert ["Kvarnbacken"] == list(placed(session).values())


def test_the_mapper_would_have_closed_what_is_open(database: Database) -> None:
    """Control: an area set through the mapper makes the open page's save fail."""
    with database.writing() as session:
        number = an_observation(session).number
        session.commit()
    with database.reading() as session:
        open_elsewhere = session.get_one(Observation, number)
    with database.writing() as session:
        session.get_one(Observation, number).area_id = an_area(session).id
        session.commit()
    with database.writing() as session:
        session.add(open_elsewhere)
        open_elsewhere.note = "Sparad"
        with pytest.raises(StaleDataError):
            session.commit()


def test_areas_no_longer_in_force_keep_their_history(database: Database) -> None:
    """Last year's matrix looks as it did last year, although the same ground has a new area."""
    with database.writing() as session:
        old = an_area(session, "Gamla", valid_to=date(2020, 12, 31))
        an_observation(session, area_id=old.id)
        an_observation(session)
        an_area(session, "Nya")
        session.commit()
    again(database)

    with database.reading() as session:
        assert ["Gamla", "Nya"] == list(placed(session).values())


def test_a_point_that_is_put_right_meanwhile_keeps_its_own_area(database: Database) -> None:
    """A coordinator who moves a report while areas are being filled is not overruled by the older point."""
    with database.writing() as session:
        number = an_observation(session, longitude=18.08).number
        an_area(session, "Väst", bounds=HERE)
        an_area(session, "Öst", bounds=THERE, position=2)
        session.commit()
    waiting = [number]

    def put_right(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        """Once, as soon as the step has looked."""
        if waiting and "observation.longitude" in statement:
            with database.writing() as session:
                moving = session.get_one(Observation, waiting.pop())
                set_point(session, moving, latitude=59.34, longitude=18.11, source=PositionSource.MAP)
                session.commit()

    sa.event.listen(database.engine, "after_cursor_execute", put_right)
    again(database)

    assert [] == waiting
    with database.reading() as session:
        assert {number: "Öst"} == placed(session)


def test_every_step_costs_eight_statements(database: Database) -> None:
    """A hundred thousand observations are filled in while others report: many short steps, none of them long."""
    with database.writing() as session:
        for _ in range(jobs.STEP_ROWS + 1):
            an_observation(session)
        an_area(session)
        session.commit()
    with statements(database) as sent:
        assert jobs.STEP_ROWS + 1 == again(database)

    # The areas, two steps of eight, the look that finds no third, the event.
    assert 1 + 2 * 8 + 1 + 1 == len(sent)
    assert not [statement for statement in sent if "outline" in statement][1:]


def test_the_command_fills_the_areas_and_says_so(settings: Settings, database: Database, tmp_path: Path) -> None:
    """An administrator imports areas a month too late, in one line, and later sees in the journal what that did."""
    with database.writing() as session:
        an_observation(session)
        an_observation(session, longitude=18.2)
        session.commit()
    west, south, east, north = HERE
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    feature = {
        "type": "Feature",
        "properties": {"name": "Väst"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    shell = CliRunner(env={"OGON_INSTANCE": str(settings.instance), "OGON_DATABASE_URL": settings.database_url})
    lines = [shell.invoke(cli, ["areas", "import", str(path)], catch_exceptions=False).stdout for _ in range(2)]

    assert "1 new, 0 redrawn, 0 as before\nObservations that got another area: 1\n" == lines[0]
    assert "0 new, 0 redrawn, 1 as before\nObservations that got another area: 0\n" == lines[1]
    with database.reading() as session:
        assert ["Väst", None] == list(placed(session).values())
        events = [(event.what, event.after) for event in journal.of(session, "area:all")]
        assert ("area.filled", {"observations": 1}) == events[1]
        assert ["area.imported", "area.filled"] * 2 == [what for what, _ in events]
