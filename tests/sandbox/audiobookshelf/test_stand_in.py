"""The Audiobookshelf stand-in: shapes of recorded answers, and the habits and traps of the real server."""

from __future__ import annotations

import base64
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mam_assets.sandbox.audiobookshelf.app import create_app
from mam_assets.sandbox.audiobookshelf.books import last_first
from mam_assets.sandbox.audiobookshelf.names import split_names
from mam_assets.sandbox.audiobookshelf.scan import scan
from mam_assets.sandbox.audiobookshelf.server import ADMIN, EDITOR, READER
from mam_assets.sandbox.serving.faults import Faults
from mam_assets.sandbox.serving.serve import Serving
from mam_assets.sandbox.serving.state import State
from mam_assets.sandbox.world.audio import Tags, m4b, mp3
from mam_assets.sandbox.world.facts import OwnedItem, World, WorldBook, WorldSeries
from tests.support.paths import SANDBOX_SAMPLES
from tests.support.shapes import differences

SAMPLES = SANDBOX_SAMPLES / "audiobookshelf"

# Text that one book has and another lacks.
NULLABLE = frozenset(
    {
        "title", "subtitle", "publishedYear", "publishedDate", "publisher", "description", "descriptionPlain", "isbn",
        "asin", "language", "coverPath", "lastScan", "lastScanVersion", "trackNumFromMeta", "trackNumFromFilename",
        "sequence", "ebookFile",
    }
)  # fmt: skip


def owned(number: int, title: str | None, sequence: str | None = None, **more: Any) -> OwnedItem:
    given: dict[str, Any] = {"authors": ("Ann Author",), "duration_seconds": 36_000.0, "size_bytes": 1_000_000}
    given |= {"series": (("The Saga", sequence),) if sequence else ()}
    return OwnedItem(abs_id=f"id-{number}", rel_path=f"Ann Author/{title or number}", title=title, **(given | more))


def small_world() -> World:
    book = WorldBook(
        1, 1, "Beta", ("Ann Author",), "The Saga", "2", 2001, 36_000, ("Nora Narrator",), asin="B0SBX00001"
    )
    return World(
        "small",
        (WorldSeries(9, "The Saga", "Ann Author", (("2", book),)),),
        (
            owned(1, "Alpha", "1", num_audio_files=3, narrators=("Nora Narrator",)),
            owned(2, "Beta", "2"),
            owned(3, "Gamma", "10", authors=("Ann Author", "Bob Beside"), series=(("The Saga", "10"), ("Other", "1"))),
            owned(4, "Delta", num_audio_files=0, ebook_format="epub", duration_seconds=0.0),
            owned(5, None, authors=()),
            owned(6, "Gone", "3", is_missing=True),
            owned(7, "For Kids", library="Children"),
        ),
        {"Audiobooks": "lib-1", "Children": "lib-2"},
    )


class Shelf:
    def __init__(self, folder: Path, world: World | None = None, speed: float = 50.0) -> None:
        self.folder = folder
        self.faults = Faults()
        app = create_app(
            world or small_world(),
            state=State(folder / "state"),
            library_dir=folder / "library",
            faults=self.faults,
            speed=speed,
        )
        self.serving = Serving(app)
        self.books = folder / "library" / "audiobooks"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {ADMIN.token}"

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(method, self.serving.url + path, **options)

    def get(self, path: str, **params: Any) -> Any:
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def titles(self, **params: Any) -> list[str]:
        return [
            row["media"]["metadata"]["title"] for row in self.get("/api/libraries/lib-1/items", **params)["results"]
        ]

    def expanded(self, *ids: str) -> list[dict[str, Any]]:
        return self.call("POST", "/api/items/batch/get", json={"libraryItemIds": list(ids)}).json()["libraryItems"]

    def scan(self) -> None:
        assert self.call("POST", "/api/libraries/lib-1/scan").text == "OK"
        while self.get("/api/tasks")["tasks"]:
            time.sleep(0.005)

    def by_path(self) -> dict[str, dict[str, Any]]:
        return {row["relPath"]: row for row in self.get("/api/libraries/lib-1/items")["results"]}

    def put_book(self, path: str, tags: Tags | None = None, hours: float = 10.0) -> Path:
        folder = self.books / path
        folder.mkdir(parents=True)
        (folder / "book.m4b").write_bytes(m4b(tags or Tags(), hours * 3600, seed=path))
        return folder


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    found = Shelf(tmp_path)
    yield found
    found.serving.stop(wait=False)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """One server for the tests that change nothing."""
    found = Shelf(tmp_path_factory.mktemp("calm"))
    yield found
    found.serving.stop(wait=False)


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


