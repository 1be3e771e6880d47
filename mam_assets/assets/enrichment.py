"""Metadata of books, completed from providers."""

from datetime import timedelta

import dagster as dg

from mam_assets.domain.figures import EnrichmentFigure
from mam_assets.domain.model.library import LibraryItem
from mam_assets.stages.enrichment import enrich, report
from mam_assets.stages.enrichment import targets as enriching_targets
from mam_assets.stages.enrichment.writer import MetadataWriter
from mam_assets.stages.providers.cached_provider import CachedProvider
from mam_assets.stages.task_run import stage, utc_now
from mam_assets.store.ledgers import corrections, enrichments
from resources.definitions import AudiobookshelfResource, MetadataResource, PolicyResource, StoreResource

from . import acquisition
from .metadata import bars, figures, table

LOCK = "enrichment.lock"


@dg.asset(
    group_name="enrichment",
    kinds={"audiobookshelf", "audible"},
    owners=["team:enrichment"],
    deps=[acquisition.imported_books],
    description="Metadata of the library's books; blank fields are filled from providers that list exactly the same "
    "book. New imports are written at once; books you had before only with `enrichment.write_library`, otherwise this "
    "shows what would change. Every change can be undone: `mam-assets metadata undo`.",
    config_schema={
        "new_only": dg.Field(bool, default_value=False, description="only imported books that were not enriched yet"),
        "dry_run": dg.Field(bool, default_value=False, description="write nothing; only show what would change"),
        "everything": dg.Field(bool, default_value=False, description="also check books that were checked recently"),
    },
)
def metadata_enrichment(
    context: dg.AssetExecutionContext,
    library_snapshot: list[LibraryItem],
    audiobookshelf: AudiobookshelfResource,
    metadata: MetadataResource,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[None]:
    """Look at the books that are due and fill what is blank."""
    config = context.op_execution_context.op_config
    wanted, settings, engine = policy.policy(), policy.settings(), store.engine()
    section, now = wanted.enrichment, utc_now()
    rules = enrich.rules_by(wanted, now.year)
    with stage(engine, "metadata_enrichment", context.run.run_id) as tally:
        retry_after = timedelta(hours=section.retry_hours)
        targets = enriching_targets.new_imports(engine, now, retry_after, section.max_books_per_run)
        if not config["new_only"]:
            known = {target.abs_id for target in targets}
            targets += enriching_targets.library_gaps(
                [item for item in library_snapshot if item.abs_id not in known],
                {} if config["everything"] else enrichments.all_looks(engine),
                frozenset(enrichments.imported_items(engine)),
                rules,
                now,
                write_library=section.write_library,
                max_age=timedelta(days=section.refresh_days),
                retry_after=retry_after,
                limit=max(0, section.max_books_per_run - len(targets)),
            )
        providers, off = metadata.providers()
        refresh = enrich.refresh_by(section)
        looks = enrich.enrich(
            targets,
            [CachedProvider(provider, engine, refresh, utc_now, tally, at_once=False) for provider in providers],
            MetadataWriter(
                engine, audiobookshelf.client(), settings.state_dir.absolute() / LOCK, run_id=context.run.run_id
            ),
            rules,
            tally,
            utc_now,
            dry_run=config["dry_run"],
        )
        tally.figures[EnrichmentFigure.PROVIDERS_OFF] = off or None
    return dg.MaterializeResult(
        metadata={
            **figures(tally.figures),
            "changes": table(report.changes_of(looks, sent=True), report.CHANGE_COLUMNS),
            "would change": table(report.changes_of(looks, sent=False), report.CHANGE_COLUMNS),
            "books": table(report.book_rows(looks), report.BOOK_COLUMNS),
            "not surely the book": table(report.refused_rows(looks), report.REFUSED_COLUMNS),
            "known before": bars(report.known_by_field(looks, after=False)),
            "known after": bars(report.known_by_field(looks, after=True)),
            "library, known by field": bars(report.library_by_field(library_snapshot, rules), unit="%"),
        }
    )


@dg.asset_check(asset=metadata_enrichment, description="Every change sent to Audiobookshelf was read back from it.")
def changes_are_settled(store: StoreResource) -> dg.AssetCheckResult:
    """A change of which is not known whether it was made waits for the next run to find out."""
    waiting = corrections.intended(store.engine())
    return dg.AssetCheckResult(
        passed=not waiting,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"not settled": ", ".join(f"{row.id} {row.field}" for row in waiting[:50]) or "none"},
    )
