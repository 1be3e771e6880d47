"""Settings: connections and times from the environment (and ``.env``), policy from ``mam-assets.toml``.

The environment names are those of the system this one replaces, so that an old ``.env`` keeps working. A wrong value,
an unknown key or a missing secret is a ``SettingsError`` whose text is one sentence per problem and names the key.
Secrets are ``SecretStr``: they show as ``**********`` wherever settings are printed.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from dotenv import dotenv_values
from pydantic import AfterValidator, AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from .policy import Policy


class SettingsError(Exception):
    """The settings cannot be used. ``problems`` has one sentence for each thing to fix."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("must be a full address such as http://192.168.1.10:13378")
    return value.rstrip("/")


def _cron(value: str) -> str:
    try:
        CronSim(value, datetime(2026, 1, 1))  # noqa: DTZ001  only its form is looked at
    except CronSimError:
        raise ValueError("must be a cron expression of five fields such as '0 2 * * *'") from None
    return value


def _database_url(value: str) -> str:
    scheme = value.split(":", 1)[0].split("+", 1)[0]
    if value and scheme not in ("sqlite", "postgres", "postgresql"):
        raise ValueError("must begin with postgresql:// or sqlite:///")
    return value


def _path_map(value: str) -> str:
    parse_path_map(value)
    return value


def parse_path_map(text: str) -> tuple[tuple[str, str], ...]:
    """ "/downloads=/mnt/nas/downloads;/books=/srv/books" → pairs (their prefix, our prefix), longest prefix first."""
    pairs = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        theirs, equals, ours = part.partition("=")
        if not equals or not theirs.strip() or not ours.strip():
            raise ValueError("must be pairs 'their prefix=our prefix' joined by ';'")
        pairs.append((theirs.strip().rstrip("/") or "/", ours.strip().rstrip("/") or "/"))
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def _loopback(value: str) -> str:
    try:
        is_loopback = value == "localhost" or ipaddress.ip_address(value).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise ValueError(
            "the web UI has no login yet, so it listens on this machine alone (127.0.0.1, ::1 or localhost); put a "
            "reverse proxy with authentication in front of it, or reach it through SSH (docs/operations.md)"
        )
    return value


def _host_names(value: str) -> str:
    for name in value.split():
        if not re.fullmatch(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\]", name):
            raise ValueError(f"{name!r} is not a host name: give bare names such as books.home, without port")
    return value


Url = Annotated[str, AfterValidator(_http_url)]
Cron = Annotated[str, AfterValidator(_cron)]
PathMap = Annotated[str, AfterValidator(_path_map)]
LoopbackHost = Annotated[str, AfterValidator(_loopback)]
HostNames = Annotated[str, AfterValidator(_host_names)]


def _env(name: str, default: Any, description: str, *others: str) -> Any:
    alias = AliasChoices(name, *others)
    return Field(default=default, validation_alias=alias, description=description)


