"""Other systems and apps: the fields of POST /api/v1/observations."""

import re
import uuid
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, ValidationError

from observations.intake.channels import PHOTOS, Sent
from observations.intake.draft import Draft, Point
from observations.intake.refused import Refusal, ReportRefused, Why
from observations.record.categories import Category
from observations.record.tables import PositionSource, TimeSource

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
TRUE = frozenset({"1", "true"})
NAME_SHOWN = 40
"""Characters of an unknown field's name that the answer repeats."""


def _only_rfc_3339(value: object) -> object:
    """Pydantic would also take seconds since 1970, and times without a zone."""
    if not (isinstance(value, str) and RFC_3339.fullmatch(value)):
        raise ValueError("not a moment of RFC 3339")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_only_rfc_3339)]


class Fields(BaseModel):
    """The text fields, by type. What values they may have is for the gate to say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: uuid.UUID
    category: Category
    observed_at: Moment
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    address: str = ""
    note: str = ""
    urgent: Literal["0", "1", "false", "true"] = "0"
    time_source: TimeSource = TimeSource.API
    position_source: PositionSource = PositionSource.API
    """Says something of a point; without one it says nothing."""


WRONG_TYPE: dict[str, Refusal] = {
    "id": Refusal.ID_INVALID,
    "category": Refusal.CATEGORY_UNKNOWN,
    "observed_at": Refusal.TIME_INVALID,
    "taken_at": Refusal.TIME_INVALID,
    "latitude": Refusal.POINT_INVALID,
    "longitude": Refusal.POINT_INVALID,
    "accuracy_m": Refusal.ACCURACY_INVALID,
    "urgent": Refusal.CHOICE_UNKNOWN,
    "time_source": Refusal.CHOICE_UNKNOWN,
    "position_source": Refusal.CHOICE_UNKNOWN,
}


def read(sent: Sent, *, now: datetime) -> Draft:
    """The draft. Raises ReportRefused for a missing, unknown, repeated or mistyped field, and for half a point."""
    fields = typed(Fields, sent)
    return Draft(
        id=fields.id,
        category=fields.category,
        observed_at=fields.observed_at,
        time_source=fields.time_source,
        point=_point(fields),
        address=fields.address,
        note=fields.note,
        urgent=fields.urgent in TRUE,
        photos=sent.photos(),
    )


Model = TypeVar("Model", bound=BaseModel)


def typed(model: type[Model], sent: Sent) -> Model:
    """The text fields. Raises ReportRefused for one that is missing, unknown, repeated or of another type."""
    wrong: dict[str, Why] = {name: Refusal.FIELD_REPEATED for name, values in sent.fields.lists() if len(values) > 1}
    wrong |= {name[:NAME_SHOWN]: Refusal.FIELD_UNKNOWN for name in sent.files if name != PHOTOS}
    wrong |= {name: Refusal.PHOTO_NOT_A_FILE for name in sent.fields if name == PHOTOS}
    if wrong:
        raise ReportRefused(wrong)
    try:
        return model.model_validate(sent.fields.to_dict())
    except ValidationError as error:
        raise ReportRefused(
            {_name(e["loc"]): _why(model, e["type"], _name(e["loc"])) for e in error.errors()}
        ) from None


def _name(location: tuple[int | str, ...]) -> str:
    return str(location[0])[:NAME_SHOWN]


def _why(model: type[BaseModel], kind: str, name: str) -> Why:
    if kind == "missing":
        return Refusal.MISSING
    return WRONG_TYPE.get(name, Refusal.TEXT_INVALID) if name in model.model_fields else Refusal.FIELD_UNKNOWN


def _point(fields: Fields) -> Point | None:
    if fields.latitude is None and fields.longitude is None:
        return None
    if fields.latitude is None or fields.longitude is None:
        raise ReportRefused({"latitude" if fields.latitude is None else "longitude": Refusal.MISSING})
    return Point(fields.latitude, fields.longitude, fields.position_source, fields.accuracy_m)