# ---------------------------------------------------------------------------------------------------------- shapes


def test_shapes_of_the_server(calm: Shelf) -> None:
    plain = requests.get(f"{calm.serving.url}/status").json()
    assert differences(sample("status"), plain) == []
    assert requests.get(f"{calm.serving.url}/ping").json() == {"success": True}
    assert requests.get(f"{calm.serving.url}/healthcheck").status_code == 200
    login = calm.call("POST", "/login", json={"username": "root", "password": "root"}).json()
    assert differences(sample("login"), login) == []
    authorized = calm.call("POST", "/api/authorize").json()
    assert authorized["user"].keys() == sample("login")["user"].keys() - {"accessToken", "refreshToken"}


def test_shapes_of_libraries(calm: Shelf) -> None:
    libraries = calm.get("/api/libraries")
    assert differences(sample("libraries"), libraries, NULLABLE) == []
    assert [(row["name"], row["mediaType"]) for row in libraries["libraries"]] == [
        ("Audiobooks", "book"),
        ("Children", "book"),
        ("Podcasts", "podcast"),
    ]
    assert differences(sample("library"), calm.get("/api/libraries/lib-1"), NULLABLE) == []
    included = calm.get("/api/libraries/lib-1", include="filterdata")
    assert differences(sample("library_include_filterdata"), included, NULLABLE) == []
    assert included["issues"] == 1
    assert differences(sample("stats"), calm.get("/api/libraries/lib-1/stats"), NULLABLE) == []


def test_shapes_of_lists(calm: Shelf) -> None:
    assert differences(sample("items_default_p0"), calm.get("/api/libraries/lib-1/items"), NULLABLE) == []
    missing = calm.by_path()["Ann Author/Gone"]
    assert differences(sample("item_missing_minified"), missing, NULLABLE) == []
    collapsed = calm.get("/api/libraries/lib-1/items", collapseseries=1, minified=1)
    real = sample("items_collapseseries_p0")
    row = next(row for row in collapsed["results"] if "collapsedSeries" in row)
    assert differences(real["results"][0], row, NULLABLE) == []
    assert differences({**real, "results": []}, {**collapsed, "results": []}) == []
    authors = calm.get("/api/libraries/lib-1/authors", limit=10, page=0)
    assert differences(sample("authors_paged"), authors) == []


def test_shapes_of_items(calm: Shelf) -> None:
    batch = calm.call("POST", "/api/items/batch/get", json={"libraryItemIds": ["id-1"]}).json()
    assert differences(sample("items_batch_get"), batch, NULLABLE) == []
    assert differences(sample("item_plain_clean_vol"), calm.get("/api/items/id-1"), NULLABLE) == []
    two = calm.get("/api/items/id-3", expanded=1)
    assert differences(sample("item_expanded_two_series"), two, NULLABLE | {"chapters"}) == []
    ebook = calm.get("/api/items/id-4", expanded="1")
    assert differences(sample("item_expanded_ebook_only"), ebook, NULLABLE) == []


def test_shapes_of_series_and_authors(calm: Shelf) -> None:
    series = calm.get("/api/libraries/lib-1/series", limit=50)["results"]
    saga = next(row for row in series if row["name"] == "The Saga")
    assert [book["id"] for book in saga["books"]] == ["id-1", "id-2", "id-6", "id-3"]
    assert differences(sample("series_one"), calm.get(f"/api/series/{saga['id']}", include="progress")) == []
    author = calm.expanded("id-1")[0]["media"]["metadata"]["authors"][0]["id"]
    found = calm.get(f"/api/authors/{author}", include="items,series")
    assert differences(sample("author_one"), found, NULLABLE) == []


