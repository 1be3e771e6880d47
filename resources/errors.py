"""What can go wrong with an outside system, by name. No message ever holds a secret.

Every client raises these and nothing else for trouble on the wire. A client that could not answer raises; it never
returns an empty list instead.
"""

from __future__ import annotations

from datetime import timedelta

from mam_assets.domain.model.backoff import Trouble


class ServiceError(Exception):
    """Trouble with an outside system. ``code`` is stable and goes into the ledgers; ``trouble`` decides the backoff."""

    code = "service_error"
    trouble = Trouble.FAILURE

    def __init__(self, service: str, message: str) -> None:
        super().__init__(f"{service}: {message}")
        self.service = service
        self.message = message


class AuthError(ServiceError):
    """The credentials are wrong, expired or lack a permission. Retrying does not help; a person must act."""

    code = "auth"
    trouble = Trouble.AUTH


class RateLimited(ServiceError):
    """429, or a service's own words for it. ``retry_after`` is how long it wants to be left alone."""

    code = "rate_limited"
    trouble = Trouble.RATE_LIMITED

    def __init__(self, service: str, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(service, message)
        self.retry_after = retry_after


class Blocked(ServiceError):
    """A challenge page, 202 or 403 of a service that needs no login: stop and leave it alone for a while."""

    code = "blocked"
    trouble = Trouble.BLOCKED


class Unavailable(ServiceError):
    """Down, refusing connections, timing out or answering 5xx."""

    code = "unavailable"


class Unreachable(Unavailable):
    """No connection could be made, or it broke before the answer was whole.

    Whoever only asked may take it as not asked. Whoever sent something does not know what came of it.
    """

    trouble = Trouble.UNREACHABLE


class NotFound(ServiceError):
    """The service works and says that there is no such thing."""

    code = "not_found"


class UnexpectedAnswer(ServiceError):
    """An answer that does not have the agreed form: layout drift, HTML instead of JSON, a truncated body."""

    code = "unexpected_answer"


class Refused(ServiceError):
    """The service understood and said no (a 400 or 409, or an error text of its own)."""

    code = "refused"


class SendFailed(Exception):
    """No address took a message to a person."""
