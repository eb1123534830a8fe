"""The reporter's pages: the form, the receipt, what became of one's reports."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm.exc import StaleDataError

from observations import limits
from observations.access import Role, allow, current_actor
from observations.intake import actions, after, more, queries, questions, words
from observations.intake.channels import Sent, form, hand_in
from observations.intake.refused import Conflict, ReportRefused, TooManyReports
from observations.intake.validation import text_faults
from observations.record.categories import Category, short_label
from observations.record.categories import label as category_label
from observations.record.tables import Observation, TimeSource
from observations.record.workflow import WAITING, TransitionNotAllowed
from observations.web import Busy, current_database, current_session, now, render
from observations.web.texts import without_bidi

bp = Blueprint("intake", __name__)

ON_THE_PAGE = {"latitude": "address", "longitude": "address", "accuracy_m": "address", "id": "form"}
"""Fields that a person does not see, and the one beside which their sentence stands."""


@bp.get("/rapportera")
@allow(Role.REPORTER, Role.COORDINATOR)
def start() -> str:
    """An empty report."""
    return _page({})


@bp.post("/rapportera")
@allow(Role.REPORTER, Role.COORDINATOR)
def send() -> ResponseReturnValue:
    """Hand the report in; on to its receipt, or back to the form with everything that was typed.

    A question about the text is asked before anything is kept where no photo would have to be chosen again for it;
    else on the receipt, where the passage can be struck out too.
    """
    if "strike" in request.form:
        return _page(_struck(request.form))
    try:
        draft = form.read(Sent.of(request), now=now())
        if (
            not draft.photos
            and questions.about(request.form)
            and request.form.get("asked") != questions.key(request.form)
        ):
            return _again(422, gettext("Look at the question about your text, then send."))
        receipt = hand_in(draft)
    except ReportRefused as refused:
        fields = {ON_THE_PAGE.get(name, name): sentence for name, sentence in words.sentences(refused.fields).items()}
        return _again(refused.status, gettext("Something has to be mended before it can be sent."), fields)
    except Conflict:
        sentence = gettext("This report was sent before. Send again if what you have changed is to be a new report.")
        return _again(409, sentence)
    except TooManyReports as many:
        sentence = gettext("That is more reports than one phone may send in an hour. Wait a while and send again.")
        return _again(429, sentence, retry_after_s=many.retry_after_s)
    except Busy:
        sentence = gettext("It could not be saved just now. Wait a few seconds and send again.")
        return _again(503, sentence, retry_after_s=limits.BUSY_RETRY_S)
    return redirect(url_for(".receipt", id=receipt.id), code=303)


@bp.post("/rapportera/fragor")
@allow(Role.REPORTER, Role.COORDINATOR)
def ask() -> Response:
    """The questions about a text that is being typed, and the refusal if there is one. Nothing is kept."""
    wrong = text_faults(
        request.form.get("address", ""), request.form.get("note", ""), note_characters=limits.NOTE_CHARACTERS
    )
    asked = [asdict(each) | {"found": without_bidi(each.found)} for each in questions.about(request.form)]
    return jsonify(questions=asked, refused=words.sentences(wrong), asked=questions.key(request.form))


@bp.get("/kvitto/<uuid:id>")
@allow(Role.REPORTER, Role.COORDINATOR)
def receipt(id: uuid.UUID) -> str:
    """The receipt of a report that this very device has sent."""
    observation = queries.own(current_session(), current_actor().device_id, id) or abort(404)
    return render(
        "intake/receipt.html",
        observation=observation,
        questions=questions.about(_texts(observation)) if observation.review in WAITING else [],
        key=questions.key(_texts(observation)),
        category_label=category_label,
        choices=more.choices() if observation.review in WAITING else None,
        can_withdraw=actions.can_withdraw(observation, at=now()),
        time_is_from_photo=observation.observed_source is TimeSource.PHOTO,
        state=words.state(observation),
        reason=words.reason(observation),
        waits=observation.review in WAITING,
        can_follow_up=after.can_follow_up(observation),
    )


@bp.post("/kvitto/<uuid:id>/stryk")
@allow(Role.REPORTER, Role.COORDINATOR)
def strike(id: uuid.UUID) -> ResponseReturnValue:
    """Strike a passage out of one's own report. Pressed twice, or once it is reviewed, it changes nothing."""
    session = current_session()
    observation = queries.own(session, current_actor().device_id, id) or abort(404)
    texts = _texts(observation)
    asked = _chosen(texts) if request.form.get("key") == questions.key(texts) else None
    if asked:
        with suppress(TransitionNotAllowed, StaleDataError):  # somebody else was faster: the receipt asks again
            actions.strike(session, observation, asked, by=current_actor().pseudonym, at=now())
            session.commit()
            current_database().empty_log()
    return redirect(url_for(".receipt", id=id), code=303)


@bp.get("/mina-rapporter")
@allow(Role.REPORTER, Role.COORDINATOR)
def mine() -> str:
    """What this device sent of late, and what became of it."""
    observations = queries.mine(current_session(), current_actor().device_id, at=now())
    return render(
        "intake/mine.html",
        observations=observations,
        category_label=category_label,
        days=limits.MINE_FOR.days,
        state=words.state,
        reason=words.reason,
        can_follow_up=after.can_follow_up,
    )


def _texts(observation: Observation) -> dict[str, str]:
    return {field: getattr(observation, field) for field in questions.FIELDS}


def _chosen(typed: Mapping[str, str]) -> questions.Question | None:
    """The question that the pressed button belongs to."""
    asked, number = questions.about(typed), request.form.get("strike", type=int)
    return asked[number] if number is not None and 0 <= number < len(asked) else None


def _struck(typed: Mapping[str, str]) -> Mapping[str, str]:
    """What was typed, without the passage that is to go."""
    asked = _chosen(typed)
    return {**typed, asked.field: asked.without} if asked else typed


def _again(
    status: int, sentence: str, fields: Mapping[str, str] | None = None, *, retry_after_s: int | None = None
) -> Response:
    """The form once more, with what was typed. A browser never hands a file back, and the page says so."""
    response = make_response(_page(request.form, sentence=sentence, errors=fields or {}, anew=status == 409), status)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _page(
    typed: Mapping[str, str],
    *,
    sentence: str = "",
    errors: Mapping[str, str] | None = None,
    anew: bool = False,
) -> str:
    """The form. `anew` gives it a new id, else it keeps its own, so that sending twice is one report."""
    photos_lost = any(file.filename for file in request.files.getlist("photos"))
    # A button that strikes something out sends the form and would lose the photo that is chosen next: the receipt asks.
    asked_about = [] if photos_lost else questions.about(typed)
    kept_id = None if anew or (errors and "form" in errors) else typed.get("id")
    return render(
        "intake/start.html",
        report_id=kept_id or uuid.uuid4(),
        typed=typed,
        sentence=sentence,
        errors=errors or {},
        questions=asked_about,
        asked=questions.key(typed),
        photos_lost=photos_lost,
        categories=list(Category),
        short_label=short_label,
        limits=limits,
    )


# The routes there hang on bp, which must be there first.
from observations.intake import accessibility, after_views, own, round_views, same_views  # noqa: E402, F401
