"""Rounds as the phone has them: the one that goes on, areas to walk, start and end."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, load_only

from observations import journal, limits
from observations.intake.refused import Conflict
from observations.places import queries as places
from observations.places.queries import distance_m
from observations.places.tables import Area
from observations.record import rounds
from observations.record.attributes import Feeling
from observations.record.tables import Round, Submission

AREA = joinedload(Round.area).options(load_only(Area.name))
"""Its name; an area's outline is large."""


def current(session: Session, device_id: uuid.UUID, *, at: datetime) -> Round | None:
    """The round that this device is on, with its area's name. One statement, by an index."""
    query = sa.select(Round).where(
        Round.device_id == device_id, Round.started_at >= at - limits.ROUND_LASTS, Round.ended_at.is_(None)
    )
    return session.scalar(query.order_by(Round.started_at.desc(), Round.id).limit(1).options(AREA))


def own(session: Session, device_id: uuid.UUID, round_id: uuid.UUID) -> Round | None:
    """The round that this device began under that id, to be changed. One statement."""
    query = sa.select(Round).where(Round.id == round_id, Round.device_id == device_id)
    return session.scalar(query.with_for_update())


def sent(session: Session, walked: Round) -> int:
    """How many reports its phone has sent since it began. One statement."""
    since = (Submission.device_id == walked.device_id, Submission.received_at >= walked.started_at)
    return session.scalar(sa.select(sa.func.count()).select_from(Submission).where(*since)) or 0


def areas(session: Session, latitude: float | None, longitude: float | None) -> list[Area]:
    """The areas in force, the one around the point first, then by the distance to the box around each.

    In the order of lists where no point is given. Two statements at most.
    """
    found = places.areas(session)
    if latitude is None or longitude is None:
        return found
    here = places.area_at(session, latitude, longitude)
    return sorted(found, key=lambda area: (area != here, _metres_away(area, latitude, longitude)))


def start(
    session: Session, round_id: uuid.UUID, *, area: Area | None, device_id: uuid.UUID, by: str, at: datetime
) -> None:
    """Begin a round, and end the one that the device was on. Twice under one id it is one.

    Raises Conflict when another device has begun one under that id.
    """
    known = session.get(Round, round_id)
    if known is not None and known.device_id != device_id:
        raise Conflict
    if known is not None:
        return
    open_ones = sa.select(Round).where(Round.device_id == device_id, Round.ended_at.is_(None)).with_for_update()
    going_on = session.scalars(open_ones).all()
    if any(each.id == round_id for each in going_on):  # pressed twice at once, and the other one was faster
        return
    for before in going_on:
        rounds.end(session, before, feeling=None, by=by, at=at)
    begun = Round(id=round_id, area_id=area and area.id, started_at=at, device_id=device_id)
    session.add(begun)
    told = {"area": begun.area_id}
    journal.write(session, "round.started", subject=begun.subject, by=by, at=at, after=told)


def end(session: Session, walked: Round, *, feeling: Feeling | None, by: str, at: datetime) -> bool:
    """End it; says whether it went on until now. What was said first holds."""
    if walked.ended_at is not None:
        return False
    rounds.end(session, walked, feeling=feeling, by=by, at=at)
    return True


def newest(session: Session) -> list[Round]:
    """The newest rounds (limits.ROUNDS_LISTED) with their areas' names, for the coordinator. One statement."""
    query = sa.select(Round).order_by(Round.started_at.desc(), Round.id).limit(limits.ROUNDS_LISTED).options(AREA)
    return list(session.scalars(query))


def _metres_away(area: Area, latitude: float, longitude: float) -> float:
    """To the nearest side of the box around the area; 0 within."""
    y, x = min(max(latitude, area.south), area.north), min(max(longitude, area.west), area.east)
    return distance_m(latitude, longitude, y, x)
