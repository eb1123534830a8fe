"""1 000 ögon: the service, put together. Reads as the table of contents, in the order of a report's life."""

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from config import Settings
from observations import access, api, web
from observations.access import Role, allow, current_actor_or_none
from observations.accounts import sessions
from observations.accounts import views as accounts
from observations.api import health
from observations.clock import Clock
from observations.clock import now as real_now
from observations.database import Database
from observations.explore import views as explore
from observations.intake import phone
from observations.intake import views as intake
from observations.meetings import views as meetings
from observations.migrations import migrate
from observations.places import views as places
from observations.places.basemap import municipality
from observations.record import categories
from observations.review import queries as review_queries
from observations.review import views as review
from observations.trends import views as trends
from observations.web import MenuItem, Runtime
from uploads import recognizers
from uploads.recognizers import Look
from uploads.recognizers.apart import Apart
from uploads.stores import open_store

ROOMS = (places.bp, accounts.bp, intake.bp, phone.bp, review.bp, trends.bp, explore.bp, meetings.bp, api.bp, health.bp)

STAFF = frozenset({Role.COORDINATOR})
READERS = frozenset({Role.COORDINATOR, Role.COUNCIL})
MENU = (
    MenuItem("review.queue", lazy_gettext("Review"), STAFF, review_queries.count_waiting),
    MenuItem("explore.map_page", lazy_gettext("Map"), READERS),
    MenuItem("trends.normal_picture", lazy_gettext("Normal picture"), READERS),
    MenuItem("meetings.index", lazy_gettext("Meetings"), READERS),
    MenuItem("accounts.people", lazy_gettext("People"), frozenset({Role.COORDINATOR, Role.ADMIN})),
    MenuItem("review.self_check", lazy_gettext("Self-check"), frozenset({Role.ADMIN})),
)
HOME = {
    Role.REPORTER: "intake.start",
    Role.COORDINATOR: "review.queue",
    Role.COUNCIL: "meetings.index",
    Role.ADMIN: "accounts.people",
}


def create_app(settings: Settings, *, clock: Clock = real_now, look: Look | None = None) -> Flask:
    """The whole service for one instance; the database is brought up to date on the way.

    `look` looks through photos for what may be personal, and is asked only where a recognizer is installed; without
    one, that is done in a process of its own.
    Raises sqlalchemy's OperationalError when the database cannot be reached and uploads' StoreUnknown when
    the photo store's address is of no known kind.
    """
    database = Database(settings.database_url)
    migrate(database)
    runtime = Runtime(
        settings=settings,
        database=database,
        store=open_store(settings.photo_store),
        clock=clock,
        secret=web.secret_key(settings.instance),
        look=(look or Apart().look) if recognizers.installed() else None,
    )
    app = Flask(__name__, static_folder=None, template_folder="../templates")
    app.url_map.merge_slashes = False  # an address with two is none of ours, and not led to another host's
    csrf = web.install(app, runtime, menu=MENU)
    access.install(app, sessions.look_up)
    for room in ROOMS:
        app.register_blueprint(room)
    csrf.exempt(api.bp)  # machines carry a token; a cookie there is checked against the page's origin instead
    app.context_processor(lambda: {"municipality": municipality(settings)})
    app.add_template_filter(categories.label, "category_label")
    app.add_template_filter(categories.short_label, "category_short")
    app.add_url_rule("/", endpoint="front", view_func=_front)
    return app


@allow.anyone
def _front() -> ResponseReturnValue:
    """Where each role begins its day."""
    actor = current_actor_or_none()
    return redirect(url_for(HOME[actor.role] if actor else "accounts.welcome"))
