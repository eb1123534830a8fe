"""Settings: typed, frozen, read once from OGON_… environment variables."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "OGON_"
ROOT = Path(__file__).resolve().parent


class SettingsInvalid(Exception):
    """An OGON_ variable is misspelt or holds a value that cannot be used; the text names it."""


class Settings(BaseSettings):
    """Everything that an installation may set; docs/operations.md explains each for the person who runs it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    instance: Path = ROOT / "instance"
    """Folder for run-time data: database, photos, map, secrets."""
    database_url: str = ""
    """SQLAlchemy address; empty means SQLite in the instance folder."""
    photo_store: str = ""
    """`folder:PATH`; empty means the folder `photos` in the instance folder."""
    base_url: str = "http://127.0.0.1:8000"
    """The address that people type; invitation links start with it."""
    municipality: str = Field(default="", max_length=80)
    """The name shown in the page head and on the meeting paper; empty takes that of the imported map, if any."""
    reports_per_hour: int = Field(default=60, ge=1, le=100_000)
    """Reports accepted from one device in an hour before the answer is 429."""
    keep_links_days: int = Field(default=90, ge=14, le=3650)
    """Days for which it can be found out which device sent a report; reporters see their own for the first 14."""
    keep_photos_months: int = Field(default=24, ge=1, le=600)
    """Months after receipt for which photos are kept."""
    keep_observations_months: int = Field(default=60, ge=1, le=600)
    """Months after receipt for which observations are kept; photos never longer than that."""
    keep_devices_days: int = Field(default=90, ge=1, le=3650)
    """Days for which a device stays listed after its sign-in ended, and an invitation after it was used or ran out."""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many proxies in front set X-Forwarded-…; 0 means that these headers are ignored."""

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
        wrong = "; ".join(f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsInvalid(wrong) from error
