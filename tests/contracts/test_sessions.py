"""What a page said was saved has been saved: no request ends with changes that were not committed."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from observations.access import allow
from observations.places.tables import Area
from observations.web import current_session
from observations.web.runtime import UncommittedChanges
from tests.builders import an_area
from tests.conftest import ClientFor

Change = Callable[[Session], object]


def _row_added(session: Session) -> None:
    session.add(Area(name="Planted", position=1, outline=b"", west=0, south=0, east=1, north=1))


def _statement_sent(session: Session) -> None:
    session.execute(sa.update(Area).values(name="Planted"))


@pytest.mark.parametrize("change", [_row_added, an_area, _statement_sent])
def test_a_view_that_forgets_to_commit_is_noticed(app: Flask, client: ClientFor, change: Change) -> None:
    """Control: a row added, a row flushed, a statement sent, and an answer that says it went well."""
    _plant(app, change, commits=False)

    with pytest.raises(UncommittedChanges):
        client().post("/planted")


@pytest.mark.parametrize("change", [_row_added, an_area, _statement_sent])
def test_a_view_that_commits_answers(app: Flask, client: ClientFor, change: Change) -> None:
    """The guard does not stand in the way of those who do it right."""
    _plant(app, change, commits=True)

    assert 200 == client().post("/planted").status_code


def test_what_was_not_committed_is_not_there_afterwards(app: Flask, client: ClientFor) -> None:
    """An answer that could not be sent leaves nothing behind."""
    _plant(app, an_area, commits=False)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    assert 500 == client().post("/planted").status_code
    with app.extensions["ogon"].database.reading() as session:
        assert 0 == session.scalar(sa.select(sa.func.count()).select_from(Area))


def _plant(app: Flask, change: Change, *, commits: bool) -> None:
    @allow.anyone
    def view() -> str:
        session = current_session()
        change(session)
        if commits:
            session.commit()
        return "saved"

    app.add_url_rule("/planted", endpoint="planted", view_func=view, methods=["POST"])
