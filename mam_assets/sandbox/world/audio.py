"""Tiny audio files whose headers claim the length of a whole book.

They are valid: ffprobe, tinytag and Audiobookshelf read tags, chapters and the claimed duration. What sounds is
silence. An .m4b gets its length from the sample table (a few frames, each said to last minutes), an .mp3 from the
frame count of its Xing header. Filler bytes that depend on ``seed`` alone make each file differ from any other.

Formats: ISO/IEC 14496-12 and -14 (MP4), 14496-3 (AAC), 11172-3 (MP3), ID3 2.3, Apple's ``ilst`` atoms.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

MP3_RATE = 44_100
MP3_SAMPLES_PER_FRAME = 1_152
M4B_CLOCK = 1_000  # ticks per second
M4B_FRAMES = 64


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says of itself; blank fields are left out. ``narrator`` goes to composer, ``series`` and
    ``series_part`` to the fields that Audiobookshelf reads, ``grouping`` is free text such as "Series #1"."""

    title: str = ""
    album: str = ""
    artist: str = ""
    narrator: str = ""
    year: str = ""
    genre: str = "Audiobook"
    grouping: str = ""
    series: str = ""
    series_part: str = ""
    track: str = ""
    asin: str = ""
    comment: str = ""


def filler(seed: str, size: int) -> bytes:
    """``size`` bytes that look random and are the same for the same seed."""
    return hashlib.shake_128(seed.encode()).digest(max(0, size))


# ------------------------------------------------------------------------------------------------------------- MP4


def m4b(tags: Tags, seconds: float, *, seed: str, size: int = 4_000, chapters: int = 0) -> bytes:
    """An .m4b of ``size`` bytes (more if the headers need it) that lasts ``seconds``."""
    ticks = round(seconds * M4B_CLOCK)
    head = _atom(b"ftyp", b"M4B \x00\x00\x02\x00M4B mp42isom")
    sound = _silent_aac_frame() * M4B_FRAMES
    # The table of chunk offsets lies before the sound itself: its length does not depend on the offset.
    offset = len(head) + len(_moov(tags, ticks, 0, chapters)) + 8
    whole = head + _moov(tags, ticks, offset, chapters) + _atom(b"mdat", sound)
    gap = size - len(whole) - 8
    return whole if gap < 0 else whole + _atom(b"free", filler(seed, gap))


def _atom(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    return _atom(kind, struct.pack(">I", version << 24 | flags), *parts)


def _silent_aac_frame() -> bytes:
    """One AAC-LC mono frame: a single channel element with no scale factor bands (gain 0), then END (0b111)."""
    return (0b111).to_bytes(4, "big")


_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def _moov(tags: Tags, ticks: int, offset: int, chapters: int) -> bytes:
    movie_header = _full(
        b"mvhd", struct.pack(">IIII", 0, 0, M4B_CLOCK, ticks), struct.pack(">IH10x", 0x10000, 0x100), _MATRIX,
        bytes(24), struct.pack(">I", 2),
    )  # fmt: skip
    track_header = _full(
        b"tkhd", struct.pack(">IIIII", 0, 0, 1, 0, ticks), bytes(8), struct.pack(">HHHH", 0, 0, 0x100, 0), _MATRIX,
        bytes(8), flags=3,
    )  # fmt: skip
    media = _atom(
        b"mdia",
        _full(b"mdhd", struct.pack(">IIIIHH", 0, 0, M4B_CLOCK, ticks, 0x55C4, 0)),  # language "und"
        _full(b"hdlr", bytes(4), b"soun", bytes(12), b"sound\x00"),
        _atom(
            b"minf",
            _full(b"smhd", bytes(4)),
            _atom(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1))),
            _sample_table(ticks, offset),
        ),
    )
    return _atom(b"moov", movie_header, _atom(b"trak", track_header, media), _user_data(tags, ticks, chapters))


def _sample_table(ticks: int, offset: int) -> bytes:
    share, rest = divmod(ticks, M4B_FRAMES)
    # Each frame is said to last its share of the book; the last one takes what is left.
    durations = struct.pack(">IIIII", 2, M4B_FRAMES - 1, share, 1, share + rest)
    # AudioSpecificConfig: object type 2 (AAC-LC), frequency index 4 (44.1 kHz), one channel.
    config = struct.pack(">H", 2 << 11 | 4 << 7 | 1 << 3)
    decoder = b"\x04" + bytes([13 + 2 + len(config)]) + struct.pack(">BB3xII", 0x40, 0x15, 64_000, 64_000)
    decoder += b"\x05" + bytes([len(config)]) + config
    stream = b"\x00\x01\x00" + decoder + b"\x06\x01\x02"
    descriptor = _full(b"esds", b"\x03" + bytes([len(stream)]) + stream)
    entry = _atom(b"mp4a", struct.pack(">6xH8xHHHHI", 1, 1, 16, 0, 0, 44_100 << 16), descriptor)
    return _atom(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), entry),
        _full(b"stts", durations),
        _full(b"stsc", struct.pack(">IIII", 1, 1, M4B_FRAMES, 1)),
        _full(b"stsz", struct.pack(">II", len(_silent_aac_frame()), M4B_FRAMES)),
        _full(b"stco", struct.pack(">II", 1, offset)),
    )


