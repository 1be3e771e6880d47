import json
import logging

import pytest
import requests

from resources.audiobookshelf import AbsClient
from resources.errors import AuthError, NotFound, RateLimited, Refused, ServiceError, Unavailable, UnexpectedAnswer
from tests.support.loopback import Answer, Asked, faults, serve
from tests.support.paths import CLIENT_SAMPLES

SAMPLES = CLIENT_SAMPLES / "audiobookshelf"
TOKEN = "eyJ-secret-token"
LIBRARY = "c45ce3f3-a131-4631-a97d-735096431734"


def sample(name):
    return json.loads((SAMPLES / f"{name}.json").read_text())


def client(served, **kwargs):
    return AbsClient(served.url, TOKEN, session=requests.Session(), sleep=kwargs.pop("sleep", lambda _: None), **kwargs)


class Server:
    """A library of ``count`` items as Audiobookshelf lists and expands them."""

    def __init__(self, count):
        self.ids = [f"id-{number}" for number in range(count)]
        self.vanished = set()
        self.broken = set()
        self.totals = []  # what to say of the total, per request; None: nothing
        self.updated = {}
        self.rows = {}

    def minified(self, abs_id):
        row = sample("item_missing_minified")
        number = int(abs_id[3:])
        row |= {"id": abs_id, "relPath": f"A/B{number}", "updatedAt": self.updated.get(abs_id, 1000 + number)}
        return row | {"isMissing": False} | self.rows.get(abs_id, {})

    def expanded(self, abs_id):
        if abs_id in self.broken:
            return {"id": abs_id, "media": None}
        return sample("item_expanded_two_series") | {"id": abs_id, "relPath": f"A/B{abs_id[3:]}"}

    def __call__(self, asked: Asked):
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer("Unauthorized", 401)
        if asked.path == f"/api/libraries/{LIBRARY}/items":
            limit, page = int(asked.query["limit"]), int(asked.query["page"])
            assert asked.query["sort"] == "addedAt"
            ids = self.ids[::-1] if asked.query.get("desc") == "1" else self.ids
            rows = ids[page * limit : (page + 1) * limit] if limit else ids
            answer = {"results": [self.minified(abs_id) for abs_id in rows], "total": len(ids), "page": page}
            if self.totals:
                total = self.totals.pop(0)
                answer = answer | {"total": total} if total is not None else {"results": answer["results"]}
            return Answer(answer)
        if asked.path == "/api/items/batch/get":
            there = [one for one in asked.json["libraryItemIds"] if one in self.ids and one not in self.vanished]
            return Answer({"libraryItems": [self.expanded(abs_id) for abs_id in there]})
        if asked.path.startswith("/api/items/"):
            abs_id = asked.path.rsplit("/", 1)[1]
            return Answer(self.expanded(abs_id)) if abs_id in self.ids and abs_id not in self.vanished else None
        return None


def test_every_item_comes_once_over_zero_based_pages_and_batches_of_fifty():
    server = Server(1003)
    with serve(server) as served:
        items = list(client(served).items(LIBRARY))
    assert [item.abs_id for item in items] == server.ids
    assert items[0].series[1].name == "Discworld"
    pages = [asked.query["page"] for asked in served.asked if asked.path.endswith("/items")]
    assert pages == ["0", "1", "2"]
    batches = [len(asked.json["libraryItemIds"]) for asked in served.asked if asked.path.endswith("batch/get")]
    assert batches == [50] * 20 + [3]


def test_an_empty_library_is_empty_and_asks_for_no_empty_batch():
    with serve(Server(0)) as served:
        assert list(client(served).items(LIBRARY)) == []
    assert not any(path.endswith("batch/get") for path in served.paths())


def test_a_list_without_a_total_is_read_again_until_it_holds_still():
    server, slept = Server(3), []
    server.totals = [None, 2, 4, 3]
    with serve(server) as served:
        items = list(client(served, sleep=slept.append).items(LIBRARY))
    assert len(items) == 3
    assert len(slept) == 3


def test_a_list_that_never_adds_up_is_an_error_and_not_a_smaller_library():
    server = Server(3)
    server.totals = [4] * 50
    with serve(server) as served, pytest.raises(Unavailable, match="hold still"):
        list(client(served).items(LIBRARY))


def test_rows_that_swap_pages_are_read_at_once_in_the_end():
    server = Server(700)
    honest = server.__call__

    def swapping(asked):
        if asked.query.get("page") == "1" and asked.query.get("limit") == "500":
            rows = [server.minified(abs_id) for abs_id in server.ids[499:699]]
            return Answer({"results": rows, "total": 700})
        return honest(asked)

    with serve(swapping) as served:
        assert len(client(served).listed(LIBRARY)) == 700
    assert served.asked[-1].query["limit"] == "0"


def test_an_item_that_goes_between_list_and_batch_has_vanished():
    server = Server(5)
    server.vanished = {"id-2"}
    with serve(server) as served:
        found = list(client(served).items(LIBRARY))
    assert [item.abs_id for item in found] == ["id-0", "id-1", "id-3", "id-4"]