def test_shape_of_a_task(shelf: Shelf) -> None:
    shelf.serving.stop(wait=False)
    slow = Shelf(shelf.folder, speed=0.05)
    slow.call("POST", "/api/libraries/lib-1/scan")
    slow.call("POST", "/api/libraries/lib-1/scan")
    tasks = slow.get("/api/tasks")
    assert differences(sample("tasks_while_scanning"), tasks) == []
    assert len(tasks["tasks"]) == 1, "a second scan of the same library is ignored"
    slow.faults.set("missing_total")
    assert "total" not in slow.get("/api/libraries/lib-1/items")
    assert "total" in slow.get("/api/libraries/lib-2/items")
    slow.serving.stop(wait=False)


# ------------------------------------------------------------------------------------------------- habits of reading


def test_lists_are_minified_whatever_is_asked(calm: Shelf) -> None:
    for minified in ("0", "1"):
        metadata = calm.get("/api/libraries/lib-1/items", minified=minified)["results"][2]["media"]["metadata"]
        assert "series" not in metadata
        assert "authors" not in metadata
        assert sorted(metadata["seriesName"].split(", ")) == ["Other #1", "The Saga #10"]


def test_pages_count_from_zero(calm: Shelf) -> None:
    everything = calm.titles(sort="media.metadata.title", limit=0)
    assert len(everything) == 6
    assert calm.titles(sort="media.metadata.title") == everything
    pages = [calm.titles(sort="media.metadata.title", limit=4, page=page) for page in range(3)]
    assert pages == [everything[:4], everything[4:], []]
    answer = calm.get("/api/libraries/lib-1/items", limit=4, page=1, sort="addedAt", desc=1)
    assert (answer["total"], answer["offset"], answer["sortBy"], answer["sortDesc"]) == (6, 4, "addedAt", True)
    assert calm.titles(sort="media.metadata.title", limit="many") == everything
    assert calm.call("GET", "/api/libraries/lib-1/items?limit=4&page=-1").status_code == 400


def test_filters(calm: Shelf) -> None:
    encode = lambda value: base64.b64encode(value.encode()).decode()  # noqa: E731
    saga = next(s for s in calm.expanded("id-1")[0]["media"]["metadata"]["series"])["id"]
    found = calm.get(
        "/api/libraries/lib-1/items", filter=f"series.{encode(saga)}", sort="sequence", limit=10, minified=1
    )
    assert differences(sample("items_filter_series"), found, NULLABLE) == []
    sequences = [row["media"]["metadata"]["series"]["sequence"] for row in found["results"]]
    assert sequences == ["1", "2", "3", "10"]
    assert calm.titles(filter="issues") == ["Gone"]
    assert calm.titles(filter=f"ebooks.{encode('ebook')}") == ["Delta"]
    assert calm.titles(filter="series.no-series") == ["Delta", None]
    assert calm.titles(filter=f"tracks.{encode('multi')}") == ["Alpha"]
    assert calm.titles(filter=f"missing.{encode('authors')}") == [None]
    assert calm.titles(filter=f"narrators.{encode('Nora Narrator')}") == ["Alpha"]
    assert len(calm.titles(filter="nonsense.eA==")) == 6, "passed over"


def test_batch_get(calm: Shelf) -> None:
    found = calm.expanded("id-3", "unknown", "id-1")
    assert [row["id"] for row in found] == ["id-3", "id-1"]
    names = [(s["name"], s["sequence"]) for s in found[0]["media"]["metadata"]["series"]]
    assert sorted(names) == [("Other", "1"), ("The Saga", "10")]
    assert len(found[1]["media"]["tracks"]) == 3
    empty = calm.call("POST", "/api/items/batch/get", json={"libraryItemIds": []})
    assert (empty.status_code, empty.text) == (403, "Invalid payload")


def test_series_without_a_limit_have_no_rows(calm: Shelf) -> None:
    answer = calm.get("/api/libraries/lib-1/series")
    assert (answer["results"], answer["total"]) == ([], 2)


