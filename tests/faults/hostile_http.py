"""The part of the table that is about HTTP itself: methods, headers, lengths, lines and who is asking."""

from collections.abc import Mapping
from urllib.parse import quote

from tests.faults.hostile import FORM, REST, multipart, report, request, typed
from tests.faults.hostile import submitted as pressed
from tests.faults.hostile_making import ACCEPT, NOBODY, Row, bare, data, page

MANNERS: Mapping[str, Row] = {
    "TRACE": (lambda _site: request("TRACE", "/valkommen"), 405),
    "PROPFIND": (lambda _site: request("PROPFIND", "/valkommen"), 405),
    "DELETE": (lambda site: request("DELETE", f"{REST}/{NOBODY}", [site.bearer]), 405),
    "PUT": (lambda site: request("PUT", REST, [site.bearer]), 405),
    "CONNECT": (lambda _site: request("CONNECT", "example.org:443"), 404),
    "another method in a header": (page("/ut", "X-HTTP-Method-Override: POST"), 405),
    "another method in a field": (page(f"{ACCEPT}?_method=POST"), 405),
    "no token in the form": (
        lambda site: request("POST", "/ut", [site.coordinator.head, "Content-Type: application/x-www-form-urlencoded"]),
        400,
    ),
    "from another site": (
        lambda site: site.form(
            *typed(site.coordinator), head=["Origin: https://example.org", "Sec-Fetch-Site: cross-site"]
        ),
        401,
    ),
    "an origin that is none": (lambda site: site.form(*typed(site.coordinator), head=["Origin: http://["]), 401),
    "an origin that is none, to the API": (
        lambda site: request("POST", REST, [site.coordinator.head, FORM, "Origin: http://["], multipart(report())),
        401,
    ),
    "no bearer": (lambda _site: request("GET", REST), 401),
    "a bearer of no letters": (lambda _site: request("GET", REST, ["Authorization: Bearer \xff\xfe\x80"]), 401),
    "a bearer of 20,000 signs": (lambda _site: request("GET", REST, ["Authorization: Bearer " + "x" * 20_000]), 401),
    "a password": (lambda _site: request("GET", REST, ["Authorization: Basic %%%"]), 401),
    "a broken digest": (lambda _site: request("GET", REST, ['Authorization: Digest username="']), 401),
}

BARE: Mapping[str, Row] = {
    "two lengths": (bare("POST /ut HTTP/1.1", "Host: x", "Content-Length: 1", "Content-Length: 2", body=b"ab"), 400),
    "two lengths in one": (bare("POST /ut HTTP/1.1", "Host: x", "Content-Length: 1, 1", body=b"a"), 400),
    "a length and chunks": (
        bare("POST /ut HTTP/1.1", "Host: x", "Content-Length: 5", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        400,
    ),
    "a length below zero": (bare("POST /ut HTTP/1.1", "Host: x", "Content-Length: -1"), 400),
    "a length of 5,000 digits": (bare("POST /ut HTTP/1.1", "Host: x", "Content-Length: " + "9" * 5000), 400),
    "a length with a plus": (bare("POST /ut HTTP/1.1", "Host: x", "Content-Length: +5"), 400),
    "chunks of no size": (bare("POST /ut HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", body=b"zz\r\n\r\n"), 400),
    "chunks below zero": (bare("POST /ut HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", body=b"-1\r\n\r\n"), 400),
    "chunks, hidden": (bare("POST /ut HTTP/1.1", "Host: x", "Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n"), 400),
    "compressed chunks": (bare("POST /ut HTTP/1.1", "Host: x", "Transfer-Encoding: gzip, chunked"), 501),
    "a bare line feed": (bare("GET /live HTTP/1.1\nHost: x"), 400),
    "a bare line feed in the headers": (bare("GET /live HTTP/1.1", "Host: x\nX: y"), 400),
    "a bare carriage return": (bare("GET /live HTTP/1.1", "Host: x\rX: y"), 400),
    "a header with a blank before the colon": (bare("POST /ut HTTP/1.1", "Host: x", "Content-Length : 5"), 400),
    "a header without a name": (bare("GET /live HTTP/1.1", ": x"), 400),
    "a first line that goes on": (bare("GET /live HTTP/1.1", " Host: x"), 400),
    "a lower-case method": (bare("get /live HTTP/1.1", "Host: x"), 400),
    "a blank in the path": (bare("GET /li ve HTTP/1.1", "Host: x"), 400),
    "an address that is none": (bare("GET http://[ HTTP/1.1", "Host: x"), 400),
    "TLS": (bare("\x16\x03\x01\x02\x00\x01\xfc\x03\x03"), 400),
    "300 kB of headers": (bare("GET /live HTTP/1.1", "Host: x", "X: " + "y" * 300_000), 431),
    "300 kB of cookies": (bare("GET /rapportera HTTP/1.1", "Host: x", "Cookie: ogon=" + "y" * 300_000), 431),
    "300 kB of address": (bare("GET /" + "y" * 300_000 + " HTTP/1.1", "Host: x"), 431),
}

HARMLESS: Mapping[str, Row] = {
    "static: a part beyond the end": (page("/static/x/css/desk.css", "Range: bytes=99999999-"), 416),
    "static: no part": (page("/static/x/css/desk.css", "Range: bytes=b-a"), 416),
    "static: 1,000 parts": (page("/static/x/css/desk.css", "Range: bytes=" + ",".join(["0-"] * 1000)), 416),
    "HTTP/1.0": (bare("GET /live HTTP/1.0"), 200),
    "a host that is none": (bare("GET /valkommen HTTP/1.1", "Host: [::", "Connection: close"), 200),
    "two lines in a parameter": (page("/granska?done=%0d%0aSet-Cookie:%20ogon=stulen"), 302),
    "two lines in the way back": (
        lambda site: pressed(site.stranger, "/language/sv", next="/x\r\nSet-Cookie: ogon=stulen"),
        303,
    ),
    "another site as the way back": (lambda site: pressed(site.stranger, "/language/sv", next="//example.org"), 303),
    "a language that there is not": (
        lambda site: pressed(site.stranger, "/language/" + quote("../sv", ""), next="/"),
        404,
    ),
    "cookies of no letters": (
        lambda _site: request("GET", "/rapportera", ["Cookie: ogon=\xff\xfe; form=\xff; a"]),
        302,
    ),
    "search: NUL": (page("/platser/sok?q=%00"), 200),
    "search: half a surrogate pair": (page("/platser/sok?q=%ed%a0%80"), 200),
    "search: wildcards": (page("/platser/sok?q=%25%25%25%5f%5c"), 200),
    "area: half a surrogate pair": (data(f"{REST}?area=%ed%a0%80"), 200),
    "area: ' OR 1=1": (data(f"{REST}?area=%27%20OR%201%3D1"), 200),
    "category 4,000 times": (data(f"{REST}?category=" + "KLO," * 4000), 200),
    "forwarded for": (bare("GET /live HTTP/1.1", "Host: x", "X-Forwarded-For: 203.0.113.77", "Connection: close"), 200),
}
