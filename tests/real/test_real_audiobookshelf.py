"""The product with a real Audiobookshelf; MAM, qBittorrent and the providers are the sandbox's.

Skipped unless AUDIOBOOKSHELF_DIR names a checkout of Audiobookshelf 2.36 with its dependencies (``npm ci --omit=dev``).
"""

from __future__ import annotations

import http.server
import json
import shutil
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from mam_assets import definitions
from mam_assets.domain import people
from mam_assets.runner.loop import SANDBOX_POLICY
from mam_assets.sandbox.audiobookshelf.scan import scan
from mam_assets.sandbox.servers import Sandbox, open_sandbox
from mam_assets.sandbox.world.audio import Tags, m4b, mp3
from mam_assets.sandbox.world.facts import World
from mam_assets.sandbox.world.load import load_catalogue
from mam_assets.settings import Settings, load_settings
from mam_assets.stages.enrichment.writer import MetadataWriter
from mam_assets.stages.importing.undo import undo_import
from mam_assets.store.engine import open_engine, upgrade
from mam_assets.store.frames import derived
from mam_assets.store.ledgers import corrections, downloads
from mam_assets.store.reports import download_list, loop_totals
from resources.audiobookshelf import AbsClient
from resources.definitions import resource_defs
from resources.errors import AuthError, Refused, Unavailable
from sensors.acquisition import acquisition
from tests.support.library_files import write_library
from tests.support.library_server import WHY_NOT, LibraryServer

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)

COMPLETION = ("library_snapshot", "series_catalogue", "ownership", "series_completion", "missing_books")
SERIES = ("Cradle", "Foundation", "The Murderbot Diaries")
AUDIO = {".m4b", ".mp3", ".m4a"}


