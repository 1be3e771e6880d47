"""Which items take part: audiobooks whose files are there and can be read."""

from __future__ import annotations

import pytest

from mam_assets.domain.model.library import LibraryItem


@pytest.mark.parametrize(
    ("files", "missing", "invalid", "audio", "there", "part"),
    [
        (1, False, False, True, True, True),
        (12, False, False, True, True, True),
        (0, False, False, False, True, False),
        (1, True, False, True, False, False),
        (1, False, True, True, False, False),
        (0, True, True, False, False, False),
    ],
)
def test_who_takes_part(files: int, missing: bool, invalid: bool, audio: bool, there: bool, part: bool) -> None:
    item = LibraryItem("li_1", "Tehanu", num_audio_files=files, is_missing=missing, is_invalid=invalid)
    assert (item.has_audio, item.is_there, item.takes_part) == (audio, there, part)
