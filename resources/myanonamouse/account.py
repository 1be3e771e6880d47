"""The tracker account out of ``jsonLoad.php?snatch_summary``, in its layout until and since September 2026."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mam_assets.domain.model.release import Account
from resources.errors import UnexpectedAnswer
from resources.http.fields import text
from resources.myanonamouse import answers, values
from resources.myanonamouse.session import SERVICE

_VIP_CLASSES = frozenset(("vip", "elite vip"))
_INFINITE = frozenset(("∞", "inf", "inf.", "infinity", "infinite", "---"))


def account(document: object) -> Account:
    """The account that the answer describes.

    Raises UnexpectedAnswer where a figure is missing on which a budget would lean: the counters were once moved, and
    a count of unsatisfied torrents that silently reads 0 gets people into trouble.
    """
    if not isinstance(document, Mapping) or not values.whole(document.get("uid")):
        said = answers.error_in(document) if isinstance(document, Mapping) else ""
        if said:
            raise answers.of_message(said)
        raise UnexpectedAnswer(SERVICE, "the account page does not say whose account it is")
    uploaded = _bytes(document, "uploaded")
    downloaded = _bytes(document, "downloaded")
    classname = values.name(document.get("classname"))
    unsatisfied = _counter(document, "unsat")
    limit = unsatisfied.get("limit")
    return Account(
        username=values.name(document.get("username")),
        user_id=_figure(document, "uid"),
        classname=classname,
        is_vip=classname.casefold() in _VIP_CLASSES,
        vip_until=values.moment(document.get("vip_until")),
        uploaded_bytes=uploaded,
        downloaded_bytes=downloaded,
        ratio=_ratio(document.get("ratio"), uploaded, downloaded),
        seedbonus=_figure(document, "seedbonus"),
        wedges=_figure(document, "wedges"),
        unsatisfied_count=_unsatisfied(unsatisfied),
        unsatisfied_limit=None if limit is None or text(limit) == "" else _figure(unsatisfied, "limit"),
        counted_at=_counted_at(document),
    )


def _counted_at(document: Mapping[str, Any]) -> datetime | None:
    """When the counters were made; they lag behind the other figures."""
    summary = document.get("snatch_summary")
    seconds = values.whole(summary.get("created")) if isinstance(summary, Mapping) else None
    return datetime.fromtimestamp(seconds, UTC) if seconds and 0 < seconds < 2**33 else None


def _counter(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """One counter, first where it is now and then where it was."""
    summary = document.get("snatch_summary")
    for place in (summary, document):
        counter = place.get(name) if isinstance(place, Mapping) else None
        if isinstance(counter, Mapping) and counter.get("count") is not None:
            return counter
    raise UnexpectedAnswer(SERVICE, f"the account page does not state {name!r}")


def _figure(document: Mapping[str, Any], key: str) -> int:
    figure = values.whole(document.get(key))
    if figure is None:
        raise UnexpectedAnswer(SERVICE, f"the account page's {key!r} is not a number")
    return figure


def _unsatisfied(counter: Mapping[str, Any]) -> int:
    unsatisfied = values.count(counter.get("count"))
    if unsatisfied is None:  # below zero it would make room that is not there
        raise UnexpectedAnswer(SERVICE, "the account page's count of unsatisfied torrents is not a number")
    return unsatisfied


def _bytes(document: Mapping[str, Any], key: str) -> int:
    exact = document.get(f"{key}_bytes")
    size = values.size(exact if exact is not None else document.get(key))
    if size is None:
        raise UnexpectedAnswer(SERVICE, f"the account page does not state {key!r}")
    return size


def _ratio(value: object, uploaded: int, downloaded: int) -> float | None:
    """The ratio as stated, None for an infinite one; computed where the page does not say it in a readable way."""
    shown = text(value).replace(",", "").casefold()
    if shown in _INFINITE:
        return None
    try:
        stated = float(shown)
    except ValueError:
        return uploaded / downloaded if downloaded else None
    return stated if stated < float("inf") else None
