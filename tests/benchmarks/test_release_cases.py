"""Labelled searches are answered in the form that a scorer reads."""

import json

from benchmarks.release_cases import predict


def row(torrent_id: int, title: str, **fields) -> dict:
    author = {"author_info": '{"1": "Ann Lee"}', "narrator_info": "", "series_info": '{"7": ["Alera", "1", 1.0]}'}
    kind = {"main_cat": 13, "category": 41, "catname": "Audiobooks - Fantasy", "lang_code": "ENG", "filetype": "m4b"}
    state = {"size": "300.0 MiB", "numfiles": 1, "seeders": 5, "added": "2020-01-01 00:00:00", "browseflags": 0}
    money = {"free": 0, "vip": 0, "vip_expire": 0, "fl_vip": 0, "personal_freeleech": 0, "my_snatched": 0}
    return {"id": torrent_id, "title": title, "tags": "", "dl": "x", **author, **kind, **state, **money, **fields}


def case(case_id: str, response: dict, is_vip: bool = True) -> dict:
    book = {"title": "The First", "authors": ["Ann Lee"], "series": "Alera", "position": "1", "language": "English"}
    return {
        "case_id": case_id,
        "account": {"is_vip": is_vip},
        "wanted": {**book, "year": None, "approx_hours": 10},
        "response": response,
    }


def test_accepted_rows_best_first_and_null_where_nothing_fits(tmp_path):
    good = [row(1, "The First", seeders=9), row(2, "The First", vip=1, fl_vip=1)]
    rows = [*good, row(3, "The Second"), row(4, "The First", main_cat=14)]
    cases = [
        case("vip", {"data": rows, "total": 4, "found": 4}),
        case("user", {"data": rows, "total": 4, "found": 4}, is_vip=False),
        case("nothing", {"data": rows[2:], "total": 2, "found": 2}),
        case("none", {"error": "Nothing returned, out of 0"}),
    ]
    given, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    given.write_text("\n".join(map(json.dumps, cases)) + "\n\n", encoding="utf8")
    predict(given, out)
    assert [json.loads(line) for line in out.read_text(encoding="utf8").splitlines()] == [
        {"case_id": "vip", "accepted": [2, 1], "best": 2},
        {"case_id": "user", "accepted": [1, 2], "best": 1},
        {"case_id": "nothing", "accepted": [], "best": None},
        {"case_id": "none", "accepted": [], "best": None},
    ]
