"""What people are told of a finding: what it may be, and what then has to happen."""

from flask_babel import LazyString, lazy_gettext

from observations.privacy.findings import Kind

KINDS: dict[Kind, LazyString] = {
    Kind.PERSONNUMMER: lazy_gettext("Personal identity number"),
    Kind.PHONE: lazy_gettext("Phone number"),
    Kind.EMAIL: lazy_gettext("E-mail address"),
    Kind.PLATE: lazy_gettext("Registration plate"),
    Kind.HANDLE: lazy_gettext("Name in social media"),
    Kind.APARTMENT: lazy_gettext("Apartment number"),
    Kind.NAME: lazy_gettext("Name of a person"),
}


def kind_name(kind: Kind) -> str:
    """What a kind of personal data is called, in the reader's language."""
    return str(KINDS[kind])