def test_authors_page_only_with_both_numbers(calm: Shelf) -> None:
    assert "authors" in calm.get("/api/libraries/lib-1/authors", limit=1)
    paged = calm.get("/api/libraries/lib-1/authors", limit=1, page=1)
    assert [row["name"] for row in paged["results"]] == ["Bob Beside"]


def test_who_may_do_what(shelf: Shelf) -> None:
    url = shelf.serving.url
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        answer = requests.get(f"{url}/api/libraries", headers=headers)
        assert (answer.status_code, answer.text) == (401, "Unauthorized")
        assert answer.headers["Content-Type"].startswith("text/plain")
    assert requests.get(f"{url}/api/libraries?token={READER.token}").status_code == 200
    for user, statuses in ((READER, (403, 403)), (EDITOR, (403, 200)), (ADMIN, (200, 200))):
        headers = {"Authorization": f"Bearer {user.token}"}
        scanned = requests.post(f"{url}/api/libraries/lib-1/scan", headers=headers).status_code
        changed = requests.patch(f"{url}/api/items/id-1/media", json={"tags": ["x"]}, headers=headers).status_code
        assert (scanned, changed) == statuses
    wrong = requests.post(f"{url}/login", json={"username": "root", "password": "no"})
    assert wrong.status_code == 401
    assert shelf.call("GET", "/api/items/unknown").text == "Not Found"
    assert shelf.call("GET", "/api/libraries/unknown/items").text == "Library not found"
    assert shelf.call("GET", "/api/nothing/here").status_code == 404


# ------------------------------------------------------------------------------------------------- habits of writing


def test_series_and_authors_are_replaced_as_a_whole(shelf: Shelf) -> None:
    body = {"metadata": {"series": [{"name": "the saga", "sequence": "2"}], "authors": [{"name": "Carla New"}]}}
    answer = shelf.call("PATCH", "/api/items/id-3/media", json=body).json()
    assert answer["updated"] is True
    metadata = shelf.expanded("id-3")[0]["media"]["metadata"]
    assert [(s["name"], s["sequence"]) for s in metadata["series"]] == [("The Saga", "2")], "its spelling stands"
    assert metadata["series"][0]["id"] == shelf.expanded("id-1")[0]["media"]["metadata"]["series"][0]["id"]
    assert [author["name"] for author in metadata["authors"]] == ["Carla New"]
    assert (metadata["authorName"], metadata["seriesName"]) == ("Carla New", "The Saga #2")
    assert shelf.by_path()["Ann Author/Gamma"]["media"]["metadata"]["authorName"] == "Carla New"
    again = shelf.call("PATCH", "/api/items/id-3/media", json=body).json()
    assert list(again) == ["libraryItem"], "nothing changed: no word on it"


def test_types_of_a_change(shelf: Shelf) -> None:
    body = {"metadata": {"series": [{"name": "S", "sequence": 3}], "publishedYear": 2010, "subtitle": ""}}
    metadata = shelf.call("PATCH", "/api/items/id-1/media", json=body).json()["libraryItem"]["media"]["metadata"]
    assert metadata["series"][0]["sequence"] is None, "a sequence that is no text is lost"
    assert metadata["publishedYear"] == "2010"
    assert metadata["subtitle"] is None
    assert metadata["title"] == "Alpha"


def test_an_author_named_twice_ends_the_real_server(shelf: Shelf) -> None:
    body = {"metadata": {"authors": [{"name": "Dora Double"}, {"name": "dora double "}]}}
    assert shelf.call("PATCH", "/api/items/id-1/media", json=body).status_code == 500
    there_already = {"metadata": {"authors": [{"name": "Ann Author"}, {"name": "ann author"}]}}
    assert list(shelf.call("PATCH", "/api/items/id-1/media", json=there_already).json()) == ["libraryItem"]


def test_of_a_series_named_twice_the_last_sequence_is_kept(shelf: Shelf) -> None:
    body = {"metadata": {"series": [{"name": "Twice", "sequence": "1"}, {"name": "twice", "sequence": " 2"}]}}
    metadata = shelf.call("PATCH", "/api/items/id-1/media", json=body).json()["libraryItem"]["media"]["metadata"]
    assert [(row["name"], row["sequence"]) for row in metadata["series"]] == [("Twice", " 2")]