class Product:
    """The graph, the server that it files books into, and the sandbox around."""

    def __init__(self, folder: Path, server: LibraryServer, box: Sandbox, engine: sa.Engine) -> None:
        self.folder, self.server, self.box, self.engine = folder, server, box, engine
        self.client = AbsClient(server.url, server.token)

    def run(self, *names: str) -> dg.ExecuteInProcessResult:
        result = dg.materialize(
            dg.load_assets_from_modules(definitions.MODULES),
            selection=dg.AssetSelection.assets(*names),
            resources=resource_defs(),
        )
        assert result.success
        return result

    def tick(self) -> None:
        """What the acquisition sensor asks for at one look."""
        made = resource_defs()
        resources = {name: made[name] for name in acquisition.required_resource_keys}
        with dg.build_sensor_context(instance=dg.DagsterInstance.ephemeral(), resources=resources) as context:
            asked = acquisition(context)
        for request in getattr(asked, "run_requests", None) or []:
            self.run(*(["imported_books"] if request.job_name == "import_books" else ["download_queue"]))

    def settle(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while set(loop_totals.download_counts(self.engine)) - {"imported", "abandoned"}:
            assert time.monotonic() < deadline, loop_totals.download_counts(self.engine)
            self.tick()
            time.sleep(0.2)

    def imported(self) -> list[dict[str, Any]]:
        return download_list.download_rows(self.engine, ["imported"])


def world() -> World:
    whole = load_catalogue()
    series = tuple(one for one in whole.series if one.name in SERIES)
    authors = {one.author for one in series}
    owned = tuple(item for item in whole.owned if item.library == "Audiobooks" and authors & set(item.authors))
    return World("three-series", series, owned, whole.libraries)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """After one round: the library read, gaps found, what MAM has fetched and imported."""
    folder = tmp_path_factory.mktemp("real-abs")
    write_library(world(), folder / "library")
    server = LibraryServer(folder / "config", folder / "library" / "Audiobooks")
    with pytest.MonkeyPatch.context() as patch, open_sandbox(folder / "box", world=world(), speed=30) as box:
        server.start()
        try:
            patch.chdir(folder)
            for name in Settings.names():
                patch.delenv(name, raising=False)
            own = {
                "ABS_URL": server.url,
                "ABS_TOKEN": server.token,
                "LIBRARY_PATH_MAP": "",
                "MAM_STATE_DIR": str(folder / "state"),
                "MAM_ASSETS_CONFIG": str(folder / "policy.toml"),
            }
            for name, value in {**box.environment(), **own}.items():
                patch.setenv(name, value)
            (folder / "policy.toml").write_text(SANDBOX_POLICY, "utf-8")
            engine = open_engine(load_settings(folder).store_url)
            upgrade(engine)
            server.scan()
            made = Product(folder, server, box, engine)
            made.run(*COMPLETION, "tracker_account", "search_candidates", "download_queue")
            made.settle()
            yield made
            engine.dispose()
        finally:
            server.stop()


def names(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(row["name"] for row in rows)


def places(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((row["name"], row.get("sequence") or "") for row in rows)


# ------------------------------------------------------------------------------------------------------- the loop


def test_the_snapshot_is_what_the_server_says(product: Product) -> None:
    product.run("library_snapshot")
    rows = {row["abs_id"]: row for row in derived.read_frame(product.engine, "books").to_dict("records")}
    shown = {item["id"]: item for item in product.server.items().values()}
    assert rows.keys() == shown.keys()
    for abs_id, item in shown.items():
        row, media = rows[abs_id], item["media"]
        said = media["metadata"]
        assert row["title"] == (said["title"] or "")
        assert sorted(row["authors"]) == names(said["authors"])
        assert sorted((one["name"], one["sequence"] or "") for one in row["series"]) == places(said["series"])
        assert list(row["narrators"]) == said["narrators"]
        assert (row["asin"] or "") == (said["asin"] or "")
        assert row["duration_seconds"] == pytest.approx(media["duration"], abs=1)
        assert row["rel_path"] == item["relPath"]


def test_every_import_is_shown_once_as_it_was_meant(product: Product) -> None:
    rows, shown = product.imported(), product.server.items()
    assert len(rows) >= 5
    for row in rows:
        folder = Path(row["target_path"])
        item = shown[str(folder.relative_to(product.server.folders[0]))]
        said = item["media"]["metadata"]
        audio = [path for path in folder.rglob("*") if path.suffix in AUDIO]
        assert item["id"] == row["abs_item_id"]
        assert item["media"]["numAudioFiles"] == len(audio) > 0
        assert all(path.stat().st_nlink == 2 for path in audio)
        assert not (folder / "metadata.json").exists()
        wanted = downloads.get(product.engine, row["id"]).wanted
        assert wanted is not None
        assert said["title"] == wanted.title
        assert {people.normal(one) for one in names(said["authors"])} == {people.normal(one) for one in wanted.authors}
        assert {number for _, number in places(said["series"])} == {place.position for place in wanted.series}
        assert row["status_reason"] in ("", None)


def test_completion_moves_by_what_was_imported(product: Product) -> None:
    product.run(*COMPLETION)
    owned = derived.read_frame(product.engine, "ownership")
    owned = set(owned[owned["status"] == "owned"]["book_key"])
    assert {row["book_key"] for row in product.imported()} <= owned


# ----------------------------------------------------------------------------------------------- whose word stands


def test_a_persons_change_outlives_a_rescan(product: Product) -> None:
    abs_id = product.imported()[0]["abs_item_id"]
    mine = {"title": "My title", "genres": ["My genre"], "series": [{"name": "My series", "sequence": "7"}]}
    product.server.call("PATCH", f"/api/items/{abs_id}/media", {"metadata": mine})
    for _ in range(2):
        product.server.call("POST", f"/api/items/{abs_id}/scan")
        product.server.scan(force=True)
    said = product.server.call("GET", f"/api/items/{abs_id}?expanded=1")["media"]["metadata"]
    assert (said["title"], said["genres"], places(said["series"])) == ("My title", ["My genre"], [("My series", "7")])


def test_metadata_is_filled_in_and_taken_back(product: Product) -> None:
    product.run("library_snapshot")
    product.run("metadata_enrichment")
    changes = [row for row in corrections.recent(product.engine, 1000) if row.state == corrections.MADE]
    assert changes
    writer = MetadataWriter(product.engine, product.client, product.folder / "enrichment.lock")
    for change in changes[:6]:
        _, there = product.client.item_to_edit(change.abs_id)
        assert there[change.field]
        if change.field == "cover":
            continue
        assert writer.undo(change.id).problem == ""
        assert product.client.item_to_edit(change.abs_id)[1][change.field] == change.old


def test_a_change_that_changes_nothing_is_no_error(product: Product) -> None:
    abs_id = product.imported()[1]["abs_item_id"]
    _, there = product.client.item_to_edit(abs_id)
    assert product.client.update_media(abs_id, {"title": there["title"], "series": there["series"]})[0] is False


def test_a_cover_is_fetched_and_one_that_cannot_be_is_refused(product: Product, tmp_path: Path) -> None:
    abs_id = next(item["id"] for item in product.server.items().values() if not item["media"]["coverPath"])
    (tmp_path / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 64)
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{web.server_port}"
        with pytest.raises(Refused, match="Failed to download image"):
            product.client.set_cover(abs_id, f"{address}/none.jpg")
        assert not product.client.item(abs_id).has_cover
        product.client.set_cover(abs_id, f"{address}/cover.jpg")
        web.shutdown()
    assert product.client.item(abs_id).has_cover


def test_an_author_named_twice_does_not_end_the_server(product: Product) -> None:
    abs_id = product.imported()[1]["abs_item_id"]
    _, there = product.client.item_to_edit(abs_id)
    twice = [{"name": "Dora Double"}, {"name": "dora double"}]
    _, item = product.client.update_media(abs_id, {"authors": twice})
    assert item.authors == ("Dora Double",)
    product.client.update_media(abs_id, {"authors": there["authors"]})
    assert product.server.answers()


# ------------------------------------------------------------------------------------------------------- trouble


def test_who_may_what(product: Product) -> None:
    plain = AbsClient(product.server.url, product.server.plain_token)
    user = plain.authorize()
    assert (user.is_admin, user.may_update, user.hidden) == (False, False, ("explicit books",))
    library = plain.libraries()[0].id
    assert plain.scan_finished(library)
    with pytest.raises(AuthError):
        plain.scan(library)
    with pytest.raises(AuthError):
        plain.update_media(product.imported()[0]["abs_item_id"], {"title": "No"})
    short = product.server.new_key("short", expiresIn=1)
    time.sleep(1.5)
    for token in (short, "nonsense", ""):
        with pytest.raises(AuthError):
            AbsClient(product.server.url, token).libraries()


def test_a_server_that_is_killed_in_between_goes_on_where_it_was(product: Product) -> None:
    before = product.server.items().keys()
    product.server.stop()
    with pytest.raises(Unavailable):
        product.client.libraries()
    product.server.start()
    assert product.server.items().keys() == before
    assert product.client.libraries()[0].name == "Audiobooks"


def test_an_undone_import_is_missing_there_and_owned_no_more(product: Product) -> None:
    row = product.imported()[-1]
    undone = undo_import(product.engine, row["id"])
    assert undone.left == []
    assert not Path(row["target_path"]).exists()
    product.server.scan()
    assert product.client.item(row["abs_item_id"]).is_missing
    product.run(*COMPLETION)
    owned = derived.read_frame(product.engine, "ownership")
    assert row["book_key"] not in set(owned[owned["status"] == "owned"]["book_key"])


# --------------------------------------------------------------------------------------- the stand-in beside it

FOLDERS = {
    "A B/S/Vol 1 - One {N One, N Two}": {},
    "A B/S/Vol 1.5 - Two": {"title": "Two", "series": ["S #1.5"], "authors": ["C D"]},
    "A B/S/Vol 1-3 - Three": {},
    "A B/S/2001 - Four": {},
    "A B/S/1 - 2001 - Five": {},
    "A B/S/Vol 3 - Foo - Bar Baz": {},
    "A B/S/Book 4 - Six [B0ABCDEFGH]": {},
    "A B/S/101 Dalmatians": {},
    "A B/S/X/Vol 1 - Deep": {},
    "A B/Vol 3 - No series": {},
    "Sir Arthur Conan Doyle/Study": {},
    "Le Guin, Ursula K./Earthsea": {},
    "Martin Luther King Jr./Dream": {},
    "Doe, Jane & Roe, Bob/Both": {},
    "Side/hash": {"title": "H", "series": ["S ##2", "T #2 #3", "U #", "V #1-3"]},
    "Side/case": {"title": "C", "series": ["Case #1", "case #2"], "authors": ["Q R", "q r"]},
    "Side/blank": {"title": "", "narrators": [], "series": [], "authors": [], "genres": []},
    "Side/null": {"title": None, "narrators": None, "publishedYear": 1999},
    "Side/types": {"title": "T", "authors": "One, Two", "explicit": "true", "abridged": 1},
    "Side/nested": {"title": "Outer", "metadata": {"title": "Inner", "authors": ["In Ner"]}},
}
TAGGED = Tags(
    title="t", album="Tag album", artist="Sir Tag Author", narrator="Tag Reader", series="Tag S", series_part="3",
    genre="A/B; C", year="2001", asin="B0TAGTAGTA",
)  # fmt: skip


@pytest.fixture
def another(tmp_path: Path) -> Iterator[LibraryServer]:
    server = LibraryServer(tmp_path / "config", tmp_path / "library")
    server.start()
    yield server
    server.stop()


def test_the_stand_in_reads_folders_as_the_real_one_does(another: LibraryServer) -> None:
    root = another.folders[0]
    for path, said in FOLDERS.items():
        (root / path).mkdir(parents=True)
        tags = TAGGED if path.startswith("Side") else Tags(genre="")
        (root / path / "b.m4b").write_bytes(m4b(tags, 3600, seed=path))
        if said:
            (root / path / "metadata.json").write_text(json.dumps(said), "utf-8")
    for path in ("Multi/m1/CD 1/1.mp3", "Multi/m1/CD2/1.mp3", "Multi/m2/Part 1/1.mp3", "Multi/m2/Part 2/1.mp3"):
        (root / path).parent.mkdir(parents=True)
        (root / path).write_bytes(mp3(Tags(genre=""), 3600, seed=path))
    another.scan()
    real, ours = another.items(), {found.rel_path: found for found in scan(root)}
    assert real.keys() == ours.keys()
    for path, item in real.items():
        said, found = item["media"]["metadata"], ours[path]
        assert {key: said[key] for key in found.metadata} == found.metadata, path
        assert names(said["authors"]) == sorted(found.authors), path
        assert said["narrators"] == found.narrators, path
        assert places(said["series"]) == sorted((name, number or "") for name, number in found.series), path
        assert item["media"]["numAudioFiles"] == sum(row["kind"] == "audio" for row in found.files), path


def test_a_scan_ends_at_a_series_that_is_named_twice_and_goes_on_without(another: LibraryServer) -> None:
    root = another.folders[0]
    for path, said in {"A/Twice": {"series": ["S #1", "S #2"]}, "B/After": {}}.items():
        (root / path).mkdir(parents=True)
        (root / path / "b.m4b").write_bytes(m4b(Tags(), 3600, seed=path))
        (root / path / "metadata.json").write_text(json.dumps(said), "utf-8")
    another.scan()
    assert "A/Twice" not in another.items()
    shutil.rmtree(root / "A")
    another.scan()
    assert another.items().keys() == {"B/After"}


def test_a_book_is_found_in_its_own_folder_of_the_library(tmp_path: Path) -> None:
    server = LibraryServer(tmp_path / "config", tmp_path / "one", tmp_path / "two")
    server.start()
    try:
        for folder in server.folders:
            (folder / "A/B").mkdir(parents=True)
            (folder / "A/B/b.m4b").write_bytes(m4b(Tags(), 3600, seed=str(folder)))
        server.scan()
        client = AbsClient(server.url, server.token)
        (library,) = client.libraries()
        for folder in library.folders:
            found = client.find_by_paths(library.id, ["A/B"], folder_id=folder.id)["A/B"]
            assert found.path == f"{folder.path}/A/B"
    finally:
        server.stop()
