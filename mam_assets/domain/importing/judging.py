"""Judge an import: every reason against it, and what a person can do about them."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.release import Reject, Wanted
from .context import ImportContext, ImportFacts, ImportPolicy, ImportReject, ImportRejectCode, ImportRule
from .model import ImportBlocked

_LISTEN = "Listen to it, then accept it as it is or reject the download"
ADVICE = {
    ImportRejectCode.HOSTILE_NAME: "Nothing was touched; reject the download",
    ImportRejectCode.ARCHIVE: "Unpack it by hand, or reject the download",
    ImportRejectCode.NO_AUDIO: "Reject the download",
    ImportRejectCode.SEVERAL_BOOKS: "Say which files are this book, or accept all of them as one",
    ImportRejectCode.WRONG_RUNTIME: _LISTEN,
    ImportRejectCode.WRONG_VOLUME: _LISTEN,
    ImportRejectCode.WRONG_TITLE: _LISTEN,
    ImportRejectCode.WRONG_AUTHOR: _LISTEN,
    ImportRejectCode.TARGET_EXISTS: "Move or rename the one in the library, then retry; or reject this download",
}


def judge(
    rules: Iterable[ImportRule],
    facts: ImportFacts,
    wanted: Wanted | None,
    policy: ImportPolicy,
    context: ImportContext,
) -> tuple[ImportReject, ...]:
    """Every reason to refuse the import, in the order of the rules; empty when none has any."""
    verdicts = [rule(facts, wanted, policy, context) for rule in rules]
    return tuple(verdict for verdict in verdicts if isinstance(verdict, Reject))


def demand(
    rules: Iterable[ImportRule],
    facts: ImportFacts,
    wanted: Wanted | None,
    policy: ImportPolicy,
    context: ImportContext,
) -> None:
    """Return when no rule refuses. Raises ImportBlocked with all the reasons and what to do."""
    if reasons := judge(rules, facts, wanted, policy, context):
        raise blocked_by(reasons)


def blocked_by(reasons: tuple[ImportReject, ...]) -> ImportBlocked:
    """The error that tells a person of all the reasons; its code is that of the first."""
    message = "; ".join(reason.describe() for reason in reasons)
    advice = ". ".join(dict.fromkeys(ADVICE[reason.code] for reason in reasons))
    return ImportBlocked(reasons[0].code, message, advice)
