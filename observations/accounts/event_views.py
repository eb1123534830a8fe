"""The administrator's page of the journal: who came in, who was invited, what was taken out."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString

from observations import journal
from observations.access import Role, allow
from observations.accounts.roles import LABELS
from observations.accounts.views import bp
from observations.accounts.words import EVENTS, MEANS, doer
from observations.web import current_session, render

PAGE_LENGTH = 100


@bp.get("/personal/handelser")
@allow(Role.ADMIN)
def events() -> ResponseReturnValue:
    """The newest first, a hundred at a time. One statement."""
    before = request.args.get("before", type=_number)
    rows = journal.newest(current_session(), EVENTS, before=before, length=PAGE_LENGTH + 1)
    shown = rows[:PAGE_LENGTH]
    return render(
        "accounts/events.html",
        events=shown,
        next=shown[-1].id if len(rows) > PAGE_LENGTH else None,
        words=EVENTS,
        doer=doer,
        details=_details,
    )


def _number(text: str) -> int:
    """An event's id. Raises ValueError for what no database counts to."""
    value = int(text)
    if not 0 < value < 1 << 63:
        raise ValueError(text)
    return value


def _details(after: dict[str, Any] | None) -> list[str | LazyString]:
    """What of an event's details tells more: role, means, team or system, kind of file."""
    told = after or {}
    role = next((LABELS[role] for role in Role if role == told.get("role")), None)
    found = [role, MEANS.get(str(told.get("means"))), told.get("team"), told.get("name"), told.get("format")]
    return [each for each in found if each]
