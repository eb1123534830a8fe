"""The briefing's files: what they hold, what they must not hold, and that no cell calculates."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import typst
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from observations.database import Database
from observations.meetings.briefing import Briefing, Row, briefing, without_controls
from observations.meetings.formats import Format, all_formats, csv_, pdf, xlsx
from observations.record.categories import Category
from observations.trends.periods import Period
from tests.builders import NOON, an_area, an_observation

SEPTEMBER = Period(date(2026, 9, 1), date(2026, 10, 1))
FORMULAS = [
    *("=1+1", "+46", "-1", "@SUM(A1)", '=HYPERLINK("x")', "=cmd|' /C calc'!A0", "{=1+1}"),
    *("\t=1", "\r=1", "\n=1", "\r\n+1", " =1"),
    *("\uff1d1+1", "\uff0b46", "\uff0d1", "\uff20SUM(A1)"),
]
"""What spreadsheets calculate, after a tab or a line end too, and the full-width forms that some take for the same."""
WRITABLE = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
"""What XML can hold. Control characters never come as far as a briefing."""
NOTE = "Bara samordnaren får läsa detta"


@pytest.fixture
def in_swedish(app: Flask) -> Iterator[None]:
    """Formats look their words up, as they do in a request."""
    with app.test_request_context():
        yield


def a_briefing(
    database: Database, *, for_council: bool = False, place: str = "Ringvägen 12", area_name: str = "Kvarnbacken"
) -> Briefing:
    """Six graffiti, one burnt bin and a secret note in one area."""
    with database.writing() as session:
        area = an_area(session, area_name)
        for days in range(6):
            an_observation(session, area_id=area.id, address=place, observed_at=NOON + timedelta(days=days), note=NOTE)
        an_observation(session, area_id=area.id, address=place, category=Category.BRA)
        return briefing(
            session, SEPTEMBER, SEPTEMBER.before(), municipality="Almhamra", for_council=for_council, locale="sv"
        )


def csv_rows(content: bytes) -> list[list[str]]:
    """The file as a spreadsheet reads it."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.usefixtures("in_swedish")
@pytest.mark.parametrize("made", all_formats().values(), ids=lambda module: module.EXTENSION)
@pytest.mark.parametrize("for_council", [False, True])
def test_every_format_is_a_file_and_always_the_same(database: Database, made: Format, for_council: bool) -> None:
    """The same briefing gives the same bytes, so that a checksum can vouch for it; the note is in none."""
    whole = a_briefing(database, for_council=for_council)

    content = made.render(whole)

    assert content == made.render(whole)
    assert len(content) > 100
    assert NOTE.encode() not in content


