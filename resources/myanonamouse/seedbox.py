"""The dynamic seedbox page: it lets MAM's tracker know the address that this machine goes out from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from resources.errors import RateLimited, UnexpectedAnswer
from resources.http.fields import text
from resources.http.transport import retry_after
from resources.myanonamouse import answers, values
from resources.myanonamouse.session import SERVICE
from resources.myanonamouse.wire import Wire

_ONE_CHANGE_IN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SeedboxAddress:
    """The address that MAM now knows. ``changed`` is false if it knew it already."""

    changed: bool
    ip: str = ""
    asn: int = 0
    network: str = ""


def seen_from(wire: Wire) -> SeedboxAddress:
    """The address that MAM sees this machine come from. Needs no session; to be asked at most once a minute."""
    response = wire.ask_openly("/json/jsonIp.php")
    if response.status_code == 429:
        raise RateLimited(SERVICE, "was asked for the address more than once a minute")
    document = answers.document_of(response)
    ip = text(document.get("ip"))
    if not ip:
        raise UnexpectedAnswer(SERVICE, "does not say which address it sees")
    return SeedboxAddress(False, ip, values.whole(document.get("ASN")) or 0, text(document.get("AS")))


def register(wire: Wire) -> SeedboxAddress:
    """Register this request's address. Raises RateLimited within an hour of a change, AuthError without permission."""
    response = wire.call("GET", "/json/dynamicSeedbox.php", host="t", patient=False)
    if answers.is_too_soon(response):
        wait = retry_after(response) or _ONE_CHANGE_IN
        raise RateLimited(SERVICE, "the seedbox address was changed less than an hour ago", wait)
    document = answers.document_of(response)
    message = answers.error_in(document)
    if not values.yes(document.get("Success", document.get("success"))):
        raise answers.of_message(message)
    return SeedboxAddress(
        changed=message.casefold() != "no change",
        ip=text(document.get("ip")),
        asn=values.whole(document.get("ASN")) or 0,
        network=text(document.get("AS")),
    )