def test_a_rescan_keeps_what_a_person_changed_unless_metadata_json_lies_there(shelf: Shelf) -> None:
    for name in ("With", "Without"):
        folder = shelf.put_book(f"Ann Author/{name}", Tags(title="t", album=f"Tag {name}", genre="Tag genre"))
        (folder / "metadata.json").write_text(json.dumps({"title": name, "series": ["S #1"]}), "utf-8")
    shelf.scan()
    (shelf.books / "Ann Author/Without/metadata.json").unlink()
    mine = {"title": "Mine", "genres": ["My genre"], "publisher": "My publisher", "series": [{"name": "Mine"}]}
    for row in list(shelf.by_path().values()):
        if row["relPath"] in ("Ann Author/With", "Ann Author/Without"):
            shelf.call("PATCH", f"/api/items/{row['id']}/media", json={"metadata": mine})
            shelf.call("POST", f"/api/items/{row['id']}/scan")
    found = {path: row["media"]["metadata"] for path, row in shelf.by_path().items()}
    kept, lost = found["Ann Author/Without"], found["Ann Author/With"]
    wanted = ("title", "genres", "publisher", "seriesName")
    assert [kept[key] for key in wanted] == ["Mine", ["My genre"], "My publisher", "Mine"]
    assert [lost[key] for key in wanted] == ["With", ["Tag genre"], "My publisher", "S #1"]


def test_a_series_that_is_named_twice_ends_the_scan(shelf: Shelf) -> None:
    folder = shelf.put_book("Ann Author/Twice")
    (folder / "metadata.json").write_text(json.dumps({"series": ["S #1", "S #2"]}), "utf-8")
    shelf.put_book("Zed Author/After")
    shelf.scan()
    assert not {"Ann Author/Twice", "Zed Author/After"} & shelf.by_path().keys()
    (folder / "metadata.json").write_text(json.dumps({"series": ["S #1", "s #2"]}), "utf-8")
    shelf.scan()
    assert {"Ann Author/Twice", "Zed Author/After"} <= shelf.by_path().keys()
    assert shelf.by_path()["Ann Author/Twice"]["media"]["metadata"]["seriesName"] in ("S #1, s #2", "s #2, S #1")


@pytest.mark.parametrize(
    ("said", "expected"),
    [  # as a running server read them, over tags that name all of it
        ({"title": ""}, {"title": ""}),
        ({"title": None, "publishedYear": 1999}, {"title": "Tag", "publishedYear": "1999"}),
        ({"authors": [], "genres": []}, {"authorName": "Tag Author", "genres": ["Audiobook"]}),
        ({"narrators": [], "series": []}, {"narratorName": "", "seriesName": ""}),
        ({"authors": "One, Two"}, {"authorName": "Tag Author"}),
        ({"title": "Outer", "metadata": {"title": "Inner"}}, {"title": "Inner"}),
        ({"series": ["S ##2", "T #2 #3", "U #"]}, {"seriesName": "S ##2, T #2 #3, U #"}),
        ({"explicit": "true", "abridged": 1}, {"explicit": True, "abridged": False}),
    ],
)
def test_what_metadata_json_may_say(shelf: Shelf, said: dict[str, Any], expected: dict[str, Any]) -> None:
    tags = Tags(title="t", album="Tag", artist="Tag Author", narrator="Tag Reader", series="Tag S", series_part="1")
    (shelf.put_book("A/Book", tags) / "metadata.json").write_text(json.dumps(said), "utf-8")
    shelf.scan()
    found = shelf.by_path()["A/Book"]["media"]["metadata"]
    found["seriesName"] = ", ".join(sorted(found["seriesName"].split(", ")))
    assert {key: found[key] for key in expected} == expected


