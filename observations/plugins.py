"""Finds the interchangeable files of a plural folder, so that a new one needs no registration."""

import importlib
import pkgutil
from types import ModuleType


def discover(package: ModuleType) -> list[ModuleType]:
    """The modules directly inside `package`, imported, in the order of their names.

    Names that start with an underscore are private to the folder and left out.
    """
    names = sorted(
        info.name for info in pkgutil.iter_modules(package.__path__) if not info.name.startswith("_") and not info.ispkg
    )
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]
