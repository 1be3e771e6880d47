"""Runtime and bitrate as uploaders write them: "11 hrs 39 mins", "28h40m", "8:17:09", "62 kbps", "64K@22kHz"."""

from __future__ import annotations

import re

_HOURS = re.compile(
    r"(?<![\d.:])(?P<h>\d{1,3})\s*(?:h|hrs?|hours?)\b\.?(?:\s*(?:,|and|&)?\s*(?P<m>\d{1,2})\s*(?:m|min|mins|minutes?)\b)?"
    r"|(?<![\d.:])(?P<h2>\d{1,3})\s*h(?P<m2>\d{1,2})\s*(?:m|min|mins)?(?![\w])"
    r"|(?<![\d.:])(?P<h3>\d{1,3}):(?P<m3>[0-5]\d):[0-5]\d(?![\d:])",
    re.I,
)
_DECIMAL_HOURS = re.compile(r"(?<![\d.:,])(\d{1,3}[.,]\d{1,2})\s*(?:h|hrs?|hours?)\b", re.I)
_KBPS = re.compile(r"(?<![\d.])(\d{2,4})\s*(?:kbps|kbp/s|kb/s|kbit/s|kbits?|kbs|kps)\b", re.I)
# A bare "k" only with the rates that encoders use: "Warhammer 40k" states none.
_BARE_K = re.compile(r"(?<![\d.])(24|32|48|56|6[0-4]|80|9[4-8]|112|12[0-9]|160|19[0-4]|224|256|320)\s?k(?!\w)", re.I)

_LONGEST_HOURS = 300


def runtime_in(text: str) -> int | None:
    """The first length of at least an hour that a text states, in seconds; minutes alone ("5min chapters") are none."""
    decimal = _DECIMAL_HOURS.search(text)
    match = _HOURS.search(text)
    if decimal and (match is None or decimal.start() <= match.start()):
        return round(float(decimal[1].replace(",", ".")) * 3600) or None
    if match is None:
        return None
    hours = int(match["h"] or match["h2"] or match["h3"])
    minutes = int(match["m"] or match["m2"] or match["m3"] or 0)
    seconds = hours * 3600 + minutes * 60
    return seconds if 0 < hours <= _LONGEST_HOURS else None


def bitrate_in(text: str) -> int | None:
    """The first bitrate that a text states, in kbit/s."""
    match = _KBPS.search(text) or _BARE_K.search(text)
    return int(match[1]) if match and 8 <= int(match[1]) <= 5000 else None


def implied_kbps(size_bytes: int, seconds: int) -> float:
    """The bitrate that a size and a runtime make together, in kbit/s."""
    return size_bytes * 8 / 1000 / seconds