def test_batch_update(shelf: Shelf) -> None:
    row = {"id": "id-1", "mediaPayload": {"metadata": {"title": "Alpha 2"}}}
    url = "/api/items/batch/update"
    assert shelf.call("POST", url, json=[row, {"id": "id-2", "mediaPayload": {}}]).json() == {
        "success": True,
        "updates": 1,
    }
    assert shelf.call("POST", url, json=[row, row]).status_code == 400
    assert shelf.call("POST", url, json=[{"id": "unknown", "mediaPayload": {}}]).status_code == 404


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/c.jpg", "http://10.0.0.2/c.jpg", "http://nas/c.jpg", "file:///etc/c"]
)
def test_covers_from_private_addresses_are_refused(shelf: Shelf, url: str) -> None:
    assert shelf.call("POST", "/api/items/id-1/cover", json={"url": url}).status_code == 400
    body = {"metadata": {"title": "Changed"}, "url": url}
    assert shelf.call("PATCH", "/api/items/id-1/media", json=body).status_code == 400
    item = shelf.expanded("id-1")[0]
    assert (item["media"]["metadata"]["title"], item["media"]["coverPath"]) == ("Alpha", None), "the cover comes first"


def test_covers(shelf: Shelf) -> None:
    answer = shelf.call("POST", "/api/items/id-1/cover", json={"url": "https://covers.example.com/c.jpg"}).json()
    assert answer == {"success": True, "cover": shelf.expanded("id-1")[0]["media"]["coverPath"]}
    assert shelf.call("POST", "/api/items/id-2/cover", files={"cover": ("c.jpg", b"x")}).json()["success"] is True


def test_cover_among_the_files(shelf: Shelf) -> None:
    folder = shelf.put_book("Ann Author/New")
    for name in ("cover.jpg", "other.jpg"):
        (folder / name).write_bytes(b"jpg")
    shelf.scan()
    row = shelf.by_path()["Ann Author/New"]
    other = f"{row['path']}/other.jpg"
    assert row["media"]["coverPath"] == f"{row['path']}/cover.jpg"
    assert shelf.call("PATCH", f"/api/items/{row['id']}/cover", json={"cover": other}).json()["cover"] == other
    assert shelf.by_path()["Ann Author/New"]["media"]["coverPath"] == other
    assert shelf.call("PATCH", f"/api/items/{row['id']}/cover", json={"cover": "/etc/passwd"}).status_code == 400


def test_match_fills_only_blanks(shelf: Shelf) -> None:
    answer = shelf.call("POST", "/api/items/id-2/match", json={"provider": "audible"}).json()
    assert answer["updated"] is True
    assert answer["libraryItem"]["media"]["metadata"]["asin"] == "B0SBX00001"
    assert shelf.call("POST", "/api/items/id-2/match", json={}).json()["updated"] is False
    nothing = shelf.call("POST", "/api/items/id-4/match", json={"provider": "audible"}).json()
    assert nothing == {"warning": "No audible match found"}


def test_log_of_changes(shelf: Shelf) -> None:
    shelf.call("PATCH", "/api/items/id-1/media", json={"tags": ["x"]})
    shelf.call("POST", "/api/libraries/lib-1/scan")
    changes = shelf.get("/_sandbox/log")["changes"]
    assert [change["what"] for change in changes] == ["media", "scan"]


# ------------------------------------------------------------------------------------------------------------ scans


def test_scan_finds_a_new_book(shelf: Shelf) -> None:
    tags = Tags(album="Vol", artist="Ann Author", narrator="Nora Narrator", year="1999")
    folder = shelf.put_book("Ann Author/The Saga/Vol 3 - Delta {Nora Narrator; Max Mouth} [B012345678]", Tags())
    (folder / "cover.jpg").write_bytes(b"jpg")
    shelf.put_book("Bob Beside/Tagged", tags)
    shelf.scan()
    rows = shelf.by_path()
    assert len(rows) == 8
    row = rows["Ann Author/The Saga/Vol 3 - Delta {Nora Narrator; Max Mouth} [B012345678]"]
    metadata = shelf.expanded(row["id"])[0]["media"]["metadata"]
    assert row["media"]["duration"] == pytest.approx(36_000, abs=1)
    assert row["path"].startswith("/audiobooks/Ann Author/")
    assert (row["numFiles"], row["media"]["numTracks"]) == (2, 1)
    assert row["media"]["coverPath"].endswith("/cover.jpg")
    assert metadata["series"][0]["id"] == shelf.expanded("id-1")[0]["media"]["metadata"]["series"][0]["id"]
    assert metadata["seriesName"] == "The Saga #3"
    tagged = rows["Bob Beside/Tagged"]["media"]["metadata"]
    assert (tagged["title"], tagged["authorName"], tagged["narratorName"]) == ("Vol", "Ann Author", "Nora Narrator")
    assert tagged["publishedYear"] == "1999"
    found = shelf.expanded(row["id"])[0]
    assert differences(sample("items_batch_get")["libraryItems"][0], found, NULLABLE) == []