@pytest.mark.usefixtures("in_swedish")
@pytest.mark.parametrize("for_council", [False, True])
@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(database: Database, text: str, for_council: bool) -> None:
    """A place, an area or a municipality called =1+1 is a text in the spreadsheet, and reads as what was typed."""
    name = " ".join(text.split())  # as the import of areas takes them
    whole = a_briefing(database, place=text, area_name=name, for_council=for_council)
    whole = replace(whole, municipality=name)
    read_back = {name} if for_council else {without_controls(text)}

    cells = [cell for sheet in load_workbook(io.BytesIO(xlsx.render(whole))) for row in sheet for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert read_back & {cell.value for cell in cells}

    written = [value for row in csv_rows(csv_.render(whole)) for value in row]
    assert not [value for value in written if value.startswith(csv_.FORMULA_STARTS)]
    assert read_back & {value.removeprefix("'") for value in written}


def test_the_list_of_what_is_calculated_is_whole() -> None:
    """Control of the look itself: it knows each of the eleven signs, the full-width ones too."""
    assert set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20") == set(csv_.FORMULA_STARTS)


@pytest.mark.usefixtures("in_swedish")
def test_a_text_reads_back_as_it_was_written(database: Database) -> None:
    """Of whatever signs a place consists: what a program reads from either file is what stands in the briefing."""
    with database.reading() as session:
        empty = briefing(session, SEPTEMBER, SEPTEMBER.before(), municipality="", for_council=False, locale="sv")

    @given(st.text(WRITABLE, min_size=1, max_size=60))
    def reads_back(text: str) -> None:
        row = Row(1, NOON, "Klotter", "KLO", text, "Kvarnbacken", 59.3371, 18.0835)
        whole = replace(empty, rows=(row,))
        in_csv = csv_rows(csv_.render(whole))[1][5]

        assert text == load_workbook(io.BytesIO(xlsx.render(whole)))["Observationer"]["D2"].value
        assert text in (in_csv, in_csv[1:])

    reads_back()


@pytest.mark.usefixtures("in_swedish")
def test_an_unguarded_table_is_caught(database: Database) -> None:
    """Control: the same look at a file written without the guard does find a formula."""
    whole = a_briefing(database, place="=1+1")
    naive = io.StringIO()
    csv.writer(naive, delimiter=";").writerows([[row.place] for row in whole.rows])

    assert [value for row in csv_rows(naive.getvalue().encode()) for value in row if value.startswith("=")]


@given(st.text(max_size=60))
def test_guarding_never_loses_text(text: str) -> None:
    """Whatever was typed can be had back, and never begins as a formula does."""
    guarded = str(csv_.guarded(text))

    assert not guarded.startswith(csv_.FORMULA_STARTS)
    assert text in (guarded, guarded[1:])


@pytest.mark.usefixtures("in_swedish")
def test_the_paper_holds_totals_matrix_and_list(database: Database) -> None:
    """What the council discusses stands on the paper, in Swedish, with its pages numbered."""
    reader = PdfReader(io.BytesIO(pdf.render(a_briefing(database))))
    text = " ".join(page.extract_text() for page in reader.pages)

    for expected in ("Lägesbild", "2026-09-01", "30 dagar", "Kvarnbacken", "Ringvägen 12", "Godkända observationer"):
        assert expected in text
    assert "/StructTreeRoot" in reader.root_object


@pytest.mark.usefixtures("in_swedish")
@pytest.mark.parametrize(
    "place", ["Lekplatsen \U0001f600", "\uff1d1+1", "\u4e2d\u6587", "\ue000", "\U000e0041", "\u0378"]
)
def test_a_sign_that_no_font_has_does_not_cost_the_paper(database: Database, place: str) -> None:
    """Somebody's phone wrote an emoji into an address: the meeting still gets its paper."""
    assert pdf.render(a_briefing(database, place=place)).startswith(b"%PDF")


@pytest.mark.usefixtures("in_swedish")
def test_every_sign_that_is_let_through_can_be_drawn(database: Database) -> None:
    """\u010c, \u0142 and \u014b stand in names too; none of the letters that are kept stops the paper."""
    every = " ".join(sign for block in pdf.DRAWABLE for sign in map(chr, block) if pdf.drawable(sign) == sign)

    assert pdf.render(replace(a_briefing(database), municipality=every)).startswith(b"%PDF")
    assert "\u010c\u00e1hppesjohka 3\u00bd" == pdf.drawable("\u010c\u00e1hppesjohka 3\u00bd")
    assert "=1 ?" == pdf.drawable("\uff1d1 \U0001f600")


@pytest.mark.usefixtures("in_swedish")
def test_an_undrawable_sign_does_stop_a_paper(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: without the replacement the same address leaves the meeting without a paper."""
    monkeypatch.setattr(pdf, "drawable", str)

    with pytest.raises(typst.TypstError):
        pdf.render(a_briefing(database, place="Lekplatsen \U0001f600"))


@pytest.mark.usefixtures("in_swedish")
def test_the_councils_paper_has_no_list_and_no_small_counts(database: Database) -> None:
    """One burnt bin at one address must not be read out of the council's paper."""
    whole = a_briefing(database, for_council=True)
    reader = PdfReader(io.BytesIO(pdf.render(whole)))
    text = " ".join(page.extract_text() for page in reader.pages)
    fire = next(row for row in csv_rows(csv_.render(whole)) if row[1] == "BRA")

    assert "Ringvägen" not in text
    assert "1–2" in text
    assert ["1–2", "0"] == fire[3:5]
    assert ["Lägesbild", "Matris"] == load_workbook(io.BytesIO(xlsx.render(whole))).sheetnames


@pytest.mark.usefixtures("in_swedish")
def test_an_empty_period_is_a_paper_too(database: Database) -> None:
    """Nothing reported is also something to tell a meeting."""
    with database.reading() as session:
        nothing = briefing(session, SEPTEMBER, SEPTEMBER.before(), municipality="", for_council=False, locale="sv")

    for made in all_formats().values():
        assert made.render(nothing)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_direction_characters_never_reach_a_file(text: str) -> None:
    """A place cannot be made to read backwards, nor break a line."""
    clean = without_controls(text + "\u202egnp.exe\u2066\n")

    assert not set(clean) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\n\r\t\x00")