def _user_data(tags: Tags, ticks: int, chapters: int) -> bytes:
    plain = {
        b"\xa9nam": tags.title, b"\xa9alb": tags.album, b"\xa9ART": tags.artist, b"aART": tags.artist,
        b"\xa9wrt": tags.narrator, b"\xa9day": tags.year, b"\xa9gen": tags.genre, b"\xa9grp": tags.grouping,
        b"\xa9cmt": tags.comment,
    }  # fmt: skip
    named = {"SERIES": tags.series, "SERIES-PART": tags.series_part, "ASIN": tags.asin}
    items = [_atom(kind, _text_data(text)) for kind, text in plain.items() if text]
    if tags.track:
        number, _, total = tags.track.partition("/")
        numbers = struct.pack(">HHHH", 0, int(number), int(total or 0), 0)
        items.append(_atom(b"trkn", _atom(b"data", bytes(8), numbers)))
    items += [
        _atom(b"----", _full(b"mean", b"com.apple.iTunes"), _full(b"name", name.encode()), _text_data(text))
        for name, text in named.items()
        if text
    ]
    meta = _full(b"meta", _full(b"hdlr", bytes(4), b"mdirappl", bytes(9)), _atom(b"ilst", *items))
    return _atom(b"udta", meta, _chapter_list(ticks, chapters) if chapters else b"")


def _text_data(text: str) -> bytes:
    return _atom(b"data", struct.pack(">II", 1, 0), text.encode())


def _chapter_list(ticks: int, chapters: int) -> bytes:
    """Nero's chapter list: start times in units of 100 ns."""
    count = min(chapters, 255)
    rows = []
    for number in range(count):
        name = f"Chapter {number + 1}".encode()
        start = ticks * number // count * (10_000_000 // M4B_CLOCK)
        rows.append(struct.pack(">QB", start, len(name)) + name)
    return _full(b"chpl", bytes(4), bytes([count]), *rows, version=1)


# ------------------------------------------------------------------------------------------------------------- MP3


def mp3(tags: Tags, seconds: float, *, seed: str, size: int = 4_000) -> bytes:
    """An .mp3 of about ``size`` bytes that lasts ``seconds`` (to the nearest frame, 26 ms)."""
    frames = round(seconds * MP3_RATE / MP3_SAMPLES_PER_FRAME)
    head = _id3(tags)
    count = max(3, (size - len(head)) // _FRAME_BYTES - 1)
    # Some readers believe the frame count only beside the byte count of the stream.
    xing = b"Xing" + struct.pack(">III", 0b11, frames, (count + 1) * _FRAME_BYTES)
    room = _FRAME_BYTES - 4 - _SIDE_INFORMATION
    noise = filler(seed, count * room).replace(b"\xff", b"\x7f")  # 0xFF would look like the start of a frame
    bodies = (noise[i * room : (i + 1) * room] for i in range(count))
    return head + _mp3_frame(xing) + b"".join(map(_mp3_frame, bodies))


_FRAME_BYTES = 144 * 64_000 // MP3_RATE
_SIDE_INFORMATION = 17


def _mp3_frame(body: bytes) -> bytes:
    """MPEG 1 layer III, 64 kbit/s, 44.1 kHz, mono. Side information of zeros says: no sound data, all is ancillary."""
    return (b"\xff\xfb\x50\xc0" + bytes(_SIDE_INFORMATION) + body).ljust(_FRAME_BYTES, b"\x00")


def _id3(tags: Tags) -> bytes:
    plain = {
        "TIT2": tags.title, "TALB": tags.album, "TPE1": tags.artist, "TPE2": tags.artist, "TCOM": tags.narrator,
        "TYER": tags.year, "TCON": tags.genre, "TIT1": tags.grouping, "TRCK": tags.track,
    }  # fmt: skip
    named = {"SERIES": tags.series, "SERIES-PART": tags.series_part, "ASIN": tags.asin}
    frames = [_id3_frame(name, _utf16(text)) for name, text in plain.items() if text]
    frames += [_id3_frame("TXXX", _utf16(name, text)) for name, text in named.items() if text]
    if tags.comment:
        frames.append(_id3_frame("COMM", b"\x01eng" + _utf16("", tags.comment)[1:]))
    body = b"".join(frames)
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + body


def _utf16(*texts: str) -> bytes:
    marked = [b"\xff\xfe" + text.encode("utf-16-le") for text in texts]
    return b"\x01" + b"\x00\x00".join(marked)


def _id3_frame(name: str, body: bytes) -> bytes:
    return name.encode() + struct.pack(">IH", len(body), 0) + body
