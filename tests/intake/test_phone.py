"""What makes the page an app on the phone: the service worker's list, the manifest, and pages that are sent lightly."""

import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask

from observations.access import Role
from observations.intake.phone import KEPT_FILES, MODULES
from observations.web.static_files import FOLDER
from tests.conftest import ClientFor

sqlite_alone = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

IMPORT = re.compile(r"""(?:^import\s[^'"]*|\bimport\()['"](\.[^'"]+)['"]""", re.MULTILINE)
ONLY_WITH_CONTACT = {"js/basemap.js"}
"""The map: half a megabyte, and no use without its tiles."""
AT_ONCE = re.compile(r"""^import\s[^'"]*['"](\.[^'"]+)['"]""", re.MULTILINE)


def imported(name: str, pattern: re.Pattern[str] = IMPORT) -> set[str]:
    """The modules below a module, by their names in the static folder."""
    path = FOLDER / name
    direct = {str((path.parent / found).resolve().relative_to(FOLDER)) for found in pattern.findall(path.read_text())}
    direct -= ONLY_WITH_CONTACT
    return direct.union(*(imported(each, pattern) for each in direct))


def test_every_module_of_the_kept_pages_is_kept() -> None:
    """Without contact a single file that is missing would stop the page."""
    needed = {"js/report.js", "js/outbox-page.js"} | imported("js/report.js") | imported("js/outbox-page.js")

    assert needed == {name for name in KEPT_FILES if name.endswith(".js")}
    assert imported("js/report.js", AT_ONCE) == set(MODULES)


@sqlite_alone
def test_every_style_and_picture_of_the_kept_pages_is_kept(client: ClientFor) -> None:
    """The same for what the pages link to."""
    for path in ("/rapportera", "/utkorg"):
        page = client(Role.REPORTER).get(path).text
        linked = set(re.findall(r"/static/\w+/([\w./-]+\.(?:css|js|svg))", page))

        assert linked
        assert set() == linked - set(KEPT_FILES)


@sqlite_alone
def test_the_service_worker_names_the_files_of_this_version(app: Flask, client: ClientFor) -> None:
    """It changes exactly when they do, may look after every page, and is asked for anew each time."""
    answer = client().get("/sw.js")
    begins = json.loads(answer.text.partition("begin(")[2].removesuffix(");\n"))

    assert "text/javascript" == answer.mimetype
    assert "no-cache" == answer.headers["Cache-Control"]
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    assert ["/rapportera", "/utkorg"] == begins["pages"]
    for path in (*begins["files"], *begins["later"]):
        assert path.startswith(f"/static/{begins['version']}/")
        assert 200 == client().get(path).status_code
    assert 304 == client().get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code


@sqlite_alone
def test_the_manifest_makes_it_installable(client: ClientFor) -> None:
    """A name, where it opens, and icons of the sizes that phones ask for."""
    answer = client().get("/manifest.webmanifest")
    manifest = json.loads(answer.text)

    assert "application/manifest+json" == answer.mimetype
    assert ("/rapportera", "/", "standalone") == tuple(manifest[name] for name in ("start_url", "scope", "display"))
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert "maskable" in {icon["purpose"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        assert (FOLDER / Path(icon["src"]).relative_to("/static").relative_to(icon["src"].split("/")[2])).is_file()


@sqlite_alone
def test_a_page_that_the_phone_has_is_not_sent_again(client: ClientFor) -> None:
    """The number of the form and its token differ each time; that makes no other page of it."""
    phone = client(Role.REPORTER)
    first = phone.get("/rapportera")
    again = phone.get("/rapportera", headers={"If-None-Match": first.headers["ETag"]})

    assert (200, 304, b"") == (first.status_code, again.status_code, again.data)
    assert first.data != phone.get("/rapportera").data, "control: they do differ"


@sqlite_alone
def test_a_page_that_has_changed_is_sent(client: ClientFor) -> None:
    """In another language it is another page."""
    phone = client(Role.REPORTER)
    tag = phone.get("/rapportera").headers["ETag"]
    phone.set_cookie("language", "en")
    answer = phone.get("/rapportera", headers={"If-None-Match": tag})

    assert 200 == answer.status_code
    assert "Where?" in answer.text


@sqlite_alone
def test_the_kept_pages_are_compressed_and_others_are_not(client: ClientFor) -> None:
    """Pages that repeat what somebody sent are better not compressed together with a secret."""
    phone = client(Role.REPORTER)
    accepting = {"Accept-Encoding": "gzip"}
    answer = phone.get("/rapportera", headers=accepting)

    assert b"<form" in gzip.decompress(answer.data)
    assert "no-store" == answer.headers["Cache-Control"]
    assert "Content-Encoding" not in phone.get("/mina-rapporter", headers=accepting).headers
    assert "Content-Encoding" not in phone.post("/rapportera", data={"note": "x"}, headers=accepting).headers
