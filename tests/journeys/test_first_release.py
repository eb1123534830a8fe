"""The journey of the first release: a trace is photographed on a phone, and the council's papers tell of it."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pypdf
import pytest
from playwright.sync_api import Page, expect

from observations.access import Role
from observations.clock import local_date, now
from observations.places.tables import Address
from observations.record.categories import Category
from tests.journeys import corpus
from tests.journeys.conftest import DESK, PHONE, Travels, menu
from tests.journeys.maps import wait_for_map
from tests.uploads import camera

MEGAPIXELS_12 = (4032, 3024)
REAL = "photos/exif-samples/jpg__gps__DSCN0010.jpg"
LONGEST_SIDE_PX = 2000
WIDTH = "(image) => image.complete ? image.naturalWidth : 0"


def a_photo() -> bytes:
    """Twelve megapixels as a telephone takes them, with everything private that a file can hold."""
    return camera.jpeg(camera.a_scene(*MEGAPIXELS_12))


@pytest.mark.parametrize(("area", "real"), [("Kvarnbacken", False), ("Centrum", True)], ids=["made", "real"])
def test_a_report_comes_all_the_way_to_the_papers(travels: Travels, tmp_path: Path, area: str, real: bool) -> None:
    """A caretaker reports a fire with four taps, the coordinator accepts it: map, list, figures and files have it."""
    photo = corpus.needed(REAL).read_bytes() if real else a_photo()
    where = travels.service.address_in(area)

    id, number = report(travels, photo, where)
    desk = travels.signed_in(Role.COORDINATOR, DESK)
    accept(travels, desk, where, id, longest_side_px=0 if real else LONGEST_SIDE_PX)

    find_on_the_map(travels, desk, where)
    find_in_the_list(travels, desk, where, number)
    find_in_the_figures(travels, desk, area)
    find_in_the_files(travels, desk, where, number, tmp_path)
    assert_nothing_private_is_kept(travels)


def report(travels: Travels, photo: bytes, where: Address) -> tuple[str, str]:
    """Four taps on the phone; the report's id and the number on the receipt."""
    phone = travels.signed_in(Role.REPORTER, PHONE, at=where, team="Parken")
    travels.look_at(phone, "phone-1-photo")
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="Ta ett foto").tap()
    chooser.value.set_files({"name": "image.jpg", "mimeType": "image/jpeg", "buffer": photo})
    expect(phone.get_by_role("heading", level=1)).to_have_text("Vad?")
    travels.look_at(phone, "phone-2-what")
    phone.get_by_role("radio", name="Brand").tap()
    nearest = phone.locator(".place").first
    expect(nearest).to_contain_text(where.label)
    travels.look_at(phone, "phone-3-where")
    nearest.tap()
    expect(phone.locator("[data-chosen-category]")).to_have_text("Brand")
    expect(phone.locator("[data-chosen-place]")).to_have_text(where.label)
    travels.look_at(phone, "phone-4-send")
    phone.get_by_role("button", name="Skicka").tap()
    phone.wait_for_url("**/kvitto/*")
    id = phone.url.rpartition("/")[2]
    number = phone.get_by_role("heading", level=1).inner_text().removeprefix("Rapport ")
    expect(phone.get_by_role("main")).to_contain_text(where.label)
    travels.look_at(phone, "phone-5-receipt")
    phone.get_by_role("link", name="Mina rapporter").tap()
    expect(phone.get_by_role("link", name=where.label).first).to_contain_text("Granskas")
    travels.look_at(phone, "phone-6-mine")
    return id, number


def accept(travels: Travels, desk: Page, where: Address, id: str, *, longest_side_px: int) -> None:
    """The report stands in the queue with its photo, and one key accepts it.

    Gone to by its address: behind all that other journeys have left, the head of the queue may not reach to it.
    """
    desk.goto(f"{travels.service.address}/granska/{id}")
    expect(desk.get_by_role("link", name=where.label).first).to_be_visible()
    expect(desk.get_by_role("heading", level=1)).to_contain_text(where.label)
    photo = desk.locator(".thing-photo img")
    expect(photo).to_have_js_property("complete", True)
    assert photo.evaluate(WIDTH) >= max(1, longest_side_px)
    travels.look_at(desk, "desk-1-review")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status").filter(has_text="Godkänd:")).to_contain_text(where.label)
    travels.look_at(desk, "desk-2-accepted")


