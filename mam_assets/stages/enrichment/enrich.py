"""Complete the metadata of books: ask the providers in turn until nothing is blank, write what is sure, read it back.

An item is looked at as a whole: each provider sees what the ones before it would have filled (an ASIN from Audible lets
Audnexus be asked), and all changes go to Audiobookshelf in one request. One item's or one provider's trouble never
stops the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from statistics import fmean
from typing import Any

from mam_assets.domain import enrichment as rules_of
from mam_assets.domain.enrichment import Change, Completeness, Field, Proposal, Rules
from mam_assets.domain.figures import EnrichmentFigure
from mam_assets.domain.model.library import LibraryItem
from mam_assets.policy import EnrichmentSection, Policy
from mam_assets.store.ledgers import corrections, enrichments
from mam_assets.store.ledgers.corrections import Intent
from mam_assets.store.ledgers.enrichments import Enrichment
from resources.errors import AuthError, ServiceError, Unavailable

from ..providers.cached_provider import Refresh
from ..task_run import Clock, Tally
from .questions import CachedMetadata, KnownBooks, books_of, worth_asking
from .targets import Target
from .writer import MetadataWriter


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What one provider knows of an item, and what comes of it."""

    provider: str
    known: KnownBooks
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Look:
    """One item looked at. ``after`` is its completeness with the changes; ``changes`` those that were proposed.

    ``states``: field → what became of the change once it was written. ``problem``: why it could not be finished.
    """

    item: LibraryItem
    before: Completeness
    after: Completeness
    changes: tuple[Change, ...] = ()
    answers: tuple[ProviderAnswer, ...] = ()
    trouble: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    write: bool = False

    @property
    def outcome(self) -> str:
        if self.problem:
            return enrichments.FAILED
        if not self.after.gaps:
            return enrichments.COMPLETE
        if self.trouble:
            return enrichments.PROVIDER_TROUBLE
        if self.changes:
            return enrichments.FILLED
        recognised = any(answer.proposal.recognised for answer in self.answers)
        return enrichments.NOTHING_NEW if recognised else enrichments.UNMATCHED


def refresh_by(section: EnrichmentSection) -> Refresh:
    """How far a run may go with each provider, by the policy."""
    return Refresh(
        timedelta(days=section.refresh_days), timedelta(hours=section.retry_hours), section.max_requests_per_run
    )


def rules_by(policy: Policy, this_year: int) -> Rules:
    """What may be changed, by the policy."""
    return Rules(this_year, overwrite=policy.enrichment.overwrite, languages=policy.release.languages)


def with_locked(rules: Rules, fields: frozenset[str]) -> Rules:
    """The rules for one item, of which these fields are left alone."""
    return replace(rules, locked=fields)


def look_at(item: LibraryItem, askers: Sequence[CachedMetadata], rules: Rules) -> Look:
    """What the providers would change in an item. Writes nothing; raises nothing for trouble with a provider."""
    state, alone = item, False
    changes: list[Change] = []
    answers: list[ProviderAnswer] = []
    troubles: list[str] = []
    before = rules_of.completeness(item, rules)
    for asker in askers:
        wanted = frozenset(open_field.value for open_field in rules_of.open_fields(state, rules))
        if not wanted:
            break
        if not worth_asking(asker, state, wanted):
            continue
        known = books_of(asker, state)
        proposal = rules_of.propose(state, asker.name, known.books, rules)
        unnumbered = replace(state, asin="", isbn="")
        if known.books and not proposal.recognised and unnumbered != state and worth_asking(asker, unnumbered, wanted):
            # The item's number may be that of another book: its title is asked for.
            by_title = books_of(asker, unnumbered)
            trouble = known.trouble or by_title.trouble
            known = KnownBooks(known.books + by_title.books, by_title.answered_at, trouble)
            proposal = rules_of.propose(state, asker.name, known.books, rules)
        if known.trouble:
            troubles.append(f"{asker.name}: {known.trouble}")
        answers.append(ProviderAnswer(asker.name, known, proposal))
        changes.extend(proposal.changes)
        state = rules_of.with_changes(state, proposal.changes)
        alone = alone or proposal.stands_alone
    return Look(
        item,
        rules_of.completeness(item, rules, stands_alone=alone) if alone else before,
        rules_of.completeness(state, rules, stands_alone=alone),
        tuple(changes),
        tuple(answers),
        "; ".join(troubles),
    )


def enrich(
    targets: Sequence[Target],
    askers: Sequence[CachedMetadata],
    writer: MetadataWriter,
    rules: Rules,
    tally: Tally,
    clock: Clock,
    *,
    dry_run: bool = False,
) -> list[Look]:
    """Look at each item and write what may be written; ``dry_run`` writes nothing to Audiobookshelf at all.

    Stops early, and leaves the rest for the next run, when no provider can be asked any more. Raises Unavailable and
    AuthError when Audiobookshelf cannot be used.
    """
    tally.figures[EnrichmentFigure.RECOVERED_CHANGES] = writer.recover(tally)
    locked = corrections.undone_fields(writer.engine, [target.abs_id for target in targets])
    looks: list[Look] = []
    left = len(targets)
    for target in targets:
        if askers and all(asker.paused() for asker in askers):
            break
        left -= 1
        own = with_locked(rules, locked.get(target.abs_id, frozenset()))
        try:
            look = _enrich(target, askers, writer, own, tally, dry_run)
        except ServiceError as error:
            tally.fail_by(target.item.title if target.item else target.abs_id, error)
            if isinstance(error, (Unavailable, AuthError)):  # Audiobookshelf itself: the next item would fare no better
                raise
            _remember_failure(target, writer, own, clock)
            continue
        if look.problem:
            tally.fail(look.item.title, "not_kept", look.problem, "audiobookshelf")
        else:
            tally.succeed()
        looks.append(look)
        _remember(look, writer, clock)
    tally.figures.update(figures(looks, askers))
    tally.figures[EnrichmentFigure.LEFT_FOR_THE_NEXT_RUN] = left
    return looks


