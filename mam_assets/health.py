"""`mam-assets check`: connect to every configured service, read only; say what is wrong and how to fix it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from mam_assets import clients
from mam_assets.domain.paths import mapped
from mam_assets.policy import Policy
from mam_assets.settings import Settings, parse_path_map
from mam_assets.store.engine import open_engine
from mam_assets.store.errors import StoreError
from resources.errors import AuthError, ServiceError

from .domain.purchases.limits import close_limits
from .files.hardlink_probe import probe_hardlinks
from .stages.acquisition.propose import budget_of
from .stages.library.snapshot import counted_libraries
from .stages.task_run import utc_now
from .store.upgrade import upgrade

State = Literal["ok", "warning", "wrong", "off"]
CATALOGUE_PROVIDERS = {"goodreads": "Goodreads", "hardcover": "Hardcover", "audible": "Audible"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``advice`` is blank when nothing is to be done."""

    subject: str
    state: State
    found: str
    advice: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def check(settings: Settings, policy: Policy) -> list[Finding]:
    """Look at everything that the settings name. Nothing is changed anywhere; trouble is a finding, never raised."""
    findings = [Finding("settings", "wrong", problem, "Put it into .env.") for problem in settings.missing().values()]
    for subject, look in (
        ("database", _database),
        ("Audiobookshelf", _audiobookshelf),
        ("qBittorrent", _qbittorrent),
        ("paths", _paths),
        ("MAM", _mam),
        ("catalogue", _catalogue),
        ("metadata", _metadata),
    ):
        findings.extend(_careful(subject, look, settings, policy))
    findings.extend(optional(settings))
    return findings


def _careful(
    subject: str, look: Callable[[Settings, Policy], Iterator[Finding]], settings: Settings, policy: Policy
) -> Iterator[Finding]:
    try:
        yield from look(settings, policy)
    except AuthError as error:
        yield Finding(subject, "wrong", error.message, "Renew the credentials named above in .env.")
    except ServiceError as error:
        yield Finding(subject, "wrong", error.message, "Is it running, and is its address in .env right?")
    except (sa.exc.SQLAlchemyError, StoreError) as error:
        found = str(getattr(error, "orig", error)).strip().splitlines()[0]
        yield Finding(subject, "wrong", found, "Is DATABASE_URL right, and the server running?")
    except OSError as error:
        yield Finding(subject, "wrong", str(error), "Can this user read and write there?")


def _database(settings: Settings, policy: Policy) -> Iterator[Finding]:
    engine = open_engine(settings.store_url)
    upgrade(engine)
    kind = "PostgreSQL" if engine.dialect.name == "postgresql" else f"SQLite in {settings.state_dir.absolute()}"
    engine.dispose()
    yield Finding("database", "ok", f"{kind}, tables up to date")


def _audiobookshelf(settings: Settings, policy: Policy) -> Iterator[Finding]:
    if {"ABS_URL", "ABS_TOKEN"} & settings.missing().keys():
        return
    client = clients.open_audiobookshelf(settings)
    status = client.status()
    user = client.authorize()
    yield Finding("Audiobookshelf", "ok", f"version {status.version}, user {user.username}")
    if not user.is_admin:
        yield Finding(
            "Audiobookshelf permission",
            "warning",
            f"{user.username} is not an admin",
            "Only an admin may start scans; without one, new books appear when Audiobookshelf's watcher sees them.",
        )
    if not user.may_update:
        yield Finding(
            "Audiobookshelf permission", "wrong", f"{user.username} may not update items", "Allow it for this user."
        )
    if user.hidden:
        yield Finding(
            "Audiobookshelf permission",
            "warning",
            f"{user.username} cannot see: {', '.join(user.hidden)}",
            "Books this user cannot see count as missing. Let the user see everything, or use an admin's API key.",
        )
    for library in counted_libraries(client, policy.library):
        yield Finding("library", "ok", f"{library.name}: {len(client.listed(library.id))} items")


def _qbittorrent(settings: Settings, policy: Policy) -> Iterator[Finding]:
    if {"QB_HOST", "QB_PASSWORD"} & settings.missing().keys():
        return
    client = clients.open_qbittorrent(settings)
    versions = client.versions()
    free = client.free_space()
    shown = f", {free / 1024**3:.0f} GiB free" if free is not None else ""
    yield Finding("qBittorrent", "ok", f"{versions.app}, Web API {versions.web_api}{shown}")
    if free is not None and free < policy.budget.min_free_disk:
        yield Finding(
            "disk space",
            "warning",
            f"{free / 1024**3:.1f} GiB free",
            "Less than budget.min_free_disk: nothing is queued.",
        )


