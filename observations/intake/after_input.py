"""The fields of an after-photo, as other systems and the phone send them, and as the page does without a script."""

import uuid

from pydantic import BaseModel, ConfigDict

from observations.intake.channels import PHOTOS, Sent
from observations.intake.channels.rest import Moment, typed
from observations.intake.draft import AfterDraft
from observations.intake.refused import Refusal, ReportRefused, Why


class AfterFields(BaseModel):
    """The text fields of POST /api/v1/observations/{id}/after-photos, by type."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: uuid.UUID
    taken_at: Moment


def of_rest(sent: Sent, observation_id: uuid.UUID) -> AfterDraft:
    """The draft. Raises ReportRefused for a missing, unknown, repeated or mistyped field, and for any but one photo."""
    fields = typed(AfterFields, sent)
    photos = sent.photos()
    if len(photos) != 1:
        raise ReportRefused({PHOTOS: Refusal.ONE_PHOTO})
    return AfterDraft(fields.id, observation_id, fields.taken_at, photos[0])


def of_form(sent: Sent, observation_id: uuid.UUID) -> AfterDraft:
    """The draft of a form, taken when it arrives: nobody is asked for the time of a photo that is taken now.

    Raises ReportRefused with everything that a person has to mend.
    """
    wrong: dict[str, Why] = {}
    photos = sent.photos()
    if len(photos) != 1:
        wrong[PHOTOS] = Refusal.ONE_PHOTO
    try:
        id = uuid.UUID(sent.fields.get("id", ""))
    except ValueError:
        raise ReportRefused(wrong | {"id": Refusal.ID_INVALID}) from None
    if wrong:
        raise ReportRefused(wrong)
    return AfterDraft(id, observation_id, None, photos[0])
