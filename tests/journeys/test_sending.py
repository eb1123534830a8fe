"""What can go wrong between the thumb and the receipt: no scripts, a wrong word, an impatient finger."""

import uuid

import pytest
from playwright.sync_api import FilePayload, Page, expect

from observations.access import Role
from observations.places.tables import Address
from tests.journeys.conftest import PHONE, Travels
from tests.uploads import camera

PHOTO = FilePayload(name="image.jpg", mimeType="image/jpeg", buffer=camera.jpeg(camera.a_scene(1600, 1200)))
NOTE = "Bakom garaget, {}. Lukten känns till gatan."
PERSONNUMMER = "19811228-9874"
REFUSED = "Det här ser ut som ett personnummer."
NUMBER = "Ring 070-174 06 05 om nyckeln"
IMPATIENT = 16
SEND_AT_ONCE = """async (form, ids) => Promise.all(ids.map(async (id) => {
  const body = new FormData(form);
  if (id) body.set('id', id);
  return (await fetch(form.action, { method: 'POST', body })).status;
}))"""
UNPROCESSABLE = "422"


def test_without_javascript_it_is_one_plain_form(travels: Travels) -> None:
    """A phone whose browser runs no scripts reports all the same, and a wrong word costs nothing that was typed."""
    where = travels.service.address_in("Hamnängen")
    travels.watch.expected.append(UNPROCESSABLE)
    phone = travels.page(PHONE, java_script_enabled=False)
    link = travels.service.invitation(Role.REPORTER)
    phone.goto(link)
    phone.get_by_label("Kod eller länk").fill(link)
    phone.get_by_role("button", name="Logga in").click()
    phone.wait_for_url("**/rapportera")

    fill_in(phone, where, NOTE.format(PERSONNUMMER))
    phone.get_by_role("button", name="Skicka").click()
    expect(phone.get_by_text(REFUSED)).to_be_visible()
    expect(phone.get_by_text("Fotot behöver väljas igen.")).to_be_visible()
    expect(phone.get_by_role("radio", name="Skräp")).to_be_checked()
    expect(phone.get_by_label("Adress eller plats")).to_have_value(where.label)
    expect(phone.get_by_label("En rad om det")).to_have_value(NOTE.format(PERSONNUMMER))

    phone.get_by_label("En rad om det").fill(NOTE.format("till vänster"))
    phone.locator("#camera").set_input_files(PHOTO)
    phone.get_by_role("button", name="Skicka").click()
    phone.wait_for_url("**/kvitto/*")
    expect(phone.get_by_role("main")).to_contain_text(where.label)
    expect(phone.get_by_role("main")).to_contain_text("1 foto")


def test_the_plain_form_keeps_nobody_out(travels: Travels) -> None:
    """The page that comes back with an error is for everybody, too: looked at where axe can run, and sent as a form."""
    where = travels.service.address_in("Hamnängen")
    travels.watch.expected.append(UNPROCESSABLE)
    phone = travels.signed_in(Role.REPORTER, PHONE)
    phone.locator("[name=note]").evaluate("(note, text) => { note.value = text; }", NOTE.format(PERSONNUMMER))
    phone.locator("#address").evaluate("(field, text) => { field.value = text; }", where.label)
    phone.locator("#report").evaluate("(form) => form.submit()")
    expect(phone.get_by_text(REFUSED)).to_be_visible()

    travels.look_at(phone, "phone-7-refused")


def test_a_wrong_word_is_told_where_it_stands(travels: Travels) -> None:
    """With scripts the photo stays as well: the word is taken out, and the report is on its way."""
    travels.watch.expected.append(UNPROCESSABLE)
    phone = at_the_last_step(travels, travels.service.address_in("Hamnängen"))
    phone.get_by_label("En rad om det").fill(NOTE.format(PERSONNUMMER))
    phone.get_by_role("button", name="Skicka").tap()
    expect(phone.get_by_role("alert")).to_contain_text(REFUSED)
    travels.look_at(phone, "phone-8-wrong-word")
    phone.get_by_label("En rad om det").fill(NOTE.format("till höger"))
    phone.get_by_role("button", name="Skicka").tap()
    phone.wait_for_url("**/kvitto/*")

    expect(phone.get_by_role("main")).to_contain_text("1 foto")


