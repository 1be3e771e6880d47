"""The end of the spine: downloads, and the books that they become."""

from functools import partial

import dagster as dg

from mam_assets.domain.figures import AccountFigure, QueueFigure
from mam_assets.domain.model.completion import MissingBook
from mam_assets.domain.searching import wanted_books
from mam_assets.settings import parse_path_map
from mam_assets.stages.acquisition import account, propose, reconcile, submit
from mam_assets.stages.acquisition.purchases import Wedges
from mam_assets.stages.importing.batch import import_rounds
from mam_assets.stages.importing.run import import_downloads
from mam_assets.stages.importing.target import ImportSettings, library_target
from mam_assets.stages.notifications.service_health import is_well
from mam_assets.stages.task_run import Tally, stage, utc_now
from mam_assets.store.reports import download_list, library_history, loop_totals, series_list
from resources.definitions import (
    AudiobookshelfResource,
    MamResource,
    NotifierResource,
    PolicyResource,
    QbittorrentResource,
    StoreResource,
)
from resources.errors import SendFailed
from resources.myanonamouse.session import SERVICE as MAM

from . import metadata


@dg.asset(
    group_name="acquisition",
    kinds={"myanonamouse"},
    owners=["team:acquisition"],
    description="The account on MAM: ratio, unsatisfied torrents and their limit, seedbonus, wedges, VIP. Buys VIP and "
    "upload credit where the policy's [spending] says so, and tells when something is near its limit.",
)
def tracker_account(
    context: dg.AssetExecutionContext,
    myanonamouse: MamResource,
    store: StoreResource,
    policy: PolicyResource,
    notifier: NotifierResource,
) -> dg.MaterializeResult[None]:
    """Read the account, buy what the policy allows, and show what was bought, why no more, and close limits."""
    rules, engine = policy.policy(), store.engine()
    with stage(engine, "tracker_account", context.run.run_id) as tally:
        tracker = myanonamouse.client()
        looked = account.look(engine, tracker, rules, tally, run_id=context.run.run_id)
    is_well(context.log, engine, notifier, rules.messages, MAM)
    try:
        account.tell(engine, notifier, looked.limits, rules, utc_now())
    except SendFailed as error:
        context.log.warning(str(error))
    bought = account.bought_rows(engine)
    shown = {**tally.figures, AccountFigure.CLOSE_LIMITS: "; ".join(account.worries(tally.figures)) or "none"}
    return dg.MaterializeResult(
        metadata={**metadata.figures(shown), "bought lately": metadata.table(bought, account.BOUGHT_COLUMNS)}
    )


@dg.asset_check(asset=tracker_account, description="Ratio, slots, VIP and seedbonus are not near their limit.")
def account_is_well(store: StoreResource) -> dg.AssetCheckResult:
    """Warn before the guards stop every grab."""
    worries = account.worries(library_history.last_figures(store.engine(), "tracker_account"))
    return dg.AssetCheckResult(
        passed=not worries,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"worries": "; ".join(worries) or "none"},
    )


@dg.asset(
    group_name="acquisition",
    kinds={"myanonamouse", "qbittorrent"},
    owners=["team:acquisition"],
    pool="mam_search",
    deps=[tracker_account, "search_candidates"],
    description="Downloads: the best accepted release of each missing book, approved by you or by mode auto, and sent "
    "to qBittorrent within the budget, each exactly once.",
)
def download_queue(
    context: dg.AssetExecutionContext,
    missing_books: list[MissingBook],
    myanonamouse: MamResource,
    qbittorrent: QbittorrentResource,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[None]:
    """Write down what is to be fetched and submit what may go."""
    rules, engine = policy.policy(), store.engine()
    wanted, offers = wanted_books(missing_books), propose.accepted(engine)
    with stage(engine, "download_queue", context.run.run_id) as tally:
        proposed = propose.propose_best(engine, wanted, offers, utc_now(), tally, auto=rules.mode == "auto")
        tracker, client = myanonamouse.client(), qbittorrent.client()
        settings = submit.SubmitSettings.of(
            rules.download,
            reconcile.acquisition_policy(rules.download),
            free_only=rules.release.free_only,
        )
        submit.submit(
            engine,
            tracker,
            client,
            propose.budget_of(engine, tracker.account(fresh=True), rules.budget, client.free_space()),
            settings,
            tally,
            owned_books=series_list.owned_books(engine),
            wedges=Wedges(engine, tracker, rules.purchase_policy(), run_id=context.run.run_id),
        )
        tally.figures[QueueFigure.PROPOSED] = len(proposed.made)
        tally.figures[QueueFigure.ON_THEIR_WAY_BEFORE] = proposed.already
    queue = download_list.download_rows(engine, tuple(download_list.OPEN_STATES))
    return dg.MaterializeResult(
        metadata={
            **metadata.figures(tally.figures),
            "by state": metadata.counts(loop_totals.download_counts(engine)),
            "queue": metadata.table(
                queue, ["id", "author", "title", "release_title", "download_status", "last_progress", "status_reason"]
            ),
        }
    )


@dg.asset(
    group_name="acquisition",
    kinds={"qbittorrent", "audiobookshelf"},
    owners=["team:acquisition"],
    deps=[download_queue],
    description="Finished downloads, hardlinked into the library and confirmed by Audiobookshelf. The acquisition "
    "sensor requests a run when a torrent is complete.",
    config_schema={
        "downloads": dg.Field(
            [int], default_value=[], description="numbers from `mam-assets queue`; empty: all that are finished"
        ),
    },
)
def imported_books(
    context: dg.AssetExecutionContext,
    qbittorrent: QbittorrentResource,
    audiobookshelf: AudiobookshelfResource,
    store: StoreResource,
    policy: PolicyResource,
) -> dg.MaterializeResult[None]:
    """Bring every finished download into the library."""
    config = context.op_execution_context.op_config
    rules, engine, settings = policy.policy(), store.engine(), policy.settings()
    with stage(engine, "imported_books", context.run.run_id) as tally:
        library = audiobookshelf.client()
        target = library_target(library, rules.library, parse_path_map(settings.library_path_map))
        how = ImportSettings.of(
            target,
            rules.imports,
            rules.budget,
            reconcile.acquisition_policy(rules.download),
            parse_path_map(settings.download_path_map),
            settings.state_dir.absolute() / "import.lock",
        )
        client = qbittorrent.client()
        if config["downloads"]:
            done = import_downloads(engine, client, library, how, tally, only=config["downloads"])
        else:
            look = partial(
                reconcile.tick, engine, client, how.retries, propose.next_release(engine), Tally(),
                auto=rules.mode == "auto",
            )  # fmt: skip
            done = import_rounds(engine, client, library, how, look, tally)
    return dg.MaterializeResult(
        metadata={
            **metadata.figures(tally.figures),
            "imported": metadata.table(done.imported, ["author", "title", "target_path"], metadata.download),
            "blocked": metadata.table(done.blocked, ["id", "author", "title", "status_reason"], metadata.download),
        }
    )


@dg.asset_check(asset=download_queue, description="No book and no torrent is being downloaded twice.")
def nothing_is_queued_twice(store: StoreResource) -> dg.AssetCheckResult:
    """Two active downloads of one book or torrent would be a broken ledger."""
    twice = download_list.queued_twice(store.engine())
    return dg.AssetCheckResult(passed=not twice, metadata={"twice": ", ".join(twice) or "none"})
