"""Disposal on time: everything that may no longer be kept is removed in one run, which the journal tells of."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from config import Settings
from observations import journal
from observations.accounts import retention as accounts
from observations.database import Database
from observations.record import retention as record
from observations.record import rounds
from observations.record.sweep import sweep
from uploads.stores import PhotoStore

log = logging.getLogger(__name__)

Counts = Counter[str]
"""How many of what were disposed of; a kind that had none is there as 0."""


def run(database: Database, store: PhotoStore, settings: Settings, *, by: str, at: datetime) -> Counts:
    """Remove what is older than the settings allow, and sweep the store.

    Works in steps of bounded size, so reports can be received meanwhile. Writes one event with the counts, also when
    it is broken off half way; what is left then is removed by the next run.
    Raises StoreUnavailable, TooManyOrphans and sqlalchemy's OperationalError.
    """
    counts: Counts = Counter()
    try:
        _dispose(counts, database, store, settings, at)
        if not database.empty_log():
            log.warning("the write-ahead log was in use; what was erased leaves it with the next run")
    finally:
        _note(database, counts, by=by, at=at)
    return counts


def _dispose(counts: Counts, database: Database, store: PhotoStore, settings: Settings, at: datetime) -> None:
    links_before = at - timedelta(days=settings.keep_links_days)
    devices_before = at - timedelta(days=settings.keep_devices_days)
    photos_before = record.months_before(at, settings.keep_photos_months)
    observations_before = record.months_before(at, settings.keep_observations_months)
    counts["rounds_ended"] = rounds.end_forgotten(database, by="retention", at=at)
    counts["links"] = record.cut_links(database, before=links_before)
    counts["events"] = record.cut_pseudonyms(database, before=links_before)
    counts["devices"] = accounts.forget_devices(database, before=devices_before)
    counts["invitations"] = accounts.forget_invitations(database, before=devices_before)
    counts["passkeys"] = accounts.forget_passkeys(database, at=at)
    counts["accounts"] = accounts.forget_accounts(database, before=devices_before)
    accounts.forget_answered(database, at=at)
    counts["photos"] = record.dispose_photos(database, store, before=photos_before, at=at)
    counts["observations"] = record.dispose_observations(database, store, before=observations_before, at=at)
    counts["rounds"] = record.dispose_rounds(database, before=observations_before)
    swept = sweep(database, store, at=at)
    counts["temporary_files"], counts["orphan_files"] = swept.temporary_files, swept.orphan_files
    counts["photos_lost"] = swept.photos_lost


def _note(database: Database, counts: Counts, *, by: str, at: datetime) -> None:
    with database.writing() as session:
        journal.write(session, "retention.run", subject=f"retention:{at.date()}", by=by, at=at, after=dict(counts))
        session.commit()
