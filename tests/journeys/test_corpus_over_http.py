"""Real files come in over HTTP: photos of some two hundred cameras, and the map of a real quarter."""

import gzip
import json
import subprocess
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import urlsplit

import mapbox_vector_tile
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect
from pmtiles.reader import MmapSource, all_tiles

from observations.access import Role
from observations.places import layers
from observations.places.basemap import map_facts, tiles_path
from tests.journeys import corpus
from tests.journeys.conftest import DESK, Travels
from tests.journeys.maps import wait_for_map
from tests.journeys.serving import Service, an_instance, serving
from tests.journeys.watching import Watch
from tests.programs import needed

OF_THE_PICTURE_ALONE = {"ExifTool", "System", "File", "JFIF", "Composite"}
"""What exiftool computes from the picture and the file system, and the one segment that a plain JPEG has."""

BOUNDARY = "between-the-parts"
CLIENTS = 2
TRIES = 20


@dataclass(frozen=True)
class Answer:
    """What the service said to one photo."""

    status: int
    kind: str
    body: dict[str, Any]
    retry_after_s: int = 0


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service on an instance that nobody has put anything into."""
    corpus.needed("photos")
    with serving(an_instance(tmp_path_factory.mktemp("empty"))) as running:
        yield running
    assert [] == running.faults_logged()


@pytest.fixture(scope="module")
def answers(empty: Service) -> dict[str, Answer]:
    """Every photo of the corpus, sent as another system sends it."""
    token = empty.token(Role.REPORTER)
    paths = corpus.photos()
    with ThreadPoolExecutor(CLIENTS) as clients:
        said = clients.map(lambda path: post(empty, token, path), paths)
        return {f"{path.parent.name}/{path.name}": answer for path, answer in zip(paths, said, strict=True)}


def test_every_camera_is_taken_or_told_why(answers: dict[str, Answer]) -> None:
    """A photo is kept, or refused with a Swedish sentence; none brings the service down."""
    counts = Counter(answer.status for answer in answers.values())
    print(f"{len(answers)} photos: {dict(sorted(counts.items()))}")
    refused = {name: answer for name, answer in answers.items() if answer.status != 201}
    for name, answer in refused.items():
        print(name, answer.status, answer.body.get("detail"))

    assert [] == [name for name, answer in refused.items() if not is_a_clear_refusal(answer)]
    assert counts[201] > 200
    assert len(refused) <= 2


def test_no_photo_keeps_more_than_its_picture(answers: dict[str, Answer], empty: Service) -> None:
    """The tool that reads more maker notes than any other finds JFIF in what is stored, and nothing of a camera."""
    found = groups(Path(empty.settings.photo_store.removeprefix("folder:")))
    kept = sum(answer.status == 201 for answer in answers.values())

    assert set(found) <= OF_THE_PICTURE_ALONE, found
    assert kept == found["System"]
    assert kept == found["JFIF"]


def test_a_naive_copy_would_be_found_out(tmp_path: Path) -> None:
    """Control: the same photos, shrunk by a program that means well, still say where and with what they were taken."""
    cameras = [path for path in corpus.photos() if path.suffix == ".jpg"]
    for number, path in enumerate(cameras[:40]):
        with Image.open(path) as original:
            kept = original.info.get("exif", b"")
            original.convert("RGB").save(tmp_path / str(number), "JPEG", exif=kept)

    found = set(groups(tmp_path)) - OF_THE_PICTURE_ALONE
    assert {"ExifIFD", "GPS"} <= found


def test_a_refusal_must_be_clear() -> None:
    """Control: a crash, a page for people and an English sentence are no answers."""
    clear = Answer(422, "application/problem+json", {"detail": "photos: Fotot är skadat."})

    assert is_a_clear_refusal(clear)
    assert not is_a_clear_refusal(Answer(500, clear.kind, clear.body))
    assert not is_a_clear_refusal(Answer(422, "text/html", {}))
    assert not is_a_clear_refusal(Answer(422, clear.kind, {"detail": "photos: The photo is damaged."}))


def test_the_map_of_a_real_quarter_is_drawn(empty: Service, browser: Browser, tmp_path: Path) -> None:
    """From the extract by the command to the screen: houses, streets, parks, and names with å, ä and ö."""
    empty.command("places", "import", str(corpus.needed("map/stockholm_ostermalm.osm.pbf")))
    watch = Watch(empty.address)
    travels = Travels(browser, empty, watch, set(), None)
    desk = travels.signed_in(Role.COORDINATOR, DESK)
    desk.goto(empty.address + "/karta")
    expect(desk.locator("[data-map-note]")).to_be_hidden()
    (tmp_path / "quarter.png").write_bytes(wait_for_map(desk, "land", "house", "road", "green"))
    desk.context.close()

    names = street_names(empty)
    assert {"Östermalmsgatan", "Rådmansgatan", "Lästmakargatan"} <= names
    assert {"å", "ä", "ö"} <= set("".join(names).lower())
    assert map_facts(empty.settings) is not None
    assert [] == watch.unexpected()


def is_a_clear_refusal(answer: Answer) -> bool:
    """Whether it is the sender's error, said in Swedish, in the form that machines read."""
    detail = str(answer.body.get("detail", ""))
    in_form = 400 <= answer.status < 500 and answer.kind == "application/problem+json"
    return in_form and bool(set("åäö") & set(detail))


def post(service: Service, token: str, path: Path) -> Answer:
    """One report with that photo. Busy means later: the same report again, as the answer says."""
    body = multipart(path)
    answer = sent(service, token, body)
    for _ in range(TRIES):
        if answer.status != 503:
            break
        sleep(min(2, answer.retry_after_s))
        answer = sent(service, token, body)
    return answer


def sent(service: Service, token: str, body: bytes) -> Answer:
    """What is answered to one request."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    connection = HTTPConnection(urlsplit(service.address).netloc, timeout=60)
    connection.request("POST", "/api/v1/observations", body, headers)
    response = connection.getresponse()
    kind, later = response.headers.get_content_type(), int(response.headers.get("Retry-After", "0"))
    answer = Answer(response.status, kind, json.loads(response.read()), later)
    connection.close()
    return answer


def multipart(path: Path) -> bytes:
    """A report of graffiti now, with the photo under the name that it has in the corpus."""
    fields = {
        "id": str(uuid.uuid4()),
        "category": "KLO",
        "observed_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "latitude": "59.338",
        "longitude": "18.086",
    }
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    parts = "".join(f'{head}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    file = f'{head}"photos"; filename="{path.name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    return (parts + file).encode() + path.read_bytes() + f"\r\n--{BOUNDARY}--\r\n".encode()


def groups(folder: Path) -> Counter[str]:
    """In how many files of a folder, whatever they are called, exiftool sees fields of each group; one run."""
    command = [needed("exiftool"), "-a", "-G1", "-s", "-json", "-r", "-ext", "*", str(folder)]
    said = subprocess.run(command, capture_output=True, check=False).stdout
    return Counter(group for file in json.loads(said) for group in {name.split(":")[0] for name in file if ":" in name})


def street_names(service: Service) -> set[str]:
    """The names of streets that the map's tiles carry where they are largest."""
    names = set()
    with tiles_path(service.settings).open("rb") as file:
        tiles: Any = all_tiles(MmapSource(file))  # type: ignore[no-untyped-call]  # pmtiles has few types
        for (zoom, _x, _y), tile in tiles:
            if zoom == layers.MAX_ZOOM:
                roads = mapbox_vector_tile.decode(gzip.decompress(tile)).get("roads", {"features": []})
                names |= {feature["properties"].get("name", "") for feature in roads["features"]}
    return names
