"""How long a sign-in lasts, by role."""

from dataclasses import dataclass
from datetime import timedelta

from observations.access import Role

INVITATION_LASTS = timedelta(hours=24)
OWN_INVITATION_LASTS = timedelta(minutes=15)
"""A person's second device lies beside the first one."""
SHARED_LASTS = timedelta(hours=12)
"""A phone that goes from hand to hand is signed in for one shift."""
PASSKEY_LASTS = timedelta(days=365)
"""A passkey that nobody has signed in with for so long is no longer good: its holder may be gone."""


@dataclass(frozen=True)
class Limit:
    """A session ends after `idle` without use, and `absolute` after sign-in whatever the use."""

    idle: timedelta
    absolute: timedelta


WORKING_DAY = Limit(idle=timedelta(hours=8), absolute=timedelta(hours=12))
LIMITS = {
    Role.REPORTER: Limit(idle=timedelta(days=60), absolute=timedelta(days=365)),
    Role.COORDINATOR: WORKING_DAY,
    # The council changes nothing: who signs in when the summons comes is still signed in at the meeting.
    Role.COUNCIL: Limit(idle=timedelta(days=14), absolute=timedelta(days=60)),
    Role.ADMIN: WORKING_DAY,
}


def limit(role: Role, *, shared: bool) -> Limit:
    """The limits of a role; on a shared phone never more than a shift."""
    own = LIMITS[role]
    if not shared:
        return own
    return Limit(idle=min(own.idle, SHARED_LASTS), absolute=min(own.absolute, SHARED_LASTS))