def test_one_unreadable_item_is_reported_and_the_rest_goes_on():
    server, skipped = Server(5), []
    server.broken = {"id-2"}
    with serve(server) as served:
        items = list(client(served).items(LIBRARY, on_skip=skipped.append))
    assert len(items) == 4
    assert "id-2" in str(skipped[0])


def test_imports_are_found_by_their_paths_newest_first():
    server = Server(250)
    with serve(server) as served:
        abs_client = client(served)
        found = abs_client.find_by_paths(LIBRARY, ["A/B249", "A/B240"])
        assert {path: item.abs_id for path, item in found.items()} == {"A/B249": "id-249", "A/B240": "id-240"}
        assert [asked.path.rsplit("/", 1)[1] for asked in served.asked] == ["items", "id-249", "id-240"]
        assert abs_client.find_by_paths(LIBRARY, ["/A/B3/", "A/B"])["/A/B3/"].abs_id == "id-3"
        assert abs_client.find_by_paths(LIBRARY, ["A/B"]) == {}


def test_an_item_whose_files_are_there_is_found_before_a_newer_one_whose_files_have_vanished():
    server = Server(4)
    server.rows = {
        "id-0": {"relPath": "A/B", "folderId": "other"},
        "id-1": {"relPath": "A/B", "folderId": "ours"},
        "id-2": {"relPath": "A/B", "folderId": "ours", "isMissing": True},
    }
    with serve(server) as served:
        abs_client = client(served)

        def found(**more):
            return [item.abs_id for item in abs_client.find_by_paths(LIBRARY, ["A/B"], **more).values()]

        assert found() == ["id-1"]
        assert found(folder_id="other") == ["id-0"]
        assert found(folder_id="none") == []
        del server.rows["id-1"]
        assert found(folder_id="ours") == ["id-2"]


def test_a_book_listed_twice_is_told_and_taken_off():
    server = Server(3)
    server.rows = {"id-1": {"relPath": "A/B"}, "id-2": {"relPath": "A/B"}}
    gone = []

    def script(asked):
        return gone.append(asked.path) or Answer("OK") if asked.method == "DELETE" else server(asked)

    with serve(script) as served:
        abs_client = client(served)
        assert [row.abs_id for row in abs_client.listed_at(LIBRARY, "A/B")] == ["id-2", "id-1"]
        abs_client.forget("id-2")
    assert gone == ["/api/items/id-2"]
    assert "hard" not in served.asked[-1].query, "files stay"


def test_quiet_is_a_library_that_neither_a_scan_nor_the_watcher_looks_through():
    def quiet(*tasks):
        rows = [{"action": action, "data": {"libraryId": one}, "isFinished": done} for action, one, done in tasks]
        with serve(lambda asked: Answer({"tasks": rows})) as served:
            return client(served).is_quiet(LIBRARY)

    assert quiet()
    assert quiet(("watcher-scan", "another", False), ("library-scan", LIBRARY, True), ("download", LIBRARY, False))
    assert not quiet(("watcher-scan", LIBRARY, False))
    assert not quiet(("library-scan", LIBRARY, False))


def test_a_quick_look_reads_one_page():
    with serve(Server(250)) as served:
        abs_client = client(served)
        assert abs_client.find_by_paths(LIBRARY, ["A/B3"], only_newest=True) == {}
        assert len(served.asked) == 1
        assert abs_client.find_by_paths(LIBRARY, ["A/B150"], only_newest=True)["A/B150"].abs_id == "id-150"


def test_paths_are_equal_in_every_unicode_form():
    server = Server(1)
    server.minified = lambda abs_id: (
        sample("item_missing_minified") | {"id": "id-0", "relPath": "Bronte\u0308/Jane Eyre"}
    )
    with serve(server) as served:
        assert client(served).find_by_paths(LIBRARY, ["Bront\u00eb/Jane Eyre"])


def test_the_server_its_user_and_its_libraries():
    def script(asked):
        answers = {"/status": "status", "/api/authorize": "authorize", "/api/libraries": "libraries"}
        return Answer(sample(answers[asked.path]))

    with serve(script) as served:
        abs_client = client(served)
        assert abs_client.status().version == "2.36.0"
        user = abs_client.authorize()
        (library,) = abs_client.libraries()
    assert (user.username, user.is_admin, user.may_update, user.libraries) == ("root", True, True, ())
    assert "TOKEN" not in repr(user)
    assert (library.name, library.folders[0].path, library.audiobooks_only) == ("Audiobooks", "/audiobooks", False)


def test_what_a_user_is_not_shown_is_told():
    answer = sample("authorize")
    answer["user"]["permissions"] |= {"accessExplicitContent": False, "accessAllTags": False}
    with serve(lambda asked: Answer(answer)) as served:
        assert client(served).authorize().hidden == ("books with or without certain tags", "explicit books")
    with serve(lambda asked: Answer(sample("authorize"))) as served:
        assert client(served).authorize().hidden == ()


def test_podcast_libraries_do_not_count():
    answer = sample("libraries")
    answer["libraries"].append({"id": "p", "name": "Podcasts", "mediaType": "podcast"})
    with serve(lambda asked: Answer(answer)) as served:
        assert [library.name for library in client(served).libraries()] == ["Audiobooks"]


