"""The categories: things and traces, never people. Codes are kept for ever; labels may change."""

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext, lazy_pgettext


class Category(StrEnum):
    """The stable codes, in the order in which people meet them."""

    KLO = "KLO"
    SKA = "SKA"
    GLA = "GLA"
    SKR = "SKR"
    MIS = "MIS"
    BRA = "BRA"
    INB = "INB"
    BEL = "BEL"
    FOR = "FOR"
    TIL = "TIL"
    KOR = "KOR"
    OVR = "OVR"


LABELS: dict[Category, LazyString] = {
    Category.KLO: lazy_gettext("Graffiti"),
    Category.SKA: lazy_gettext("Damage"),
    Category.GLA: lazy_gettext("Broken glass"),
    Category.SKR: lazy_gettext("Litter and dumping"),
    Category.MIS: lazy_gettext("Traces of drug use"),
    Category.BRA: lazy_gettext("Arson or suspected arson"),
    Category.INB: lazy_gettext("Traces of burglary"),
    Category.BEL: lazy_gettext("Lighting and visibility"),
    Category.FOR: lazy_gettext("Abandoned vehicle or bicycle"),
    Category.TIL: lazy_gettext("Unauthorised shelter"),
    Category.KOR: lazy_gettext("Tyre tracks and collision"),
    Category.OVR: lazy_gettext("Other or new"),
}

SHORT_LABELS: dict[Category, LazyString] = {
    Category.KLO: lazy_pgettext("short", "Graffiti"),
    Category.SKA: lazy_pgettext("short", "Damage"),
    Category.GLA: lazy_pgettext("short", "Glass"),
    Category.SKR: lazy_pgettext("short", "Litter"),
    Category.MIS: lazy_pgettext("short", "Drug use"),
    Category.BRA: lazy_pgettext("short", "Fire"),
    Category.INB: lazy_pgettext("short", "Burglary"),
    Category.BEL: lazy_pgettext("short", "Lighting"),
    Category.FOR: lazy_pgettext("short", "Vehicle"),
    Category.TIL: lazy_pgettext("short", "Shelter"),
    Category.KOR: lazy_pgettext("short", "Tracks"),
    Category.OVR: lazy_pgettext("short", "Other"),
}
"""One word for the narrow columns of the matrix and for the cells on the phone."""


def label(category: Category) -> str:
    """The full name in the reader's language."""
    return str(LABELS[category])


def short_label(category: Category) -> str:
    """The one-word name in the reader's language."""
    return str(SHORT_LABELS[category])