def _enrich(
    target: Target,
    askers: Sequence[CachedMetadata],
    writer: MetadataWriter,
    rules: Rules,
    tally: Tally,
    dry_run: bool,
) -> Look:
    writes = target.write and not dry_run
    stored: Mapping[str, Any] = {}
    if writes or target.item is None:
        item, stored = writer.server.item_to_edit(target.abs_id)
    else:
        item = target.item
    rules = with_locked(rules, rules.locked | rules_of.unreadable(item, stored, rules))
    look = replace(look_at(item, askers, rules), write=writes)
    if not writes or not look.changes:
        return look
    # Asking took a while: what a person has filled in meanwhile is theirs.
    item, stored = writer.server.item_to_edit(target.abs_id)
    rules = with_locked(rules, rules.locked | rules_of.unreadable(item, stored, rules))
    still_open = {open_field.value for open_field in rules_of.open_fields(item, rules)}
    changes = tuple(change for change in look.changes if change.field.value in still_open)
    if not changes:
        return replace(look, changes=(), after=look.before)
    written = writer.write(target.abs_id, [intent(change, stored) for change in changes])
    if written.cover_error is not None:  # the rest is written; another look may find another cover
        tally.fail_by(f"cover of {item.title}", written.cover_error)
    states = written.states
    lost = sorted(name for name, state in states.items() if state != corrections.MADE)
    refused = [name for name in lost if name != Field.COVER]
    kept = [change for change in changes if change.field.value not in lost]
    alone = any(answer.proposal.stands_alone for answer in look.answers)
    return replace(
        look,
        changes=changes,
        states=states,
        after=rules_of.completeness(rules_of.with_changes(item, kept), rules, stands_alone=alone),
        problem=f"Audiobookshelf did not keep: {', '.join(refused)}" if refused else "",
    )


def intent(change: Change, stored: Mapping[str, Any]) -> Intent:
    """The change as the ledger notes it; ``old`` is what the server stores, to the letter."""
    reason = f"{change.rule}; {change.evidence}"
    return Intent(
        change.field.value, stored.get(change.field.value), change.new, change.source, change.confidence, reason
    )


def _remember(look: Look, writer: MetadataWriter, clock: Clock) -> None:
    after = look.after.percentage if look.write else look.before.percentage
    enrichments.remember(
        writer.engine,
        Enrichment(look.item.abs_id, clock(), look.outcome, look.write, look.before.percentage, after),
    )


def _remember_failure(target: Target, writer: MetadataWriter, rules: Rules, clock: Clock) -> None:
    known = rules_of.completeness(target.item, rules).percentage if target.item else 0.0
    enrichments.remember(
        writer.engine, Enrichment(target.abs_id, clock(), enrichments.FAILED, target.write, known, known)
    )


def figures(looks: Sequence[Look], askers: Sequence[CachedMetadata]) -> dict[str, Any]:
    """The figures of a run, for people. Percentages are means over the items looked at."""
    changes = [change for look in looks for change in look.changes]
    written = [name for look in looks for name, state in look.states.items() if state == corrections.MADE]
    return {
        EnrichmentFigure.BOOKS_LOOKED_AT: len(looks),
        EnrichmentFigure.BOOKS_WITH_CHANGES: sum(bool(look.changes) for look in looks),
        EnrichmentFigure.CHANGES_PROPOSED: len(changes),
        EnrichmentFigure.CHANGES_WRITTEN: len(written),
        EnrichmentFigure.COMPLETENESS_BEFORE: round(fmean(look.before.percentage for look in looks), 1)
        if looks
        else None,
        EnrichmentFigure.COMPLETENESS_AFTER: round(fmean(look.after.percentage for look in looks), 1)
        if looks
        else None,
        EnrichmentFigure.CHANGES_BY_FIELD: dict(Counter(change.field.value for change in changes).most_common()),
        EnrichmentFigure.CHANGES_BY_SOURCE: dict(Counter(change.source for change in changes).most_common()),
        EnrichmentFigure.OUTCOMES: dict(Counter(look.outcome for look in looks).most_common()),
        EnrichmentFigure.ANSWERS_NOT_SURELY_THE_BOOK: sum(
            len(answer.proposal.refused) for look in looks for answer in look.answers
        ),
        EnrichmentFigure.QUESTIONS: {asker.name: asker.questions for asker in askers},
        EnrichmentFigure.ANSWERS_FROM_MEMORY: {asker.name: asker.from_memory for asker in askers},
        EnrichmentFigure.PROVIDER_FAILURES: {
            f"{asker.name} {code}": count for asker in askers for code, count in asker.failures.items()
        },
        EnrichmentFigure.PROVIDERS_AT_REST: {asker.name: why for asker in askers if (why := asker.paused())} or None,
    }
