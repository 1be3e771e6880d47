"""MyAnonamouse through its JSON API: searching, re-checking, downloading .torrent files, the account.

Facts: the tracker's own API page, and answers recorded by its clients until October 2026. How a request goes out is
``wire``'s business, what a bad answer means ``answers``', what a row says ``rows``'.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from mam_assets.domain.model.release import Account, Release
from resources.errors import NotFound, UnexpectedAnswer
from resources.http.backoff import BackoffFile
from resources.http.transport import open_session
from resources.myanonamouse import answers, points, seedbox, snatched, values
from resources.myanonamouse.account import account as read_account
from resources.myanonamouse.catalogue import AUDIOBOOKS, language_ids
from resources.myanonamouse.rows import release
from resources.myanonamouse.session import SERVICE, SessionCookie
from resources.myanonamouse.wire import Wire, is_mam

_ACCOUNT_SECONDS = 60
_LEAST_SECONDS = 0.5  # between two requests to MAM itself; stand-ins may be asked faster
_SMALLEST_PAGE, _LARGEST_PAGE = 5, 100


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of a search. ``found`` counts all matches, ``start`` the rows before this page, ``rows`` those in it.

    ``skipped`` of the rows could not be read at all and are not among the ``releases``. ``requests`` were sent for it.
    """

    releases: tuple[Release, ...]
    found: int
    start: int
    rows: int = 0
    skipped: int = 0
    requests: int = 1

    @property
    def is_last(self) -> bool:
        return self.rows == 0 or self.start + self.rows >= self.found


def open_mam(
    base_url: str,
    mam_id: str,
    state_dir: Path | None,
    *,
    seconds_between: float = 2.0,
    jitter: float = 1.0,
) -> MamClient:
    """A client that keeps its cookie, its pace and its backoff in ``state_dir``, shared with other processes.

    MAM itself is never asked more often than every half second, whatever ``seconds_between`` says.
    """
    if is_mam(urlsplit(base_url).hostname):
        seconds_between = max(seconds_between, _LEAST_SECONDS)
    cookie = SessionCookie(mam_id, state_dir / "mam-session.json" if state_dir else None)
    session = open_session(
        SERVICE,
        per_minute=60 / max(seconds_between, 0.01),
        state_dir=state_dir,
        timeout=(10, 60),
        retries=0,
        jitter=jitter,
    )
    return MamClient(base_url, cookie, session, backoff=BackoffFile(SERVICE, state_dir, cookie.fingerprint))


