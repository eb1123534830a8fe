"""What the coordinator typed into one of the report's rows, read into values or refused with a sentence."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from flask_babel import gettext
from sqlalchemy.orm import Session

from observations import privacy
from observations.clock import STOCKHOLM
from observations.places import queries as places
from observations.places.tables import Address
from observations.privacy import without
from observations.record.categories import Category
from observations.record.tables import Observation
from observations.web.texts import without_bidi

NOTE_MAX = 200
OLDEST = timedelta(days=5 * 366)
CLOCKS_DIFFER = timedelta(minutes=10)
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
ADDRESS_MAX = 100
SUGGESTIONS = 5
SMALL_NUMBER = re.compile("[0-9]{1,18}")
"""Fits the databases' 64 bits."""


class Changes(TypedDict, total=False):
    """What `actions.edit` is to put right; a key that is missing leaves that as it is."""

    category: Category
    observed_at: datetime
    place: Address
    note: str


class Refused(Exception):
    """One row cannot be taken as typed: which field it is and why, and the addresses that may have been meant."""

    def __init__(self, name: str, sentence: str, suggestions: Sequence[Address] = ()) -> None:
        super().__init__(name)
        self.name = name
        self.sentence = sentence
        self.suggestions = suggestions


def read(session: Session, observation: Observation, form: Mapping[str, str], now: datetime) -> Changes:
    """The changes that the form asks for; at most two statements, both for an address. Raises Refused."""
    changes: Changes = {}
    if "category" in form:
        changes["category"] = _category(form["category"])
    if "observed_at" in form:
        changes["observed_at"] = _moment(form["observed_at"], observation.observed_at, now)
    if "place" in form or "address" in form:
        changes["place"] = _place(session, form)
    if "strike" in form:
        changes["note"] = _struck(observation, form["strike"])
    elif "note" in form:
        changes["note"] = _note(form["note"], longest=max(NOTE_MAX, len(observation.note)))
    return changes


def _category(text: str) -> Category:
    try:
        return Category(text)
    except ValueError:
        raise Refused("category", gettext("Choose one of the categories.")) from None


def _moment(text: str, before: datetime, now: datetime) -> datetime:
    """The local time of an <input type="datetime-local">; unchanged minutes keep the seconds that they had."""
    try:
        typed = datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)
    except ValueError:
        raise Refused("observed_at", gettext("Write date and time as 2026-09-10 14:32.")) from None
    if local_minute(before) == text:
        return before
    if typed > now + CLOCKS_DIFFER:
        raise Refused("observed_at", gettext("That is in the future."))
    if typed < now - OLDEST:
        raise Refused("observed_at", gettext("That is more than five years ago."))
    return typed


def local_minute(at: datetime) -> str:
    """As <input type="datetime-local"> wants it."""
    return at.astimezone(STOCKHOLM).strftime("%Y-%m-%dT%H:%M")


def _place(session: Session, form: Mapping[str, str]) -> Address:
    """What was typed counts before what was chosen, unless it was refused before and the choice answers that."""
    typed, chosen = form.get("address", "").strip(), form.get("place", "")
    if typed and not (chosen and typed == form.get("refused_address", "").strip()):
        return _found(session, typed)
    if chosen:
        return _chosen(session, chosen)
    raise Refused("address", gettext("Choose an address or type one."))


def _found(session: Session, text: str) -> Address:
    text = CONTROLS.sub("", text)[:ADDRESS_MAX]
    found = places.find(session, text)
    if found is None:
        suggestions = places.search(session, text, limit=SUGGESTIONS)
        if suggestions:
            sentence = gettext("No such address here. Did you mean one of these?")
        else:
            sentence = gettext("No such address here. Write street and number, such as Ringvägen 12.")
        raise Refused("address", sentence, suggestions)
    return found


def _chosen(session: Session, text: str) -> Address:
    address = session.get(Address, int(text)) if SMALL_NUMBER.fullmatch(text) else None
    if address is None:
        raise Refused("address", gettext("That address is not in the register any more. Choose again."))
    return address


def _struck(observation: Observation, index: str) -> str:
    note = without_bidi(observation.note)
    findings = privacy.screen(note)
    if not SMALL_NUMBER.fullmatch(index) or int(index) >= len(findings):
        raise Refused("note", gettext("There is nothing to strike out there."))
    return without(note, findings[int(index)])


def _note(text: str, *, longest: int) -> str:
    note = without_bidi(text).replace("\r\n", "\n").strip()
    if CONTROLS.search(note):
        raise Refused("note", gettext("The text has characters that cannot be shown."))
    if len(note) > longest:
        raise Refused("note", gettext("At most %(number)s characters.", number=longest))
    if privacy.refusals(note):
        raise Refused("note", gettext("A personal identity number may not be kept. Take it out."))
    return note
