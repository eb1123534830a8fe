"""THE table of hostile requests: what is sent, and the one status that it is answered with.

`REFUSED` changes nothing and is told why. `BARE` is no HTTP, so there is nobody to tell anything but the status.
`HARMLESS` only looks hostile and is answered as ever. `KEPT` are reports with something odd about them.
"""

import json
from collections.abc import Mapping

from tests.faults.hostile import FORM, REST, field, file, multipart, report, request, typed
from tests.faults.hostile import submitted as pressed
from tests.faults.hostile_http import BARE, HARMLESS, MANNERS
from tests.faults.hostile_making import (
    ACCEPT,
    MAX,
    NIL,
    REDACTIONS,
    Row,
    asked,
    between,
    boxes,
    changed,
    data,
    form,
    from_page,
    in_pieces,
    odd,
    page,
    part,
    photo,
    rest,
)
from tests.uploads import camera
from tests.uploads.test_costs import BOMBS

MEGABYTE = 1_000_000
__all__ = ["BARE", "HARMLESS", "KEPT", "REFUSED", "TRACES"]

TRACES = ("passwd", "kanarie-namn")
"""Of file names that must be nowhere."""

PHOTOS: Mapping[str, Row] = {
    "photo: SVG": (photo(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"), 415),
    "photo: HTML": (photo(b"<!doctype html><script>alert(1)</script>"), 415),
    "photo: PDF": (photo(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), 415),
    "photo: ZIP": (photo(b"PK\x03\x04" + bytes(200)), 415),
    "photo: nothing": (photo(b""), 415),
    "photo: cut off": (photo(camera.jpeg()[:600]), 422),
    "photo: cut off, from the page": (from_page(camera.jpeg()[:600]), 422),
    "photo: HTML, from the page": (from_page(b"<!doctype html>"), 415),
    "photo: 50 Mpx declared": (photo(BOMBS["jpeg"]()), 422),
    "photo: a gigapixel declared": (photo(BOMBS["png of a gigapixel"]()), 422),
    "photo: 256 Mpx declared, WebP": (photo(BOMBS["webp"]()), 422),
    "photo: as text": (rest(photos="/9j/4AAQ"), 422),
    "photo: as text, from the page": (form(photos="/9j/4AAQ"), 422),
    "photo: a path for a name": (photo(b"<svg/>", b"../../../../etc/passwd"), 415),
    "photo: NUL in the name": (photo(b"<svg/>", b"a.jpg\0.php"), 415),
    "photo: a name in a charset that there is not": (
        part(b"Content-Disposition: form-data; name=photos; filename*=bogus''%FF"),
        415,
    ),
    "6 photos": (lambda site: site.rest(*report(), *[file(b"x")] * 6), 422),
    "60 files": (lambda site: site.rest(*report(), *[file(b"x")] * 60), 413),
    "60 files, from the page": (lambda site: site.form(*typed(site.coordinator), *[file(b"x")] * 60), 413),
}

BODIES: Mapping[str, Row] = {
    "41 parts": (lambda site: site.rest(*report(), *[field(f"f{n}", "x") for n in range(36)]), 413),
    "a field of 300 kB": (rest(note="x" * 300_000), 413),
    "a field of 300 kB, from the page": (form(note="x" * 300_000), 413),
    "100 MB": (lambda site: request("POST", REST, [site.bearer, FORM], bytes(100 * MEGABYTE)), 413),
    "100 MB, from the page": (
        lambda site: request("POST", "/rapportera", [site.coordinator.head, FORM], bytes(100 * MEGABYTE)),
        413,
    ),
    "100 MB in chunks": (in_pieces(bytes(100 * MEGABYTE), REST, FORM), 413),
    "no body": (lambda site: request("POST", REST, [site.bearer, FORM]), 400),
    "no form between its lines": (lambda site: request("POST", REST, [site.bearer, FORM], b"hej"), 400),
    "broken off": (lambda site: request("POST", REST, [site.bearer, FORM], multipart(report())[:-40]), 400),
    "broken off, from the page": (
        lambda site: request("POST", "/rapportera", [site.coordinator.head, FORM], multipart(report())[:-40]),
        400,
    ),
    "no line between": (between(""), 400),
    "another line between": (
        lambda site: request(
            "POST", REST, [site.bearer, "Content-Type: multipart/form-data; boundary=x"], multipart(report())
        ),
        400,
    ),
    "a line of 101 between": (between("b" * 101), 400),
    "a line of 20,000 between": (between("-" * 20_000), 400),
    "a part without a name": (part(b"Content-Disposition: form-data"), 400),
    "a file without a name for its field": (part(b'Content-Disposition: form-data; filename="a.jpg"'), 400),
    "a part without a head": (part(b""), 400),
    "JSON for a report": (lambda site: site.rest(head=["Content-Type: application/json"]), 415),
    "URL-encoded for a report": (lambda site: site.rest(head=["Content-Type: application/x-www-form-urlencoded"]), 415),
    "no kind of content": (lambda site: site.rest(*report(), head=[]), 415),
    "JSON, to the page": (
        lambda site: request("POST", "/rapportera", [site.coordinator.head, "Content-Type: application/json"], b"{}"),
        400,
    ),
    "compressed": (lambda site: site.rest(*report(), head=[FORM, "Content-Encoding: gzip"])[:-60] + bytes(60), 400),
}

FIELDS: Mapping[str, Row] = {
    "id: none": (rest(id=None), 422),
    "id: no UUID": (rest(id="1; DROP TABLE observation"), 422),
    "id: nil": (rest(id=NIL), 422),
    "id: max": (rest(id=MAX), 422),
    "id: nil, from the page": (form(id=NIL), 422),
    "id: max, from the page": (form(id=MAX), 422),
    "id: 10,000 signs": (rest(id="a" * 10_000), 422),
    "category: unknown": (rest(category="HACK"), 422),
    "observed_at: year 1": (rest(observed_at="0001-01-01T00:00:00+14:00"), 422),
    "observed_at: 2099": (rest(observed_at="2099-01-01T00:00:00Z"), 422),
    "observed_at: 10000": (rest(observed_at="10000-01-01T00:00:00Z"), 422),
    "observed_at: 9999, behind the date line": (rest(observed_at="9999-12-31T23:59:59-14:00"), 422),
    "observed_at: 30 February": (rest(observed_at="2026-02-30T00:00:00Z"), 422),
    "observed_at: no zone": (rest(observed_at="2026-02-03T00:00:00"), 422),
    "observed_at: seconds since 1970": (rest(observed_at="1760000000"), 422),
    "observed_at: 10^5 digits": (rest(observed_at="9" * 100_000), 422),
    "observed_at: 2099, from the page": (form(time="other", observed_at="2099-01-01T00:00"), 422),
    "observed_at: year 1, from the page": (form(time="other", observed_at="0001-01-01T00:00"), 422),
    "time: unknown": (form(time="tomorrow"), 422),
    "place: unknown": (form(place="moon"), 422),
    "latitude: NaN": (rest(latitude="NaN"), 422),
    "latitude: Infinity": (rest(latitude="-Infinity"), 422),
    "latitude: 1e400": (rest(latitude="1e400"), 422),
    "latitude: 91": (rest(latitude="91"), 422),
    "latitude: 10^5 digits": (rest(latitude="9" * 100_000), 422),
    "latitude: none": (rest(latitude=None), 422),
    "longitude: 181": (rest(longitude="181"), 422),
    "0, 0": (rest(latitude="0", longitude="-0.0"), 422),
    "accuracy_m: negative": (rest(accuracy_m="-1"), 422),
    "accuracy_m: NaN": (rest(accuracy_m="nan"), 422),
    "latitude: NaN, from the page": (form(place="device", latitude="nan", longitude="18"), 422),
    "note: NUL": (rest(note="a\0b"), 422),
    "note: NUL, from the page": (form(note="a\0b"), 422),
    "note: half a surrogate pair": (rest(note=b"\xed\xa0\x80"), 422),
    "note: overlong UTF-8": (rest(note=b"\xc0\xaf\xe0\x80\xaf"), 422),
    "note: Latin-1": (rest(note="Lövgången".encode("latin-1")), 422),
    "note: escapes of a terminal": (rest(note="\x1b[2J"), 422),
    "note: 2,001 signs": (rest(note="x" * 2001), 422),
    "address: NUL": (rest(address="\0"), 422),
    "address: half a pair, from the page": (form(address=b"\xed\xb0\x80"), 422),
    "an unknown field": (rest(is_admin="1"), 422),
    "an unknown field with NUL": (lambda site: site.rest(*report(), field("a\0b", "x")), 422),
    "an unknown file": (lambda site: site.rest(*report(), file(b"x", field=b"shell")), 422),
    "a field twice": (lambda site: site.rest(*report(), field("category", "BRA")), 422),
    "a field twice, from the page": (
        lambda site: site.form(*typed(site.coordinator), field("category", "BRA")),
        422,
    ),
}

JSON: Mapping[str, Row] = {
    "JSON: 100,000 deep": (boxes(b"[" * 100_000 + b"]" * 100_000), 413),
    "JSON: 100,000 deep in chunks": (in_pieces(b"[" * 100_000, REDACTIONS, "Content-Type: application/json"), 413),
    "JSON: 8,000 deep": (boxes(b"[" * 8000 + b"]" * 8000), 422),
    "JSON: 2,000 deep where a box belongs": (boxes(odd("[" * 2000 + "]" * 2000).encode()), 422),
    "JSON: NaN": (boxes(odd("NaN").encode()), 422),
    "JSON: -Infinity": (boxes(odd("-Infinity").encode()), 422),
    "JSON: 1e400": (boxes(odd("1e400").encode()), 422),
    "JSON: 10^4 digits": (boxes(odd("9" * 10_000).encode()), 422),
    "JSON: 10^5 digits": (boxes(odd("9" * 100_000).encode()), 413),
    "JSON: a name twice": (boxes(b'{"boxes": [], ' + odd("0").encode()[1:]), 422),
    "JSON: half a surrogate pair": (boxes(b'{"\\ud800": 1, ' + odd("0").encode()[1:]), 422),
    "JSON: no UTF-8": (boxes(b'{"boxes": "\xff"}'), 422),
    "JSON: UTF-16": (boxes(json.dumps({"boxes": []}).encode("utf-16")), 422),
    "JSON: nothing": (boxes(b""), 422),
    "JSON: true for a number": (boxes(odd("true").encode()), 422),
    "JSON: 300 boxes": (
        boxes(json.dumps({"boxes": [{"left": 0, "top": 0, "right": 1, "bottom": 1}] * 300}).encode()),
        422,
    ),
    "JSON: of another kind": (boxes(odd("0").encode(), "text/plain"), 415),
    "JSON: a photo that there is not": (boxes(odd("0").encode()), 404),
}

ADDRESSES: Mapping[str, Row] = {
    **asked(bbox="1,2,3"),
    **asked(bbox="nan,nan,nan,nan"),
    **asked(bbox="-999,-999,999,999"),
    **asked(bbox="20,0,10,1"),
    **asked(bbox="1e400,0,1,1"),
    **asked(bbox="9" * 10_000 + ",0,1,1"),
    **asked(**{"from": "2026-02-30"}),
    **asked(**{"from": "0001-01-01"}),
    **asked(**{"from": "10000-01-01"}),
    **asked(cursor="AAAA"),
    **asked(cursor="\0"),
    **asked(cursor="MSwx\ud800"),
    **asked(cursor="OTk5OTk5OTk5OTk5OTk5OTk5OTk5LDE"),
    **asked(cursor="A" * 10_000),
    **asked(category="HACK"),
    **asked(area="x" * 10_000),
    **asked(area="\0"),
    **asked(review="maybe"),
    "list: from > to": (data(f"{REST}?from=2026-09-10&to=2026-09-01"), 422),
    "page: from > to": (page("/lista?from=2026-09-10&to=2026-09-01"), 422),
    "list: limit=-1": (data(f"{REST}?limit=-1"), 422),
    "list: limit=NaN": (data(f"{REST}?limit=NaN"), 422),
    "list: limit=10^5 digits": (data(f"{REST}?limit=" + "9" * 10_000), 422),
    "list: an unknown choice": (data(f"{REST}?catgory=KLO"), 422),
    "map: zoom=-1": (data("/api/v1/map?zoom=-1"), 422),
    "map: zoom=99": (data("/api/v1/map?zoom=99"), 422),
    "map: zoom=NaN": (data("/api/v1/map?zoom=NaN"), 422),
    "trends: from > to": (data("/api/v1/trends?from=2026-09-10&to=2026-09-01"), 422),
    "trends: a century": (data("/api/v1/trends?from=2000-01-01&to=2099-12-31"), 422),
    "nearest: NaN": (page("/platser/nara?latitude=nan&longitude=1e400"), 422),
    "search: 10,000 signs": (page("/platser/sok?q=" + "x" * 10_000), 422),
    "observation: nil": (data(f"{REST}/{NIL}"), 404),
    "observation: max": (data(f"{REST}/{MAX}"), 404),
    "observation: no UUID": (data(f"{REST}/1%20OR%201=1"), 404),
    "photo: no UUID": (data("/api/v1/photos/..%2f..%2fogon.sqlite3"), 404),
    "report's page: no UUID": (page("/granska/1"), 404),
    "path: NUL": (page("/%00"), 404),
    "path: overlong UTF-8": (page("/%c0%ae%c0%ae/%c0%af"), 404),
    "path: half a surrogate pair": (page("/granska/%ed%a0%80"), 404),
    "path: 10,000 signs": (page("/" + "x" * 10_000), 404),
    "path: two slashes": (page("//example.org/"), 404),
    "static: NUL": (page("/static/x/%00"), 404),
    "static: up and away": (page("/static/x/..%2f..%2f..%2f..%2fetc/passwd"), 404),
    "static: up and away, bare": (page("/static/x/../../../../etc/passwd"), 404),
    "accept: nobody's report": (lambda site: pressed(site.coordinator, ACCEPT, version="9" * 5000), 404),
    "sign in: a secret of 10,000 signs": (lambda site: pressed(site.stranger, "/in", secret="x" * 10_000), 410),
    "sign in: a secret with NUL": (lambda site: pressed(site.stranger, "/in", secret="\0"), 410),
}

REVIEW: Mapping[str, Row] = {
    "accept: no version": (changed("godkann", version=""), 400),
    "accept: a version of 5,000 digits": (changed("godkann", version="9" * 5000), 400),
    "accept: an old version": (changed("godkann", version="-1"), 409),
    "reject: no such reason": (changed("avsla", reason="hack"), 422),
    "box: NaN": (lambda site: changed("maskera", box=f"{site.photo}:nan,0,1,1")(site), 422),
    "box: outside": (lambda site: changed("maskera", box=f"{site.photo}:-1,0,9,1")(site), 422),
    "box: text": (lambda site: changed("maskera", box=f"{site.photo}:'")(site), 422),
    "edit: NUL in the note": (changed("andra", note="a\0b"), 422),
    "edit: 201 signs": (changed("andra", note="x" * 201), 422),
    "edit: NUL in the address": (changed("andra", address="\0Ring\0"), 422),
    "edit: an address of 10,000 signs": (changed("andra", address="Ringvägen " * 1000), 422),
    "edit: a place of 10^4 digits": (changed("andra", place="9" * 10_000), 422),
    "edit: no such category": (changed("andra", category="HACK"), 422),
    "edit: year 1": (changed("andra", observed_at="0001-01-01T00:00"), 422),
    "edit: 9999": (changed("andra", observed_at="9999-12-31T23:59"), 422),
    "edit: 10000": (changed("andra", observed_at="10000-01-01T00:00"), 422),
    "invite: NUL in the team": (
        lambda site: pressed(site.coordinator, "/personal/bjud-in", role="reporter", team="\0"),
        422,
    ),
    "invite: a team of 10,000 signs": (
        lambda site: pressed(site.coordinator, "/personal/bjud-in", role="reporter", team="x" * 10_000),
        422,
    ),
    "invite: no such role": (lambda site: pressed(site.coordinator, "/personal/bjud-in", role="root"), 422),
}

REFUSED: Mapping[str, Row] = {**REVIEW, **PHOTOS, **BODIES, **FIELDS, **JSON, **ADDRESSES, **MANNERS}

KEPT: Mapping[str, Row] = {
    "a line of 100 between": (between("b" * 100), 201),
    "direction characters": (rest(note="Tagg \u202egnp.exe\u2066", address="Ringvägen \u202e12"), 201),
    "emoji and letters of everywhere": (rest(note="🏚️ 中文 Čáhppesjohka ﷽"), 201),
    "markup in the text": (rest(note="<script>alert(1)</script>", address='"><img src=x onerror=alert(1)>'), 201),
    "a template in the text": (rest(note="{{ config }} ${7*7} {% debug %}"), 201),
    "a path for a photo's name": (photo(camera.jpeg(), b"../../../../etc/passwd"), 201),
    "a photo's name of 5,000 signs": (photo(camera.jpeg(), b"kanarie-namn" + b"x" * 5000), 201),
    "the same report in chunks": (in_pieces(multipart(report()), REST, FORM), 201),
    "a part with a charset that there is not": (
        lambda site: site.rest(
            *report(), (b"Content-Disposition: form-data; name=note\r\nContent-Type: text/plain; charset=utf-7", b"x")
        ),
        201,
    ),
}
