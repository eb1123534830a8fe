"""Settings: typed, frozen, read once from OGON_… environment variables."""

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "OGON_"
ROOT = Path(__file__).resolve().parent


ROLES = ("reporter", "coordinator", "council", "admin")
"""The words for observations.access.Role, which this floor does not know; a test keeps them the same."""

DATABASE = re.compile(r"sqlite:///(?!:memory:$).+|postgresql(\+psycopg)?://.+")

NEEDED_FOR_OIDC = ("oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_roles")
"""Single sign-on has all of these or none."""


class SettingsInvalid(Exception):
    """An OGON_ variable is misspelt or holds a value that cannot be used; the text names it."""


def role_pairs(text: object) -> object:
    """("ogon-rad", "council") and so on, in the order of a text "ogon-samordnare=coordinator, ogon-rad=council".

    The last `=` parts value and role, so that a value may hold one. Raises ValueError for a role that there is not.
    """
    if not isinstance(text, str):
        return text
    pairs = [tuple(word.strip() for word in part.rpartition("=")[::2]) for part in text.split(",") if part.strip()]
    wrong = [value or role for value, role in pairs if not value or role not in ROLES]
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: write value=role, where role is one of {', '.join(ROLES)}")
    return tuple(pairs)


def is_private_address(url: str) -> bool:
    """Whether what is sent there cannot be read on the way: https, or this machine itself."""
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname or ""
        own = host == "localhost" or (scheme == "http" and ipaddress.ip_address(host).is_loopback)
    except ValueError:
        return False
    return bool(host) and (scheme == "https" or (scheme == "http" and own))


def known_database(url: str) -> str:
    """The address itself. Raises ValueError for a kind of database that the service has never been tried on."""
    if url and not DATABASE.fullmatch(url):
        raise ValueError("the database is sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
    return url


class Settings(BaseSettings):
    """Everything that an installation may set; docs/operations.md explains each for the person who runs it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    instance: Path = ROOT / "instance"
    """Folder for run-time data: database, photos, map, secrets."""
    database_url: Annotated[str, AfterValidator(known_database)] = ""
    """SQLAlchemy address; empty means SQLite in the instance folder."""
    photo_store: str = ""
    """`folder:PATH`; empty means the folder `photos` in the instance folder."""
    base_url: str = "http://127.0.0.1:8000"
    """The address that people type; invitation links start with it."""
    municipality: str = Field(default="", max_length=80)
    """The name shown in the page head and on the meeting paper; empty takes that of the imported map, if any."""
    contact: str = Field(default="", max_length=200)
    """Where people write or call when a page cannot be used; stands in the accessibility statement."""
    reports_per_hour: int = Field(default=60, ge=1, le=100_000)
    """Reports accepted from one device in an hour before the answer is 429."""
    keep_links_days: int = Field(default=90, ge=60, le=3650)
    """Days for which it can be found out which device sent a report; reporters see their own for the first 14."""
    keep_photos_months: int = Field(default=24, ge=1, le=600)
    """Months after receipt for which photos are kept."""
    keep_observations_months: int = Field(default=60, ge=1, le=600)
    """Months after receipt for which observations are kept; photos never longer than that."""
    keep_devices_days: int = Field(default=90, ge=1, le=3650)
    """Days for which a device stays listed after its sign-in ended, and an invitation after it was used or ran out."""
    upload_memory_mb: int = Field(default=256, ge=32, le=65_536)
    """Memory that the bodies of all requests together may take; the least holds one report of full size."""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many proxies in front set X-Forwarded-…; 0 means that these headers are ignored."""
    oidc_issuer: str = ""
    """The identity provider's issuer, exactly as its discovery document has it; empty means no single sign-on."""
    oidc_client_id: str = ""
    """How the provider calls this service."""
    oidc_client_secret: SecretStr = SecretStr("")
    """What this service shows the provider that it is itself by."""
    oidc_scope: str = "openid"
    """What is asked for, in words with spaces between; no names and no mail addresses are needed."""
    oidc_role_claim: str = Field(default="roles", min_length=1)
    """The claim that holds the role; with dots where it lies within others, as in `realm_access.roles`."""
    oidc_roles: Annotated[tuple[tuple[str, str], ...], BeforeValidator(role_pairs)] = ()
    """Values of the claim and the role that each stands for; of several that somebody has, the first here counts."""
    oidc_name: str = Field(default="", max_length=60)
    """What the button calls the provider's accounts; empty means the municipality's."""

    @model_validator(mode="after")
    def _fill_from_instance(self) -> Self:
        """Derive the defaults that depend on the instance folder."""
        instance = self.instance.expanduser().resolve()
        filled = {
            "instance": instance,
            "database_url": self.database_url or f"sqlite:///{instance / 'ogon.sqlite3'}",
            "photo_store": self.photo_store or f"folder:{instance / 'photos'}",
            "base_url": self.base_url.rstrip("/"),
        }
        for name, value in filled.items():
            object.__setattr__(self, name, value)
        return self

    @model_validator(mode="after")
    def _whole_single_sign_on(self) -> Self:
        """Refuse half a single sign-on, and one whose secrets would travel in the open."""
        missing = [name for name in NEEDED_FOR_OIDC if not getattr(self, name)]
        if missing == list(NEEDED_FOR_OIDC):
            return self
        if missing:
            raise ValueError(f"single sign-on also needs {', '.join(PREFIX + name.upper() for name in missing)}")
        if not is_private_address(self.oidc_issuer) or set("?#@") & set(self.oidc_issuer):
            raise ValueError("OGON_OIDC_ISSUER must be an https address, without ? and #")
        if not is_private_address(self.base_url):
            raise ValueError("single sign-on needs an OGON_BASE_URL that begins with https")
        if "openid" not in self.oidc_scope.split():
            raise ValueError("OGON_OIDC_SCOPE must hold the word openid")
        return self

    @property
    def https(self) -> bool:
        """Whether people reach the service over TLS; decides the cookie's name and HSTS."""
        return self.base_url.startswith("https://")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments only: `load` reads the environment itself, so that tests never see the machine's."""
        return (init_settings,)


def load(environ: Mapping[str, str]) -> Settings:
    """Settings from the OGON_ names in `environ`.

    Raises SettingsInvalid for a name that no setting has and for a value that does not fit.
    """
    given = {name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
    unknown = sorted(set(given) - set(Settings.model_fields))
    if unknown:
        names = ", ".join(PREFIX + name.upper() for name in unknown)
        raise SettingsInvalid(f"No such setting: {names}. docs/operations.md lists those there are.")
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic turns the text into the field's type
    except ValidationError as error:
        wrong = "; ".join(_told(e["loc"], e["msg"]) for e in error.errors())
        raise SettingsInvalid(wrong) from error


def _told(where: tuple[int | str, ...], message: str) -> str:
    """One thing that is wrong, without the value: that may be a secret."""
    sentence = message.removeprefix("Value error, ")
    return f"{PREFIX}{str(where[0]).upper()}: {sentence}" if where else sentence