def find_on_the_map(travels: Travels, desk: Page, where: Address) -> None:
    """A pin on the drawn map, and behind it the place and the photo."""
    menu(desk, "Karta")
    desk.goto(f"{desk.url}?category={Category.BRA.value}&area={where.area_id}")
    wait_for_map(desk, "land", "house", "road")
    pin = desk.locator(".pin")
    expect(pin).to_have_count(1)
    travels.look_at(desk, "desk-3-map")
    pin.click()
    card = desk.locator(".map-card")
    expect(card).to_contain_text(where.label)
    expect(card.get_by_role("img")).to_have_js_property("complete", True)
    assert card.get_by_role("img").evaluate(WIDTH) > 0
    travels.look_at(desk, "desk-4-card")
    card.get_by_role("link").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(where.label)
    travels.look_at(desk, "desk-5-observation")


def find_in_the_list(travels: Travels, desk: Page, where: Address, number: str) -> None:
    """A row with place, kind, state and number."""
    menu(desk, "Karta")
    desk.get_by_role("link", name="Visa som lista").click()
    row = desk.get_by_role("row").filter(has_text=where.label)
    expect(row).to_contain_text("Anlagd eller misstänkt brand")
    expect(row.locator(".list-number")).to_have_text(number)
    travels.look_at(desk, "desk-6-list")


def find_in_the_figures(travels: Travels, desk: Page, area: str) -> None:
    """One occasion in the matrix, in its area's row and its category's column."""
    menu(desk, "Normalbild")
    row = desk.locator("table.matrix tbody tr").filter(has=desk.get_by_role("rowheader", name=area, exact=True))
    cell = row.locator("td").nth(list(Category).index(Category.BRA))
    expect(cell.locator(".cell-count")).to_have_text("1")
    travels.look_at(desk, "desk-7-figures")


def find_in_the_files(travels: Travels, desk: Page, where: Address, number: str, folder: Path) -> None:
    """The same number, place and kind in what is printed and in what is calculated with."""
    today = local_date(now())
    menu(desk, "Möten")
    travels.look_at(desk, "desk-8-meetings")
    desk.get_by_label("Från och med").fill((today - timedelta(days=7)).isoformat())
    desk.get_by_label("Fram till").fill((today + timedelta(days=1)).isoformat())
    desk.get_by_role("button", name="Visa").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Lägesbild")
    travels.look_at(desk, "desk-9-briefing")

    pdf = pypdf.PdfReader(taken(desk, "PDF", folder))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert where.label in text
    assert "Anlagd eller misstänkt brand" in text

    book = openpyxl.load_workbook(taken(desk, "Excel", folder))
    rows = [row for row in book["Observationer"].iter_rows(values_only=True) if row[0] == int(number)]
    assert [("Anlagd eller misstänkt brand", where.label)] == [(row[2], row[3]) for row in rows]

    lines = csv.DictReader(io.StringIO(taken(desk, "CSV", folder).read_text("utf-8-sig")), delimiter=";")
    assert [where.label] == [line["Plats"] for line in lines if line["Nummer"] == number]


def taken(desk: Page, word: str, folder: Path) -> Path:
    """The file behind the button, as it lands on the computer."""
    with desk.expect_download() as download:
        desk.get_by_role("link", name=word, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def assert_nothing_private_is_kept(travels: Travels) -> None:
    """Nothing of what the telephone wrote beside the picture lies anywhere in the instance."""
    kept = [path for path in travels.service.settings.instance.rglob("*") if path.is_file()]

    assert [path for path in kept if path.suffix == ".jpg" or "photos" in path.parts]
    assert [] == [path for path in kept if camera.CANARY in path.read_bytes()]
