"""What a reporter may add to a report after it is sent, one tap each: all of it optional, none of it about people."""

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext, lazy_pgettext


class Surface(StrEnum):
    """What it is on or in."""

    FACADE = "facade"
    DOORWAY = "doorway"
    STAIRWELL = "stairwell"
    BASEMENT = "basement"
    PLAYGROUND = "playground"
    SCHOOL = "school"
    PARK = "park"
    TUNNEL = "tunnel"
    CABINET = "cabinet"
    SIGN = "sign"
    BENCH = "bench"


class Size(StrEnum):
    """How much of it there is, as it looks from a few steps away."""

    SMALL = "S"
    MEDIUM = "M"
    LARGE = "L"


class Cleaning(StrEnum):
    """How soon the reporter thinks that it should be cleaned or repaired; whether it is, the coordinator decides."""

    NOW = "now"
    LATER = "later"


class Feeling(StrEnum):
    """How an area seemed on a round, to somebody who knows it: the staff's own normal picture."""

    USUAL = "usual"
    MORE = "more"
    LESS = "less"
    NEW = "new"


SURFACES: dict[Surface, LazyString] = {
    Surface.FACADE: lazy_pgettext("surface", "Facade"),
    Surface.DOORWAY: lazy_pgettext("surface", "Doorway"),
    Surface.STAIRWELL: lazy_pgettext("surface", "Stairwell"),
    Surface.BASEMENT: lazy_pgettext("surface", "Basement"),
    Surface.PLAYGROUND: lazy_pgettext("surface", "Playground"),
    Surface.SCHOOL: lazy_pgettext("surface", "School"),
    Surface.PARK: lazy_pgettext("surface", "Park"),
    Surface.TUNNEL: lazy_pgettext("surface", "Tunnel"),
    Surface.CABINET: lazy_pgettext("surface", "Electrical cabinet"),
    Surface.SIGN: lazy_pgettext("surface", "Sign"),
    Surface.BENCH: lazy_pgettext("surface", "Bench"),
}
SIZES: dict[Size, LazyString] = {
    Size.SMALL: lazy_pgettext("size", "Small"),
    Size.MEDIUM: lazy_pgettext("size", "Medium"),
    Size.LARGE: lazy_pgettext("size", "Large"),
}
CLEANINGS: dict[Cleaning, LazyString] = {
    Cleaning.NOW: lazy_gettext("Should go now"),
    Cleaning.LATER: lazy_gettext("Can wait"),
}
FEELINGS: dict[Feeling, LazyString] = {
    Feeling.USUAL: lazy_gettext("As usual"),
    Feeling.MORE: lazy_gettext("More than usual"),
    Feeling.LESS: lazy_gettext("Less than usual"),
    Feeling.NEW: lazy_gettext("Something new"),
}
NEW_TO_ME = lazy_gettext("New to me here")


def added(surface: Surface | None, size: Size | None, cleaning: Cleaning | None, *, new_to_me: bool) -> list[str]:
    """What was added to a report, in words and in the reader's language; empty for most."""
    words = [
        surface and SURFACES[surface],
        size and SIZES[size],
        cleaning and CLEANINGS[cleaning],
        NEW_TO_ME if new_to_me else None,
    ]
    return [str(word) for word in words if word]
