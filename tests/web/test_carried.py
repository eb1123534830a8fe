"""What a page carries in itself: allowed by its own hash and nothing else, and whole."""

import re
from html import unescape

import pytest
from flask import Flask

from observations.access import Role, allow
from observations.web import carried
from observations.web.headers import PAGE_POLICY
from observations.web.static_files import FOLDER
from tests.conftest import ClientFor

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

HASH = re.compile(r"'sha256-[\w+/]{43}='")


def test_the_form_carries_what_its_first_view_needs(client: ClientFor) -> None:
    """Its styles, its first script and the drawings that it shows; nothing has to come before it can be used."""
    page = client(Role.REPORTER).get("/rapportera").text

    assert [] == re.findall(r'<link rel="stylesheet"', page)
    assert [] == re.findall(r'<use href="/', page)
    used = set(re.findall(r'<use href="#([\w-]+)"', page))
    assert {"i-camera", "wordmark-small", "cat-KLO"} < used
    assert sorted(used) == sorted(re.findall(r'<symbol id="([\w-]+)"', page))
    for name in ("css/tokens.css", "css/report.css", "js/first.js"):
        assert (FOLDER / name).read_text() in unescape(page)


def test_the_policy_names_what_is_carried_and_is_as_strict_as_ever(client: ClientFor) -> None:
    """One hash for the styles, one for the script; without them it is the policy of every page."""
    policy = client(Role.REPORTER).get("/rapportera").headers["Content-Security-Policy"]

    assert {"script-src": 1, "style-src": 1} == {
        part.split()[0]: len(HASH.findall(part)) for part in policy.split("; ") if HASH.search(part)
    }
    assert PAGE_POLICY == HASH.sub("", policy).replace("'self' ;", "'self';")


@pytest.mark.parametrize("path", ["/utkorg", "/mina-rapporter", "/no-such-page"])
def test_another_page_is_allowed_nothing_in_itself(client: ClientFor, path: str) -> None:
    """Its policy has no hash, its drawings come from their file."""
    answer = client(Role.REPORTER).get(path)

    assert PAGE_POLICY == answer.headers["Content-Security-Policy"]
    assert [] == re.findall("<symbol|<style", answer.text)


def test_a_form_that_comes_back_is_light(client: ClientFor) -> None:
    """The answer to a form is not compressed, so it links to the files, which the phone has by then."""
    answer = client(Role.REPORTER).post("/rapportera", data={"category": "KLO"})

    assert 422 == answer.status_code
    assert PAGE_POLICY == answer.headers["Content-Security-Policy"]
    assert re.findall(r'<link rel="stylesheet" href="[^"]+report\.css"', answer.text)
    assert "<style" not in answer.text


def test_a_file_that_would_end_its_element_is_refused(app: Flask, client: ClientFor) -> None:
    """Control: such a file would let whatever comes after the end stand in the page."""
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    app.add_url_rule("/planted", endpoint="planted", view_func=allow.anyone(lambda: carried.script("img/symbols.svg")))

    assert 500 == client().get("/planted").status_code
