"""Words for durations, and for what the journal tells of."""

from datetime import timedelta

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from observations.accounts.members import Means

EVENTS: dict[str, LazyString] = {
    "invitation.created": lazy_gettext("Invitation made"),
    "invitation.own_device": lazy_gettext("Link for a further device made"),
    "invitation.withdrawn": lazy_gettext("Invitation withdrawn"),
    "invitation.used": lazy_gettext("Invitation used"),
    "device.signed_in": lazy_gettext("A device came in"),
    "device.ended": lazy_gettext("A device was signed out"),
    "account.opened": lazy_gettext("Account opened"),
    "account.role_changed": lazy_gettext("Account got another role"),
    "account.ended": lazy_gettext("Account ended"),
    "passkey.added": lazy_gettext("Passkey added"),
    "passkey.removed": lazy_gettext("Passkey removed"),
    "passkey.refused": lazy_gettext("Passkey refused: it may have been copied"),
    "token.created": lazy_gettext("Key made"),
    "token.ended": lazy_gettext("Key ended"),
    "briefing.exported": lazy_gettext("Briefing taken out as a file"),
    "meeting.added": lazy_gettext("Meeting added"),
    "meeting.removed": lazy_gettext("Meeting removed"),
    "area.imported": lazy_gettext("Area imported"),
    "area.filled": lazy_gettext("Observations counted in areas"),
    "address.imported": lazy_gettext("Addresses imported"),
    "retention.run": lazy_gettext("Disposal run"),
    "audit.run": lazy_gettext("Self-check run"),
    "instance.restored": lazy_gettext("Restored from a backup"),
}
"""What an administrator is told of. What was done to an observation is not among it: that is for the coordinator."""

MEANS: dict[str, LazyString] = {
    Means.INVITATION: lazy_gettext("by invitation"),
    Means.OWN_INVITATION: lazy_gettext("by a link from another device"),
    Means.PASSKEY: lazy_gettext("by passkey"),
    Means.SINGLE_SIGN_ON: lazy_gettext("by single sign-on"),
}


def doer(pseudonym: str) -> str:
    """What kind of somebody a pseudonym of the journal stands for, and its first signs to tell two apart."""
    kind, _, name = pseudonym.partition(":")
    kinds = {
        "device": gettext("Device"),
        "token": gettext("Key"),
        "invitation": gettext("Invitation"),
        "single_sign_on": gettext("Single sign-on"),
        "passkey": gettext("Passkey"),
        "command": gettext("Command line"),
    }
    known = name not in ("", "cut")
    return f"{kinds.get(kind, kind)} {name[:8]}" if known else kinds.get(kind, kind)


def name_unusable() -> str:
    """What is said of a name that actions.clean_name does not take."""
    sentence: str = gettext("Write at most 60 ordinary characters.")
    return sentence


def duration(lasts: timedelta) -> str:
    """60 days; 8 hours where it is less than two days."""
    hours = int(lasts.total_seconds() // 3600)
    if hours < 48:
        text: str = ngettext("%(num)d hour", "%(num)d hours", hours)
    else:
        text = ngettext("%(num)d day", "%(num)d days", hours // 24)
    return text
