"""A row of places to keep sanitised photos: contract, names and how to open one.

Stores are listed here by hand, so that an auditor sees where photos can be.
"""

import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Final, Protocol

NAME: Final = re.compile(r"[0-9a-f]{32}")


class PhotoMissing(Exception):
    """No photo of that name is in the store."""


class StoreUnavailable(Exception):
    """The store cannot be read or written now: disk full, folder protected. Nothing half-written is left."""


class StoreUnknown(Exception):
    """The setting names a kind of store that does not exist."""


class NameInvalid(ValueError):
    """Not a name that `new_name` could have made; no store is asked for it."""


class PhotoStore(Protocol):
    """Keeps bytes under names. Every method raises NameInvalid for a bad name and StoreUnavailable on trouble."""

    def put(self, name: str, data: bytes) -> None:
        """Keeps the bytes, all or none; they survive a power cut once this returns. A name is used once."""
        ...

    def get(self, name: str) -> bytes:
        """The bytes under a name. Raises PhotoMissing."""
        ...

    def delete(self, name: str) -> None:
        """Destroys what is under a name, durably; nothing happens if there is nothing."""
        ...

    def names(self, prefix: str = "") -> Iterator[tuple[str, datetime]]:
        """Every name that begins so, with the time of its last change, in UTC, in no order.

        May miss what comes or goes meanwhile. Names are random, so two digits give a 256th of them: enough at a time
        to compare with rows without holding a million names in memory.
        """
        ...

    def sweep_temporary(self, older_than: datetime) -> int:
        """Removes what a crash left half-written before that time, and says how much it was."""
        ...

    def strangers(self, older_than: datetime) -> Iterator[str]:
        """What lies there that no `put` has left there, nor one that was interrupted since that time; for the audit."""
        ...

    def probe(self) -> None:
        """Writes and removes a little; raises StoreUnavailable when photos cannot be kept now."""
        ...


def new_name() -> str:
    """A fresh name of 32 hexadecimal digits: 128 random bits, which tell nothing and are never guessed."""
    return secrets.token_hex(16)


def valid(name: str) -> str:
    """The name itself. Raises NameInvalid for anything but 32 hexadecimal digits, so no name can be a path."""
    if not NAME.fullmatch(name):
        raise NameInvalid("not a photo's name")
    return name


def open_store(address: str) -> PhotoStore:
    """The store at `folder:PATH`; the folder is made if needed.

    Raises StoreUnknown for any other kind of address, StoreUnavailable if the folder cannot be made.
    """
    from uploads.stores.folder import FolderStore  # the stores import this contract

    kind, _, place = address.partition(":")
    if kind != "folder" or not place:
        raise StoreUnknown(f"no store of the kind {kind!r}; there is folder:PATH")
    return FolderStore(place)