def test_a_question_is_asked_while_one_types(travels: Travels) -> None:
    """A telephone number may be a person's: one tap takes it out, or it is sent as it is."""
    phone = at_the_last_step(travels, travels.service.address_in("Hamnängen"))
    phone.get_by_label("En rad om det").fill(NUMBER)
    expect(phone.locator(".question")).to_contain_text("Telefonnummer? 070-174 06 05")
    travels.look_at(phone, "phone-9-question")
    phone.get_by_label("En rad om det").press("End")
    phone.get_by_label("En rad om det").press_sequentially(" nu")
    expect(phone.locator(".question")).to_have_count(0)
    phone.get_by_label("En rad om det").fill(NUMBER)
    expect(phone.locator(".question")).to_have_count(1)
    phone.get_by_role("button", name="Stryk").tap()
    expect(phone.get_by_label("En rad om det")).to_have_value("Ring […] om nyckeln")
    expect(phone.locator(".question")).to_have_count(0)
    phone.get_by_role("button", name="Skicka").tap()
    phone.wait_for_url("**/kvitto/*")

    expect(phone.get_by_text("En fråga om din text")).to_have_count(0)


def test_the_receipt_asks_where_there_are_no_scripts(travels: Travels) -> None:
    """The photo is kept, and the passage can still be struck out."""
    phone = travels.signed_in(Role.REPORTER, PHONE)
    phone.locator("#camera").set_input_files(PHOTO)
    phone.locator("#category-SKR").evaluate("(cell) => { cell.checked = true; }")
    phone.locator("#address").evaluate("(field) => { field.value = 'Ringvägen 12'; }")
    phone.locator("[name=note]").evaluate("(note, text) => { note.value = text; }", NUMBER)
    phone.locator("#report").evaluate("(form) => form.submit()")
    expect(phone.locator(".question")).to_contain_text("070-174 06 05")
    travels.look_at(phone, "phone-10-receipt-question")
    phone.get_by_role("button", name="Stryk").tap()

    expect(phone.locator(".question")).to_have_count(0)
    expect(phone.get_by_role("main")).to_contain_text("1 foto")


def test_sixteen_taps_are_one_report(travels: Travels) -> None:
    """Cold fingers tap twice, and bad contact makes them tap again: it is one report all the same."""
    phone = at_the_last_step(travels, travels.service.address_in("Norrgärdet"))
    posts = []
    phone.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    button = phone.get_by_role("button", name="Skicka")
    button.evaluate(f"(button) => {{ for (let n = 0; n < {IMPATIENT}; n += 1) button.click(); }}")

    phone.wait_for_url("**/kvitto/*")
    assert 1 == len(posts)
    assert 1 == reports_of(phone)


@pytest.mark.parametrize(
    ("ids", "kept"),
    [([""] * IMPATIENT, 1), ([str(uuid.uuid4()) for _ in range(3)], 3)],
    ids=["one form", "control: three forms"],
)
def test_sixteen_taps_without_javascript_are_one_report(travels: Travels, ids: list[str], kept: int) -> None:
    """Without scripts each tap sends the form; they carry one id, and the service keeps one report."""
    where = travels.service.address_in("Norrgärdet")
    phone = travels.signed_in(Role.REPORTER, PHONE)
    phone.locator("#category-SKR").evaluate("(cell) => { cell.checked = true; }")
    phone.locator("#address").evaluate("(field, text) => { field.value = text; }", where.label)
    answers = phone.locator("#report").evaluate(SEND_AT_ONCE, ids)

    assert {200} == set(answers), answers
    assert kept == reports_of(phone)


def fill_in(phone: Page, where: Address, note: str) -> None:
    """The plain form from the photo down to the button, as somebody types who has no other way."""
    phone.locator("#camera").set_input_files(PHOTO)
    phone.get_by_role("radio", name="Skräp").check()
    phone.get_by_label("Adress eller plats").fill(where.label)
    phone.get_by_label("En rad om det").fill(note)


def at_the_last_step(travels: Travels, where: Address) -> Page:
    """A phone on which photo, what and where are chosen."""
    phone = travels.signed_in(Role.REPORTER, PHONE, at=where)
    phone.locator("#camera").set_input_files(PHOTO)
    phone.get_by_role("radio", name="Skräp").tap()
    phone.get_by_role("button", name=where.label).tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Klart?")
    return phone


def reports_of(phone: Page) -> int:
    """How many reports the phone is told that it has sent."""
    phone.get_by_role("link", name="Mina rapporter").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Mina rapporter")
    return phone.get_by_role("main").get_by_role("listitem").count()
