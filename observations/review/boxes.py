"""Boxes as the page shows and its forms write them: `photo:left,top,right,bottom`, in fractions of the picture."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import LazyString, gettext, lazy_gettext

from observations.record import redaction
from observations.record.tables import Observation, Photo
from observations.web import BadInput
from uploads import Box, limits
from uploads.recognizers import Kind

WORDS: dict[Kind, tuple[LazyString, LazyString]] = {
    Kind.FACE: (lazy_gettext("face"), lazy_gettext("A face?")),
    Kind.OTHER: (lazy_gettext("personal"), lazy_gettext("Something personal?")),
}
"""What each kind is called, and how one asks for it."""

NARROW, LOW = 0.6, 0.9
"""A label that begins right of, or stands below, this part of the picture would stick out of it."""


@dataclass(frozen=True)
class Suggested:
    """A suggested box as it is drawn, in per cent of the picture, and as a form names it."""

    value: str
    word: str
    question: str
    left: float
    top: float
    width: float
    height: float
    label_x: float
    label_y: float
    label_below: bool
    label_ends: bool
    """Whether the label ends at `label_x` rather than begins there."""


def suggested(photo: Photo) -> list[Suggested]:
    """The boxes on a photo that wait for an answer."""
    return [_drawn(photo, each.kind, each.box) for each in redaction.suggestions(photo)]


def _drawn(photo: Photo, kind: Kind, box: Box) -> Suggested:
    word, question = WORDS[kind]
    below, ends = box.bottom < LOW, box.left > NARROW
    return Suggested(
        value=write(photo, box),
        word=str(word),
        question=str(question),
        left=_per_cent(box.left),
        top=_per_cent(box.top),
        width=_per_cent(box.right - box.left),
        height=_per_cent(box.bottom - box.top),
        label_x=_per_cent(box.right if ends else box.left),
        label_y=_per_cent(box.bottom if below else box.top),
        label_below=below,
        label_ends=ends,
    )


def _per_cent(fraction: float) -> float:
    return round(100 * fraction, 2)


def write(photo: Photo, box: Box) -> str:
    """One box of one photo, as a form's value."""
    return f"{photo.id}:{','.join(map(str, redaction.corners(box)))}"


def read(observation: Observation, texts: Sequence[str]) -> list[tuple[Photo, Box]]:
    """The boxes, each with the photo of this report that it is on; those on a photo that is gone are left out.

    Raises BadInput for what no page of ours would send.
    """
    photos = {str(photo.id): photo for photo in observation.photos}
    if any(count > limits.BOXES_PER_PHOTO for count in Counter(text.partition(":")[0] for text in texts).values()):
        raise BadInput(gettext("That is more boxes than one photo can have. Reject it instead."))
    found = [(photos.get(text.partition(":")[0].lower()), _box(text.partition(":")[2])) for text in texts]
    return [(photo, box) for photo, box in found if photo is not None]


def by_photo(boxes: Iterable[tuple[Photo, Box]]) -> dict[Photo, list[Box]]:
    """The boxes of each photo together."""
    together: defaultdict[Photo, list[Box]] = defaultdict(list)
    for photo, box in boxes:
        together[photo].append(box)
    return dict(together)


def _box(text: str) -> Box:
    try:
        left, top, right, bottom = map(float, text.split(","))
        return Box(left, top, right, bottom)
    except ValueError:
        raise BadInput(gettext("A box has to lie on the photo. Draw it again."), status=422) from None