def test_metadata_json_wins(shelf: Shelf) -> None:
    folder = shelf.put_book("Ann Author/Wrong", Tags(album="Also wrong", artist="Somebody"))
    given = {"title": "Right", "authors": ["Ann Author"], "series": ["The Saga #4.5"], "narrators": [], "asin": None}
    (folder / "metadata.json").write_text(json.dumps({**given, "abridged": True, "publishedYear": "2003"}), "utf-8")
    shelf.scan()
    metadata = shelf.expanded(shelf.by_path()["Ann Author/Wrong"]["id"])[0]["media"]["metadata"]
    assert (metadata["title"], metadata["authorName"], metadata["seriesName"]) == (
        "Right",
        "Ann Author",
        "The Saga #4.5",
    )
    assert (metadata["abridged"], metadata["publishedYear"], metadata["asin"]) == (True, "2003", None)


def test_second_scan_changes_nothing(shelf: Shelf) -> None:
    shelf.put_book("Ann Author/New")
    shelf.scan()
    before = shelf.by_path()
    shelf.scan()
    assert shelf.by_path() == before


def test_vanished_and_moved_books(shelf: Shelf) -> None:
    folder = shelf.put_book("Ann Author/New")
    shelf.scan()
    before = shelf.by_path()["Ann Author/New"]
    folder.rename(folder.with_name("Renamed"))
    shelf.scan()
    rows = shelf.by_path()
    assert "Ann Author/New" not in rows
    assert rows["Ann Author/Renamed"]["id"] == before["id"], "the same folder elsewhere is the same item"
    shutil.rmtree(folder.with_name("Renamed"))
    shelf.scan()
    row = shelf.by_path()["Ann Author/Renamed"]
    assert (row["id"], row["isMissing"]) == (before["id"], True)
    assert shelf.by_path()["Ann Author/Alpha"]["isMissing"] is False, "items that never lay on disk stay"
    shelf.put_book("Ann Author/Renamed")
    shelf.scan()
    row = shelf.by_path()["Ann Author/Renamed"]
    assert (row["id"], row["isMissing"]) == (before["id"], False)


def test_what_a_scan_passes_over(shelf: Shelf) -> None:
    shelf.put_book(".staging/Ann Author/Half")
    ignored = shelf.put_book("Ann Author/Ignored")
    (ignored / ".ignore").touch()
    (shelf.put_book("Ann Author/Partial") / "book.m4b").rename(shelf.books / "Ann Author/Partial/book.m4b.part")
    (shelf.books / "Ann Author" / "Notes").mkdir()
    (shelf.books / "Ann Author" / "Notes" / "notes.txt").write_text("x")
    before = shelf.by_path()
    shelf.scan()
    assert shelf.by_path() == before


def test_discs_and_swallowing_folders(shelf: Shelf) -> None:
    for disc in ("CD 1", "CD 2"):
        folder = shelf.books / "Ann Author" / "Discs" / disc
        folder.mkdir(parents=True)
        for track in (1, 2):
            (folder / f"{track:02d}.mp3").write_bytes(mp3(Tags(track=f"{track}"), 600, seed=f"{disc}{track}"))
    shelf.put_book("Bob Beside/Big")
    shelf.put_book("Bob Beside/Big/1 - Small")
    (shelf.books / "loose.m4b").write_bytes(m4b(Tags(), 60, seed="loose"))
    shelf.scan()
    rows = shelf.by_path()
    assert (rows["Ann Author/Discs"]["media"]["numTracks"], rows["Bob Beside/Big"]["media"]["numTracks"]) == (4, 2)
    assert "Bob Beside/Big/1 - Small" not in rows
    assert (rows["loose.m4b"]["isFile"], rows["loose.m4b"]["media"]["metadata"]["title"]) == (True, "loose")


