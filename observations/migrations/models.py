"""Every table of the service, imported once, so that migrations are compared with all of them."""

from observations.accounts import tables as accounts_tables
from observations.database import Base
from observations.jobs import Lease
from observations.journal import Event
from observations.places import tables as places_tables
from observations.record import tables as record_tables

__all__ = ["Event", "Lease", "accounts_tables", "places_tables", "record_tables"]

metadata = Base.metadata
