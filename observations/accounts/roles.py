"""What the roles are called on screen, and who invites whom."""

from flask_babel import LazyString, lazy_gettext

from observations.access import Role

LABELS: dict[Role, LazyString] = {
    Role.REPORTER: lazy_gettext("Reporter"),
    Role.COORDINATOR: lazy_gettext("Coordinator"),
    Role.COUNCIL: lazy_gettext("Council"),
    Role.ADMIN: lazy_gettext("Administrator"),
}


def role_named(text: str | None) -> Role | None:
    """The role that a form names; None where it names none."""
    return next((role for role in Role if role == text), None)


INVITES: dict[Role, tuple[Role, ...]] = {
    Role.COORDINATOR: (Role.REPORTER, Role.COUNCIL),
    Role.ADMIN: (Role.REPORTER, Role.COUNCIL, Role.COORDINATOR, Role.ADMIN),
}
"""Roles that a role may invite, in the order in which they are offered; the rest invite nobody."""
