"""The end of a round: by the one who walks it, or by itself when that was forgotten."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations import jobs, journal, limits
from observations.database import Database
from observations.record.attributes import Feeling
from observations.record.tables import Round, Submission


def end(session: Session, walked: Round, *, feeling: Feeling | None, by: str, at: datetime) -> None:
    """Count what the same phone has sent meanwhile, and write how the area seemed. One statement.

    Of a round that was forgotten (limits.ROUND_LASTS) nobody knows how long it took: it ended with its last report, or
    as it began.
    """
    longest = walked.started_at + limits.ROUND_LASTS
    forgotten = at > longest
    count, last = session.execute(_sent_on(walked, until=min(at, longest))).one()
    walked.reports, walked.feeling = count, feeling
    walked.ended_at = (last or walked.started_at) if forgotten else at
    after = {"reports": count, "feeling": feeling and feeling.value, "forgotten": forgotten}
    journal.write(session, "round.ended", subject=walked.subject, by=by, at=at, after=after)


def end_forgotten(database: Database, *, by: str, at: datetime) -> int:
    """End the rounds that nobody has ended within their time; says how many there were."""
    ended = 0
    over = (Round.ended_at.is_(None), Round.started_at < at - limits.ROUND_LASTS)
    for ids in jobs.steps(database, Round.id, *over):
        with database.writing() as session:
            left = sa.select(Round).where(Round.id.in_(ids), Round.ended_at.is_(None)).with_for_update()
            for walked in session.scalars(left).all():
                end(session, walked, feeling=None, by=by, at=at)
                ended += 1
            session.commit()
    return ended


def _sent_on(walked: Round, *, until: datetime) -> sa.Select[int, datetime | None]:
    return sa.select(sa.func.count(), sa.func.max(Submission.received_at, type_=Submission.received_at.type)).where(
        Submission.device_id == walked.device_id,
        Submission.received_at >= walked.started_at,
        Submission.received_at <= until,
    )