def test_state_outlives_the_server(shelf: Shelf) -> None:
    shelf.put_book("Ann Author/New")
    shelf.scan()
    shelf.call("PATCH", "/api/items/id-1/media", json={"metadata": {"title": "Changed"}})
    before = shelf.by_path(), shelf.expanded("id-1", "id-3")
    shelf.serving.stop(wait=False)
    again = Shelf(shelf.folder)
    assert (again.by_path(), again.expanded("id-1", "id-3")) == before
    again.serving.stop(wait=False)


def test_verbatim_items_say_what_the_world_says(tmp_path: Path) -> None:
    real = sample("items_batch_get")["libraryItems"][0]
    library = real["libraryId"]
    item = OwnedItem(real["id"], real["relPath"], "New Spring", verbatim=real)
    shelf = Shelf(tmp_path, World("one", (), (item,), {"Audiobooks": library}))
    ours = shelf.expanded(real["id"])[0]
    for part in ("id", "ino", "libraryId", "folderId", "path", "relPath", "addedAt", "updatedAt", "size", "numFiles"):
        assert ours[part] == real[part]
    assert ours["media"]["metadata"] == real["media"]["metadata"]
    names = [row["name"] for row in shelf.get("/api/libraries")["libraries"]]
    assert names == ["Audiobooks", "Children", "Podcasts"]
    shelf.serving.stop(wait=False)


@pytest.mark.parametrize(
    ("folder", "title", "sequence"),
    [
        ("Vol 1 - Enclave", "Enclave", "1"),
        ("Volume 12. Title", "Title", "12"),
        ("Book 2 - Title - Part", "Title - Part", "2"),
        ("0.5 - Title", "Title", "0.5"),
        ("6. Title", "Title", "6"),
        ("Title - Vol. 03", "Title", "3"),
        ("101 Dalmatians", "101 Dalmatians", None),
        ("1984", "1984", None),
    ],
)
def test_sequence_in_a_folder_name(tmp_path: Path, folder: str, title: str, sequence: str | None) -> None:
    path = tmp_path / "Author" / "Series" / folder
    path.mkdir(parents=True)
    (path / "a.mp3").write_bytes(b"")
    (found,) = scan(tmp_path)
    assert (found.metadata["title"], found.series) == (title, [("Series", sequence)])


@pytest.mark.parametrize(
    ("text", "names"),
    [  # as a running server read them
        ("Child, Lee", ["Lee Child"]),
        ("Ann Author, Bob Beside", ["Ann Author", "Bob Beside"]),
        ("A B & C D; E F and G H", ["A B", "C D; E F and G H"]),
        ("A B; C D", ["A B", "C D"]),
        ("Robert Jordan/Simon Ash", ["Robert Jordan/Simon Ash"]),
        ("Sir Arthur Conan Doyle", ["Arthur Conan Doyle"]),
        ("Dr. Jane Doe and Bob Roe", ["Jane Doe", "Bob Roe"]),
        ("Le Guin, Ursula K.", ["Ursula K. Le Guin"]),
        ("Martin Luther King Jr.", ["Martin Luther King"]),
        ("Smith, John, Jr.", ["John Smith"]),
        ("Child, Lee, Child, Andrew", ["Lee Child", "Andrew Child"]),
        ("Doe, Jane & Roe, Bob", ["Jane Doe", "Bob Roe"]),
        ("van der Berg, Anna", ["Anna van der Berg"]),
        ("P. C. Cast, Kristin Cast", ["P. C. Cast", "Kristin Cast"]),
        ("LEE CHILD", ["Lee Child"]),
        ("St. John Mandel", ["St. John Mandel"]),
        ("Ann Author,", ["Ann Author"]),
        ("Plato", ["Plato"]),
        ("Mr", []),
        ("&", []),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert split_names(text) == names


def test_last_names_first() -> None:
    assert last_first("Edwin A. Abbott") == "Abbott, Edwin A."
