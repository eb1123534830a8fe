"""How much of what is personal in ordinary Swedish notes is found, and how often one is asked without need."""

from collections.abc import Callable

import pytest

from observations.privacy import Finding, Kind, screen
from tests.privacy.notes import Note, notes

RECALL_AT_LEAST = {
    Kind.PERSONNUMMER: 1.0,  # it is refused, and that is promised
    Kind.EMAIL: 0.8,  # the rest have a shape of their own, so that what is missed is written in words
    Kind.PHONE: 0.8,
    Kind.PLATE: 0.8,
    Kind.HANDLE: 0.8,
    Kind.APARTMENT: 0.8,
    Kind.NAME: 0.8,  # a list is never complete; a person reads every note after this
}
FALSE_PER_NOTE_AT_MOST = {
    Kind.PERSONNUMMER: 0.0,  # nothing can be sent that is refused
    Kind.EMAIL: 0.0,
    Kind.PHONE: 0.02,
    Kind.PLATE: 0.03,
    Kind.HANDLE: 0.02,
    Kind.APARTMENT: 0.02,
    Kind.NAME: 0.05,  # one question without need in twenty notes, and people go on reading the questions
}
NOTES_AT_LEAST = {"ordinary": 50, "of each kind": 6}


@pytest.mark.parametrize("note", notes(), ids=lambda note: note.text)
def test_each_note_is_understood_as_the_table_says(note: Note) -> None:
    """Exactly what is personal is pointed out, apart from what the table owns up to."""
    expected = (note.personal - note.missed) | note.tolerated

    assert sorted(expected) == screen(note.text)


def test_enough_is_found_and_little_asked_in_vain() -> None:
    """Recall and questions without need, for each kind, over the whole table."""
    figures = _figures(screen)

    print(f"\n{figures}")
    assert [] == _not_good_enough(figures), str(figures)


def test_the_table_is_large_enough() -> None:
    """Few notes prove little."""
    table = notes()

    assert NOTES_AT_LEAST["ordinary"] <= sum(not note.personal for note in table)
    for kind in Kind:
        assert NOTES_AT_LEAST["of each kind"] <= sum(one.kind is kind for note in table for one in note.personal), kind


@pytest.mark.parametrize("kind", Kind)
def test_a_recognizer_that_sleeps_is_noticed(kind: Kind) -> None:
    """Control: each kind's recall falls below its bound where its recognizer finds nothing."""
    figures = _figures(lambda text: [finding for finding in screen(text) if finding.kind is not kind])

    assert [f"recall of {kind.value}"] == _not_good_enough(figures)


@pytest.mark.parametrize("kind", Kind)
def test_a_recognizer_that_cries_wolf_is_noticed(kind: Kind) -> None:
    """Control: each kind's bound is passed where every other note is asked about."""
    figures = _figures(lambda text: [*screen(text), *([Finding(0, 1, kind)] if len(text) % 2 else [])])

    assert [f"questions of {kind.value}"] == _not_good_enough(figures)


class Figures(dict[Kind, tuple[int, int, int]]):
    """For each kind: how many are personal, how many of those are found, how many more are asked about."""

    notes = 0

    def __str__(self) -> str:
        """A row for each kind."""
        rows = [f"{self.notes} notes    personal found recall asked-in-vain per-note"]
        for kind, (personal, found, vain) in self.items():
            row = f"{kind.value:12} {personal:8} {found:5} {found / personal:6.0%} {vain:13} {vain / self.notes:8.3f}"
            rows.append(row)
        return "\n".join(rows)


def _figures(screened: Callable[[str], list[Finding]]) -> Figures:
    table = notes()
    figures = Figures()
    figures.notes = len(table)
    answers = [(note.personal, set(screened(note.text))) for note in table]
    for kind in Kind:
        personal = sum(one.kind is kind for wanted, _ in answers for one in wanted)
        found = sum(one.kind is kind for wanted, got in answers for one in wanted & got)
        vain = sum(one.kind is kind for wanted, got in answers for one in got - wanted)
        figures[kind] = (personal, found, vain)
    return figures


def _not_good_enough(figures: Figures) -> list[str]:
    faults = []
    for kind, (personal, found, vain) in figures.items():
        if found < RECALL_AT_LEAST[kind] * personal:
            faults.append(f"recall of {kind.value}")
        if vain > FALSE_PER_NOTE_AT_MOST[kind] * figures.notes:
            faults.append(f"questions of {kind.value}")
    return faults
