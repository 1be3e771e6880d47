"""The library of a world as real folders of tiny audio files, for a real Audiobookshelf to scan.

    python -m mam_assets.sandbox.library_files FOLDER [--world FILE]

Writes ``FOLDER/<library>/<author>/<series>/<title>/…``; what is there already stays as it is. Items whose files have
vanished get none. The files say in their tags what the items say of themselves, no more.
"""

from __future__ import annotations

import argparse
import posixpath
import sys
from pathlib import Path

from mam_assets.sandbox.world.audio import Tags, filler, m4b, mp3
from mam_assets.sandbox.world.facts import OwnedItem, World
from mam_assets.sandbox.world.load import load_catalogue, load_world

SIZE = 8_000  # bytes of an item, about


def files_of_item(item: OwnedItem) -> list[tuple[str, bytes]]:
    """(path below the library folder, bytes) of each file. One audio file is an .m4b, several are .mp3."""
    name = posixpath.basename(item.rel_path)
    if item.is_missing:
        return []
    if not item.num_audio_files:
        return [(f"{item.rel_path}/{name}.{item.ebook_format or 'epub'}", filler(item.abs_id, 1_000))]
    series, sequence = item.series[0] if item.series else ("", None)
    count, files = item.num_audio_files, []
    for number in range(1, count + 1):
        tags = Tags(
            title=(item.title or "") if count == 1 else f"Chapter {number:02d}",
            album=item.title or "",
            artist=", ".join(item.authors),
            narrator=", ".join(item.narrators),
            year=item.year or "",
            series=series,
            series_part=sequence or "",
            track="" if count == 1 else f"{number}/{count}",
            asin=item.asin or "",
        )
        seed, seconds = f"{item.abs_id} {number}", item.duration_seconds / count
        if count == 1:
            files.append((f"{item.rel_path}/{name}.m4b", m4b(tags, seconds, seed=seed, size=SIZE)))
        else:
            files.append(
                (f"{item.rel_path}/{number:02d} - {name}.mp3", mp3(tags, seconds, seed=seed, size=SIZE // count))
            )
    return files


def write_library(world: World, folder: Path) -> int:
    """Write all items of all libraries below ``folder``; returns how many files were written."""
    written = 0
    for item in world.owned:
        for path, content in files_of_item(item):
            target = folder / item.library / path
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                written += 1
    return written


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.library_files", description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="where the libraries are written")
    parser.add_argument("--world", type=Path, metavar="FILE", help="a library with its provider lists, as JSON")
    options = parser.parse_args(argv)
    world = load_world(options.world) if options.world else load_catalogue()
    sys.stdout.write(f"{write_library(world, options.folder)} files written to {options.folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
