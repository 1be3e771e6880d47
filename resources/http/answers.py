"""What the statuses of a JSON service without a login mean, in the words of ``resources.errors``."""

from __future__ import annotations

import json
from typing import Any

import requests

from resources.errors import Blocked, NotFound, Refused, ServiceError
from resources.http.fields import mapping, text
from resources.http.transport import json_of


def json_answer(response: requests.Response, service: str, forbidden: type[ServiceError] = Blocked) -> Any:
    """The JSON of a good answer.

    Raises Blocked for 202 (a challenge), ``forbidden`` for 403, NotFound for 404 and 410, Refused for the other 4xx,
    UnexpectedAnswer for what is not JSON. 401, 429 and 5xx have been raised by ``transport.send``.
    """
    status = response.status_code
    if status == 202:
        raise Blocked(service, "answered 202: a challenge in place of an answer")
    if status == 403:
        raise forbidden(service, f"answered 403: {words_of(response) or 'forbidden'}")
    if status in (404, 410):
        raise NotFound(service, words_of(response) or f"answered {status}")
    if status >= 300:
        raise Refused(service, f"answered {status}: {words_of(response) or 'no reason given'}")
    return json_of(response, service)


def words_of(response: requests.Response) -> str:
    """What an error's body says, shortened: ``error`` or ``message`` of JSON, plain text, "" for a web page."""
    shown = response.text.strip()
    if shown.startswith("<"):
        return ""
    try:
        body = mapping(json.loads(shown))
    except (ValueError, RecursionError):
        return " ".join(shown.split())[:200]
    error = body.get("error")
    inner = mapping(error)
    said = text(error) or text(inner.get("message")) or text(inner.get("code")) or text(body.get("message"))
    return " ".join(said.split())[:200]


def error_code(response: requests.Response) -> str:
    """The stable word of a JSON error (``error.code``, ``error`` as a text), "" if there is none."""
    try:
        error = mapping(response.json()).get("error")
    except ValueError:
        return ""
    return text(mapping(error).get("code")) or text(error)