class MamClient:
    """MAM for one session cookie. ``session`` sets the pace and must not repeat requests by itself (``retries=0``).

    Every method may raise AuthError (the session is refused; says what to do), RateLimited, Blocked, Unavailable,
    UnexpectedAnswer and Refused. After a refused session, a block and a 429 no request goes out for a while
    (``backoff`` tells and ends that).
    """

    def __init__(
        self,
        base_url: str,
        cookie: SessionCookie,
        session: requests.Session,
        *,
        backoff: BackoffFile | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.backoff = backoff or BackoffFile(SERVICE, None, cookie.fingerprint)
        self._wire = Wire(base_url, cookie, session, self.backoff, sleep)
        self._clock = clock
        self._account: tuple[float, Account] | None = None

    # ------------------------------------------------------------------------------------------------ searching

    def search(
        self,
        text: str,
        fields: Sequence[str] = ("title", "author", "series"),
        main_cat: Sequence[int] = (AUDIOBOOKS,),
        languages: Iterable[str] = (),
        start: int = 0,
        per_page: int = _LARGEST_PAGE,
        active_only: bool = False,
        sort: str = "default",
        since: date | None = None,
        categories: Sequence[int] = (),
    ) -> SearchPage:
        """One page of the releases that match ``text`` (MAM's query language; "" lists everything by ``sort``).

        ``fields`` are those of MAM ("title", "author", "narrator", "series", "description", "tags", "filenames"),
        ``languages`` English words ("german"), ``active_only`` asks for a seeder, ``since`` for a day of upload (UTC).
        ``categories`` are MAM's numbers, each of one main category: where they are given, ``main_cat`` is not sent.
        """
        query: dict[str, Any] = {
            "text": text,
            "srchIn": list(fields),
            "searchType": "active" if active_only else "all",
            "searchIn": "torrents",
            "main_cat": [] if categories else list(main_cat),
            "cat": list(categories),
            "browse_lang": language_ids(languages),
            "sortType": sort,
            "startNumber": start,
            "startDate": since.isoformat() if since else "",
        }
        kept = {key: value for key, value in query.items() if value not in ([], "") or key == "text"}
        return self._search(kept, start, per_page)

    def search_all(self, text: str, *, cap: int = 500, **options: Any) -> SearchPage:
        """All matches of a search as one page, at most ``cap`` rows of them; ``options`` are those of ``search``.

        ``is_last`` tells whether the cap cut something off.
        """
        releases: dict[int, Release] = {}
        rows = skipped = pages = 0
        while True:
            page = self.search(text, start=rows, **options)
            rows += page.rows
            skipped += page.skipped
            pages += 1
            known = len(releases)
            releases |= {torrent.torrent_id: torrent for torrent in page.releases}  # rows may shift between two pages
            if page.is_last or rows >= cap or len(releases) == known:  # the same again: there will be no more
                return SearchPage(tuple(releases.values()), page.found, 0, rows, skipped, pages)

    def find(self, torrent_id: int) -> Release:
        """The release with this id as it is now: for the last look before a grab. Raises NotFound if it is gone."""
        query = {"text": "", "id": torrent_id, "searchType": "all", "searchIn": "torrents", "startNumber": 0}
        page = self._search(query, 0, _SMALLEST_PAGE)
        for torrent in page.releases:
            if torrent.torrent_id == torrent_id:
                return torrent
        if page.rows:
            raise UnexpectedAnswer(SERVICE, f"the search for torrent {torrent_id} brought other torrents")
        raise NotFound(SERVICE, f"there is no torrent {torrent_id}")

    def _search(self, query: dict[str, Any], start: int, per_page: int) -> SearchPage:
        body = {  # flags work by being there, so there is never a false; `dlLink` is not asked for: it is a secret
            "perpage": min(max(per_page, _SMALLEST_PAGE), _LARGEST_PAGE),
            "description": True,
            "isbn": True,
            "mediaInfo": True,
            "tor": query,
        }
        document = answers.document_of(self._wire.call("POST", "/tor/js/loadSearchJSONbasic.php", json=body))
        rows = document.get("data")
        if not isinstance(rows, list):
            message = answers.error_in(document)
            if message.casefold().startswith(answers.NOTHING):
                return SearchPage((), 0, start)
            raise answers.of_message(message) if message else UnexpectedAnswer(SERVICE, "a search without results")
        total = values.whole(document.get("found"))
        if total is None or "found" not in document:
            raise UnexpectedAnswer(SERVICE, "a search answer does not say how many releases were found")
        releases = []
        for row in rows:
            try:
                releases.append(release(row))
            except UnexpectedAnswer:
                continue  # counted below
        if rows and not releases:
            raise UnexpectedAnswer(SERVICE, "none of the search's rows can be read")
        return SearchPage(tuple(releases), total, start, len(rows), len(rows) - len(releases))

    # ---------------------------------------------------------------------------------------------- downloading

    def download(self, torrent_id: int) -> bytes:
        """The .torrent file of a release. Raises NotFound if it is gone.

        Sends ``tid`` and nothing else: any ``fl`` in this address would spend a wedge.
        """
        response = self._wire.call("GET", "/tor/download.php", params={"tid": str(int(torrent_id))})
        answers.raise_for_status(response)
        answers.raise_for_page(response)
        data = response.content
        if not data.strip():
            raise UnexpectedAnswer(SERVICE, f"an empty file came for torrent {torrent_id}; is the session still good?")
        if not data.startswith(b"d"):
            raise answers.not_a_torrent(response)
        return data

    # -------------------------------------------------------------------------------------------------- account

    def account(self, fresh: bool = False) -> Account:
        """The account as it was at most a minute ago; ``fresh`` asks again (after a purchase)."""
        if not fresh and self._account and self._clock() - self._account[0] < _ACCOUNT_SECONDS:
            return self._account[1]
        document = answers.document_of(self._wire.call("GET", "/jsonLoad.php", params={"snatch_summary": ""}))
        account = read_account(document)
        self._account = (self._clock(), account)
        return account

    @property
    def user_id(self) -> int:
        """The number of the account."""
        return self.account().user_id

    def check_cookie(self) -> None:
        """Return if MAM accepts the session, whatever else. Raises AuthError, with what to do, if it does not."""
        response = self._wire.call("GET", "/json/checkCookie.php")
        answers.raise_for_status(response)
        answers.raise_for_page(response)
        said = answers.said(response)
        body = response.content.decode("utf-8", "replace").strip().casefold()
        if "session type" in body:
            if "api session" not in body or "non-api" in body:
                raise answers.refused_session("incorrect session type - non-api session")
            return
        document = answers.document_of(response)
        if not any(values.yes(document.get(key)) for key in ("Success", "success")):
            raise answers.refused_session(said)

    # ------------------------------------------------------------------------------------- points, seedbox, history

    def buy_vip(self, weeks: int | None = None) -> points.Purchase:
        """Buy 4, 8 or 12 weeks of VIP with bonus points, or (None) as many as allowed. Raises Refused, saying why."""
        return points.buy_vip(self._wire, weeks)

    def buy_upload(self, gigabytes: int) -> points.Purchase:
        """Buy upload credit with bonus points, at least 50 GB at a time. Raises Refused with MAM's words."""
        return points.buy_upload(self._wire, gigabytes)

    def buy_freeleech(self, torrent_id: int) -> points.Purchase:
        """Spend one wedge on a torrent. Raises Refused with MAM's words, such as "This Torrent is VIP"."""
        return points.buy_freeleech(self._wire, torrent_id)

    def dynamic_seedbox(self) -> seedbox.SeedboxAddress:
        """Tell MAM that the torrents are seeded from the address of this request. At most once an hour."""
        return seedbox.register(self._wire)

    def seen_address(self) -> seedbox.SeedboxAddress:
        """The address that MAM sees this machine come from. At most once a minute."""
        return seedbox.seen_from(self._wire)

    def snatches(self, kind: str) -> tuple[snatched.Snatch, ...]:
        """The torrents that the account took, of one kind: unsat, inactUnsat, seedUnsat, sSat, inactSat or upAct."""
        return snatched.listed(self._wire, self.user_id, kind)
