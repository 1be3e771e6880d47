"""One torrent on the tracker, as the sandbox knows it."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024
AUDIOBOOKS, EBOOKS = 13, 14
ABRIDGED = 32  # bit of browseflags

# Names that a careless client would write outside its folder, or could not write at all.
HOSTILE_NAMES = (
    ("..", "..", "outside.txt"),
    ("/etc", "passwd.txt"),
    ("CON.txt",),
    ("with\x00nul.txt",),
    ("x" * 300 + ".txt",),
    ("trailing dots...",),
    ("Ünïcödé\u202etxt.exe",),
)


@dataclass(frozen=True, slots=True)
class Release:
    """One torrent on the tracker. ``size_bytes`` is what its row claims, ``runtime_seconds`` what its audio says.

    ``series`` pairs names with number texts ("3", "01-05", ""). ``layout`` is how its files lie: single, folder, discs,
    hostile (see ``payload``). ``book_id`` is the book it belongs to, ``book_title`` what its files say they are.
    """

    release_id: int
    book_id: int
    title: str
    authors: tuple[str, ...]
    narrators: tuple[str, ...]
    series: tuple[tuple[str, str], ...]
    runtime_seconds: int
    size_bytes: int
    filetype: str = "m4b"
    numfiles: int = 1
    layout: str = "single"
    language: str = "english"
    main_cat: int = AUDIOBOOKS
    genre: str = "fantasy"
    tags: str = ""
    description: str = ""
    seeders: int = 1
    leechers: int = 0
    times_completed: int = 0
    added: str = "2020-01-01 00:00:00"
    browseflags: int = 0
    vip: bool = False
    free: bool = False
    isbn: str = ""
    year: int | None = None
    book_title: str = ""
    has_mediainfo: bool = True
    has_malformed_authors: bool = False
    decoy: str = ""

    def is_free_for(self, *, vip_account: bool) -> bool:
        return self.free or (self.vip and vip_account)