def test_something_else_at_the_address_is_named_as_such():
    with serve(lambda asked: Answer({"app": "jellyfin"})) as served, pytest.raises(UnexpectedAnswer, match="not Audio"):
        client(served).status()


def test_another_librarys_scan_does_not_hold_us_up():
    with serve(lambda asked: Answer(sample("tasks_while_scanning"))) as served:
        assert client(served).scan_finished("other")
        assert not client(served).scan_finished(LIBRARY)


def test_sequences_are_sent_as_text_because_numbers_would_be_stored_as_null():
    with serve(lambda asked: Answer({"updated": True, "libraryItem": sample("item_plain_clean_vol")})) as served:
        given = {"series": [{"name": "S", "sequence": 1.5}, {"name": "T", "sequence": "2"}, {"name": "U"}]}
        changed, item = client(served).update_media("id-1", given, tags=["x"])
    sent = served.asked[0]
    assert (sent.method, sent.path) == ("PATCH", "/api/items/id-1/media")
    assert sent.json["metadata"]["series"][0]["sequence"] == "1.5"
    assert [row.get("sequence") for row in sent.json["metadata"]["series"]] == ["1.5", "2", None]
    assert sent.json["tags"] == ["x"]
    assert changed
    assert item.title == "New Spring"
    assert given["series"][0]["sequence"] == 1.5


def test_a_change_that_changes_nothing_is_answered_without_a_word_on_it():
    with serve(lambda asked: Answer({"libraryItem": sample("item_plain_clean_vol")})) as served:
        changed, item = client(served).update_media("id-1", {"title": "New Spring"})
    assert changed is False
    assert item.title == "New Spring"


def test_an_author_or_series_is_sent_once_because_the_server_dies_of_two():
    with serve(lambda asked: Answer({"updated": True, "libraryItem": sample("item_plain_clean_vol")})) as served:
        authors = [{"name": "Ann Author"}, {"name": "ann  author "}, {"name": "Bob"}, {"name": " "}, {"name": None}]
        series = [{"name": "S", "sequence": 1}, {"name": "s", "sequence": "1-3"}]
        client(served).update_media("id-1", {"authors": authors, "series": series})
    sent = served.asked[0].json["metadata"]
    assert sent["authors"] == [{"name": "Ann Author"}, {"name": "Bob"}]
    assert sent["series"] == [{"name": "S", "sequence": "1"}]


def test_match_and_cover():
    answers = [{"warning": "No audible match found"}, {"updated": True, "libraryItem": {}}, {"success": True}]
    with serve(lambda asked: Answer(answers.pop(0))) as served:
        abs_client = client(served)
        assert abs_client.match("a", provider="audible", title="T") is False
        assert abs_client.match("a", provider="audible", asin="B0EXAMPL01") is True
        abs_client.set_cover("a", "https://example.org/c.jpg")
    assert served.asked[0].json == {
        "provider": "audible", "overrideDetails": False, "overrideCover": False, "title": "T"
    }  # fmt: skip


def test_a_refused_cover_says_why():
    with (
        serve(lambda asked: Answer("Failed to download image", 400)) as served,
        pytest.raises(Refused, match="download"),
    ):
        client(served).set_cover("a", "http://127.0.0.1/c.jpg")


CALLS = {
    "status": lambda c: c.status(),
    "authorize": lambda c: c.authorize(),
    "libraries": lambda c: c.libraries(),
    "items": lambda c: list(c.items(LIBRARY)),
    "item": lambda c: c.item("a"),
    "tasks": lambda c: c.scan_finished(LIBRARY),
    "media": lambda c: c.update_media("a", {"title": "T"}),
    "match": lambda c: c.match("a", provider="audible"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", faults())
def test_no_fault_looks_like_an_answer_and_none_tells_the_token(call, fault, caplog):
    caplog.set_level(logging.DEBUG)
    with serve(lambda asked: faults()[fault]) as served, pytest.raises(ServiceError) as caught:
        CALLS[call](client(served))
    assert TOKEN not in f"{caught.value!r} {caught.value} {caught.value.__cause__} {caught.value.__context__}"
    assert TOKEN not in caplog.text


@pytest.mark.parametrize(
    ("status", "error"), [(401, AuthError), (403, AuthError), (404, NotFound), (429, RateLimited), (400, Refused)]
)
def test_plain_text_errors_have_their_names(status, error):
    with serve(lambda asked: Answer("Words of the server", status)) as served, pytest.raises(error):
        client(served).item("a")


def test_a_redirect_is_not_followed_with_another_method():
    def script(asked):
        return Answer("", 301, {"Location": "https://abs.example.org/api/authorize?token=x"})

    with serve(script) as served, pytest.raises(UnexpectedAnswer, match=r"https://abs\.example\.org$"):
        client(served).authorize()
    assert len(served.asked) == 1


def test_nobody_there():
    abs_client = AbsClient("http://127.0.0.1:9", TOKEN, session=requests.Session())
    with pytest.raises(Unavailable):
        abs_client.status()
    assert TOKEN not in repr(abs_client)