def _paths(settings: Settings, policy: Policy) -> Iterator[Finding]:
    """Are the folders of the others visible here, and do hardlinks work between them?"""
    if {"QB_HOST", "QB_PASSWORD", "ABS_URL", "ABS_TOKEN"} & settings.missing().keys():
        return
    theirs = policy.download.save_path or clients.open_qbittorrent(settings).default_save_path()
    downloads = Path(mapped(theirs, parse_path_map(settings.download_path_map)))
    yield _folder("downloads", theirs, downloads, "DOWNLOAD_PATH_MAP")
    client = clients.open_audiobookshelf(settings)
    for library in counted_libraries(client, policy.library):
        for folder in library.folders:
            ours = Path(mapped(folder.path, parse_path_map(settings.library_path_map)))
            yield _folder(f"library {library.name}", folder.path, ours, "LIBRARY_PATH_MAP")
            if downloads.is_dir() and ours.is_dir():
                probe = probe_hardlinks(downloads, ours)
                yield Finding(
                    f"hardlinks to {library.name}",
                    "ok" if probe.works else "warning",
                    probe.explanation,
                    probe.advice,
                )


def _folder(subject: str, theirs: str, ours: Path, setting: str) -> Finding:
    if ours.is_dir():
        return Finding(subject, "ok", f"{theirs}" + (f" is {ours} here" if str(ours) != theirs.rstrip("/") else ""))
    return Finding(
        subject,
        "wrong",
        f"{theirs} would be {ours} here, which does not exist",
        f"Set {setting}=their-prefix=our-prefix, so that this program finds the folder.",
    )


def _mam(settings: Settings, policy: Policy) -> Iterator[Finding]:
    if "MAM_ID" in settings.missing():
        return
    client = clients.open_mam(settings, policy)
    client.backoff.end()  # a person asks: what stood in the way may be mended
    account = client.account()
    ratio = "infinite" if account.ratio is None else f"{account.ratio:.2f}"
    limit = account.unsatisfied_limit if account.unsatisfied_limit is not None else "?"
    yield Finding(
        "MAM", "ok", f"{account.classname}, ratio {ratio}, unsatisfied {account.unsatisfied_count} of {limit}"
    )
    engine = open_engine(settings.store_url)
    try:
        upgrade(engine)
        budget = budget_of(engine, account, policy.budget, None)
    finally:
        engine.dispose()
    for warning in close_limits(budget, policy.account_thresholds(), utc_now()):
        stops = f"{warning.message}; downloads wait" if warning.stops_grabs else warning.message
        yield Finding(f"MAM account: {warning.code}", "warning", stops, warning.advice)


def _catalogue(settings: Settings, policy: Policy) -> Iterator[Finding]:
    """Does each provider of the catalogue answer? Trouble is a warning: the last answers stand, the others go on."""
    providers = clients.open_catalogue_providers(settings, policy)
    on = {provider.name: provider for provider in providers.on}
    for name, subject in CATALOGUE_PROVIDERS.items():
        if name in on:
            yield _answers(subject, partial(on[name].find_author, "J.R.R. Tolkien"))
        else:
            yield Finding(subject, "off", providers.off.get(name, "not among catalogue.providers"))


def _metadata(settings: Settings, policy: Policy) -> Iterator[Finding]:
    """Does each provider of metadata answer? One question to each, and a wrong one is no failure of the others."""
    providers, off = clients.open_metadata_providers(settings, policy)
    for name, why in off.items():
        yield Finding(f"metadata from {name}", "off", why)
    for provider in providers:
        subject = f"metadata from {provider.name}"
        try:
            # An ASIN and words: each provider takes what it can be asked by. An empty answer is an answer.
            provider.books("The Hobbit", "J. R. R. Tolkien", asin="B0099SN7MQ")
        except AuthError as error:
            yield Finding(subject, "wrong", error.message, "Renew the key named above in .env.")
        except ServiceError as error:
            yield Finding(subject, "warning", error.message, "The other providers are used meanwhile.")
        else:
            yield Finding(subject, "ok", "answers")


def _answers(subject: str, ask: Callable[[], object]) -> Finding:
    try:
        ask()
    except AuthError as error:
        return Finding(subject, "wrong", error.message, "Renew its token in .env, or remove it.")
    except ServiceError as error:
        return Finding(
            subject, "warning", error.message, "Its last answers stay in use; the other providers are asked as usual."
        )
    return Finding(subject, "ok", "answers")


def optional(settings: Settings) -> Iterator[Finding]:
    """What may be left unset. Nothing is asked of anybody."""
    count = len(settings.notify_urls.get_secret_value().split())
    if not count:
        yield Finding("notifications", "off", "NOTIFY_URLS is not set: failures are only shown in the web UI")
    elif wrong := clients.open_notifier(settings).unreadable():  # their places alone: addresses hold passwords
        places = ", ".join(map(str, wrong))
        problem = f"address {places} of {count} in NOTIFY_URLS is not valid for Apprise"
        yield Finding("notifications", "wrong", problem, "Compare it with Apprise's list of services.")
    else:
        yield Finding("notifications", "ok", f"{count} addresses")
