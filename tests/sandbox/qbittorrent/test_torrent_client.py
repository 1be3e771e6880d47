"""Whatever is done to a torrent, and whenever: what the client says of it holds together."""

from __future__ import annotations

import tempfile
from pathlib import Path

import libtorrent as lt
from hypothesis import given, settings
from hypothesis import strategies as st

from mam_assets.sandbox.qbittorrent.torrent_client import FREEZING_FAULTS, TorrentClient
from mam_assets.sandbox.serving.faults import Faults
from mam_assets.sandbox.serving.state import State

CONTENT = {"one.mp3": b"1" * 20_000, "two.mp3": b"2" * 10_000}
INFO = {
    b"name": b"Book",
    b"piece length": 16384,
    b"pieces": b"\0" * 40,
    b"files": [{b"length": len(content), b"path": [name.encode()]} for name, content in CONTENT.items()],
}
TORRENT: bytes = lt.bencode({b"info": INFO})

STATES = {
    "checkingResumeData", "stalledDL", "downloading", "queuedDL", "stoppedDL",
    "moving", "stalledUP", "stoppedUP", "error", "missingFiles",
}  # fmt: skip

steps = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(0, 4)),
        st.tuples(st.sampled_from(["stop", "start", "recheck", "lose a file", "restart", "clear"]), st.just(0.0)),
        st.tuples(st.sampled_from(FREEZING_FAULTS), st.just(0.0)),
    ),
    max_size=25,
)


@settings(max_examples=150)
@given(steps)
def test_what_it_says_holds_together(todo: list[tuple[str, float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        now = [1_000_000.0]
        downloads, faults, state = Path(folder) / "d", Faults(), State()

        def start() -> TorrentClient:
            return TorrentClient(
                state, downloads, faults, payload=lambda _: list(CONTENT.values()), clock=lambda: now[0]
            )

        client = start()
        infohash = client.add(TORRENT).infohash
        lost = False
        for what, seconds in [*todo, ("clear", 0.0), ("recheck", 0.0), ("start", 0.0), ("wait", 30.0), ("wait", 30.0)]:
            torrents = list(client.torrents.values())
            if what == "wait":
                now[0] += seconds
            elif what in ("stop", "start"):
                client.stop(torrents, stopped=what == "stop")
            elif what == "recheck":
                client.recheck(torrents)
                lost = False
            elif what == "lose a file":
                (downloads / "Book" / "one.mp3").unlink(missing_ok=True)
                lost = True
            elif what == "restart":
                client = start()
            elif what == "clear":
                faults.clear()
            else:
                faults.set(what)
            client.advance()
            torrent = client.torrents[infohash]
            progress = client.progress(torrent)
            assert progress.state in STATES
            assert 0 <= progress.done <= 1
            assert progress.done == 1 or torrent.completed_on is None
            if progress.state.endswith("UP"):
                assert progress.done == 1
                assert lost or (downloads / "Book" / "two.mp3").read_bytes() == CONTENT["two.mp3"]
            if progress.state == "moving":
                assert not torrent.in_place
            if torrent.in_place and not lost:
                assert not (downloads / "incomplete" / "Book").exists()
        assert progress.state == "stalledUP", "in the end it always gets there"
        assert (downloads / "Book" / "one.mp3").read_bytes() == CONTENT["one.mp3"]
