"""The accessibility statement: there for anybody, with what the act asks for."""

import pytest
from flask import Flask

from config import Settings
from tests.conftest import ClientFor
from tests.review.looking import words

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)


def test_anybody_reads_the_statement(client: ClientFor) -> None:
    """How far it goes, what is missing and why, whom to tell, who supervises, how it was assessed."""
    page = words(client().get("/tillganglighet").text)

    for part in ("2018:1937", "delvis förenlig", "WCAG 1.1.1", "Kontakta kommunen", "DIGG", "Av oss själva"):
        assert part in page
    assert "Ingen som använder skärmläsare" in page, "what nobody has tried is said"


def test_it_is_there_in_english_too(client: ClientFor) -> None:
    """Those who clean and mend read many languages, and this is one."""
    browser = client()
    browser.post("/language/en")

    assert "partly compliant with the act" in browser.get("/tillganglighet").text


def test_the_contact_of_the_settings_stands_there(settings: Settings, app: Flask, client: ClientFor) -> None:
    """Of the municipality that runs it; as text, whatever is in it."""
    runtime = app.extensions["ogon"]
    told = settings.model_copy(update={"contact": "<b>08-123 45 67</b>"})
    app.extensions["ogon"] = runtime.__class__(**(vars(runtime) | {"settings": told}))

    assert "&lt;b&gt;08-123 45 67&lt;/b&gt;" in client().get("/tillganglighet").text
