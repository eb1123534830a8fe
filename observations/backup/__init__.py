"""A copy of everything that one instance keeps, taken while it runs, and the way back.

manifest    what a backup holds, with a digest of each file: nothing is restored that is not as it was written
databases   the database at one moment: SQLite by VACUUM INTO, PostgreSQL by pg_dump
write       database first, then every photo that it names, then the manifest; half a backup never has its name
restore     everything is verified before anything is touched; only an empty instance is filled
"""

from observations.backup.databases import ToolFailed
from observations.backup.manifest import BackupUnusable, Manifest, count_photos
from observations.backup.restore import InstanceNotEmpty, restore
from observations.backup.write import DestinationTaken, photos_to_copy, write

__all__ = [
    "BackupUnusable",
    "DestinationTaken",
    "InstanceNotEmpty",
    "Manifest",
    "ToolFailed",
    "count_photos",
    "photos_to_copy",
    "restore",
    "write",
]