class Settings(BaseSettings):
    """Where the services are, when the schedules run and where the state lies. Every field is one variable."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    abs_url: Url = _env("ABS_URL", "", "Address of Audiobookshelf")
    abs_token: SecretStr = _env("ABS_TOKEN", SecretStr(""), "API key of an Audiobookshelf user who may update items")
    qb_host: str = _env("QB_HOST", "", "qBittorrent's Web UI: a host name, or a full address")
    qb_port: int = _env("QB_PORT", 8080, "qBittorrent's Web UI port")
    qb_username: str = _env("QB_USERNAME", "", "qBittorrent user name")
    qb_password: SecretStr = _env("QB_PASSWORD", SecretStr(""), "qBittorrent password")
    qb_api_key: SecretStr = _env("QB_API_KEY", SecretStr(""), "qBittorrent API key (5.2 and later), instead of both")
    mam_id: SecretStr = _env("MAM_ID", SecretStr(""), "MAM session cookie (Preferences → Security → Create session)")
    mam_username: str = _env("MAM_USERNAME", "", "Not used: programs log in to MAM with MAM_ID only")
    mam_password: SecretStr = _env("MAM_PASSWORD", SecretStr(""), "Not used: programs log in to MAM with MAM_ID only")
    mam_url: Url = _env("MAM_URL", "https://www.myanonamouse.net", "Address of MAM")
    mam_dynamic_seedbox: bool = _env(
        "MAM_DYNAMIC_SEEDBOX",
        False,
        "Tell MAM when the address torrents are seeded from has changed: true or false",
    )
    goodreads_url: Url = _env("GOODREADS_URL", "https://www.goodreads.com", "Address of Goodreads")
    hardcover_url: Url = _env("HARDCOVER_URL", "https://api.hardcover.app/v1/graphql", "Address of Hardcover")
    hardcover_token: SecretStr = _env("HARDCOVER_TOKEN", SecretStr(""), "Hardcover API token; blank: off")
    audible_url: Url = _env("AUDIBLE_URL", "", "Address of the Audible catalogue; blank: by the region in the policy")
    audnexus_url: Url = _env("AUDNEXUS_URL", "https://api.audnex.us", "Address of Audnexus")
    google_books_url: Url = _env("GOOGLE_BOOKS_URL", "https://www.googleapis.com/books/v1", "Address of Google Books")
    google_books_api_key: SecretStr = _env("GOOGLE_BOOKS_API_KEY", SecretStr(""), "Google Books key; blank: off")
    database_url: Annotated[SecretStr, AfterValidator(lambda v: SecretStr(_database_url(v.get_secret_value())))] = _env(
        "DATABASE_URL", SecretStr(""), "postgresql://… for the tables and Dagster's own storage; blank: SQLite"
    )
    download_path_map: PathMap = _env(
        "DOWNLOAD_PATH_MAP", "", "qBittorrent's paths as this program sees them: 'theirs=ours', joined by ';'"
    )
    library_path_map: PathMap = _env(
        "LIBRARY_PATH_MAP", "", "Audiobookshelf's paths as this program sees them: 'theirs=ours', joined by ';'"
    )
    state_dir: Path = _env("MAM_STATE_DIR", Path(".mam-assets"), "Folder of databases, cookie and caches")
    policy_file: Path = _env("MAM_ASSETS_CONFIG", Path("mam-assets.toml"), "The policy file")
    mode: Literal["", "review", "auto"] = _env(
        "MAM_ASSETS_MODE", "", "review or auto; overrides the policy file's mode"
    )
    notify_urls: SecretStr = _env("NOTIFY_URLS", SecretStr(""), "Apprise addresses for notifications, space-separated")
    task_mam_time: Cron = _env("TASK_MAM_TIME", "0 2 * * *", "Nightly search")
    task_top10_time: Cron = _env("TASK_TOP10_TIME", "0 3 * * 0", "Weekly list of the most snatched releases on MAM")
    task_metadata_full_time: Cron = _env("TASK_METADATA_FULL_TIME", "0 4 1 * *", "Monthly metadata enrichment")
    task_series_time: Cron = _env("TASK_SERIES_TIME", "0 3 2 * *", "Monthly refresh of all series")
    task_author_time: Cron = _env("TASK_AUTHOR_TIME", "0 3 3 * *", "Monthly refresh of all authors")
    tz: str = _env("TZ", "UTC", "Time zone of the schedules")
    host: LoopbackHost = _env("MAM_ASSETS_HOST", "127.0.0.1", "Address the web UI listens on, on this machine alone")
    port: int = _env("MAM_ASSETS_PORT", 3000, "Port the web UI listens on")
    allowed_hosts: HostNames = _env(
        "MAM_ASSETS_ALLOWED_HOSTS", "", "Names under which a reverse proxy serves the web UI, separated by spaces"
    )

    @classmethod
    def names(cls) -> dict[str, str]:
        """Variable name → what it is for, in the order of the documentation."""
        purposes = {}
        for field in cls.model_fields.values():
            alias = field.validation_alias
            assert isinstance(alias, AliasChoices)
            purposes[str(alias.choices[0])] = field.description or ""
        return purposes

    @property
    def qb_url(self) -> str:
        """Full address of qBittorrent's Web UI. One with a port or a path (behind a proxy) is taken as it is."""
        if self.qb_host.startswith(("http://", "https://")):
            parts = urlsplit(self.qb_host)
            whole = parts.port or parts.path.strip("/") or "QB_PORT" not in os.environ
            netloc = parts.netloc if whole else f"{parts.netloc}:{self.qb_port}"
            return f"{parts.scheme}://{netloc}{parts.path}".rstrip("/")
        return f"http://{self.qb_host}:{self.qb_port}" if self.qb_host else ""

    @property
    def store_url(self) -> str:
        """SQLAlchemy address of the store. Holds the database password: never print it."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.state_dir.absolute() / 'store.db'}"

    def missing(self) -> dict[str, str]:
        """Variable → a sentence on what to do, for each connection that the loop needs and that is not set."""
        problems = {}
        if not self.abs_url:
            problems["ABS_URL"] = (
                "ABS_URL is not set: give the address of Audiobookshelf, such as http://127.0.0.1:13378."
            )
        if not self.abs_token.get_secret_value():
            problems["ABS_TOKEN"] = "ABS_TOKEN is not set: create an API key in Audiobookshelf (Settings → API Keys)."
        if not self.qb_host:
            problems["QB_HOST"] = "QB_HOST is not set: give the host name of qBittorrent's Web UI."
        if not self.qb_api_key.get_secret_value() and self.qb_username and not self.qb_password.get_secret_value():
            problems["QB_PASSWORD"] = "QB_PASSWORD is not set, though QB_USERNAME is."
        if not self.mam_id.get_secret_value():
            why = " MAM_USERNAME and MAM_PASSWORD cannot be used by programs." if self.mam_username else ""
            problems["MAM_ID"] = (
                "MAM_ID is not set: on MAM open Preferences → Security, create a session for the IP address of this "
                "machine and copy its value here." + why
            )
        return problems

    def require(self, *names: str) -> None:
        """Raises SettingsError when one of these connections is not set."""
        missing = self.missing()
        if problems := [missing[name] for name in names if name in missing]:
            raise SettingsError(problems)


AUDIBLE = "https://api.audible.com"  # of any region: only whether it is the real one matters
FOREIGN = ("DAGSTER_", "PUID", "PGID", "UMASK", "COMPOSE_", "PYTHON", "PATH", "HOME", "LANG", "LC_")


def _dotenv(path: Path) -> dict[str, str]:
    """The variables of ``.env``, an unknown one being an error that names the likeliest meant."""
    known = Settings.names()
    values = {key: value or "" for key, value in dotenv_values(path).items()}
    problems = []
    for key in values:
        if key not in known and not key.startswith(FOREIGN):
            near = difflib.get_close_matches(key, known, 1)
            problems.append(f"{key} in {path.name} is not a setting" + (f": did you mean {near[0]}?" if near else "."))
    if problems:
        raise SettingsError(problems)
    return values


def _sentences(error: ValidationError, where: str) -> list[str]:
    sentences = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"]) or where
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            sentences.append(f"{key} in {where} is not a setting.")
        else:
            sentences.append(f"{key} in {where} is wrong: {message[0].lower()}{message[1:]}.")
    return sentences


def load_settings(folder: Path | None = None) -> Settings:
    """Read the settings: the process's environment first, then ``.env`` in ``folder`` (the current one).

    The variables of ``.env`` are put into the process's environment, because Dagster's own processes read them there.
    Raises SettingsError with one sentence per wrong key.
    """
    path = (folder or Path.cwd()) / ".env"
    if path.is_file():
        for key, value in _dotenv(path).items():
            os.environ.setdefault(key, value)
    try:
        settings = Settings()
        ZoneInfo(settings.tz)
    except ValidationError as error:
        raise SettingsError(_sentences(error, "the environment")) from None
    except (KeyError, ValueError, OSError):
        raise SettingsError([f"TZ in the environment is wrong: {os.environ.get('TZ')!r} is not a time zone."]) from None
    return settings


def load_policy(settings: Settings, folder: Path | None = None) -> Policy:
    """Read ``mam-assets.toml``, or take the defaults. Raises SettingsError with one sentence per wrong key."""
    path = settings.policy_file if settings.policy_file.is_absolute() else (folder or Path.cwd()) / settings.policy_file
    content: dict[str, Any] = {}
    if path.is_file():
        try:
            content = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError([f"{path.name} cannot be read: {error}."]) from None
    if settings.mode:
        content = {**content, "mode": settings.mode}
    try:
        policy = Policy.model_validate(content)
    except ValidationError as error:
        raise SettingsError(_sentences(error, path.name)) from None
    part = policy.catalogue
    too_fast = [
        f"catalogue.{key} in {path.name} is wrong: {most} is the most."
        for key, pace, address, owner, most in (
            ("goodreads_per_minute", part.goodreads_per_minute, settings.goodreads_url, "goodreads.com", 30),
            ("hardcover_per_minute", part.hardcover_per_minute, settings.hardcover_url, "hardcover.app", 60),
            ("audible_per_minute", part.audible_per_minute, settings.audible_url or AUDIBLE, "audible.com", 60),
        )
        if pace > most and (urlsplit(address).hostname or "").endswith(owner)
    ]
    if too_fast:
        raise SettingsError(too_fast)
    return policy
