"""Paths of other programs as this one sees them: the longest prefix wins. Pure text; nothing is looked up."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from pathlib import PurePosixPath


def mapped(path: str, pairs: Sequence[tuple[str, str]]) -> str:
    """A path of another program, translated by (their prefix, our prefix) pairs; unmapped paths stay as they are.

    A prefix fits whole folders only: "/data" does not fit "/database". Backslashes of a qBittorrent on Windows count as
    "/", and its drive letters fit in either case.
    """
    normal = _normal(path)
    for theirs, ours in sorted(pairs, key=lambda pair: -len(_normal(pair[0]))):
        prefix = _normal(theirs)
        folds_case = _is_windows(prefix)
        if _cased(normal, folds_case) == _cased(prefix, folds_case):
            return _normal(ours)
        edge = prefix if prefix.endswith("/") else prefix + "/"
        if _cased(normal, folds_case).startswith(_cased(edge, folds_case)):
            return str(PurePosixPath(ours, normal[len(edge) :]))
    return normal if normal != path.replace("\\", "/").rstrip("/") or _is_windows(path) else path


def below(path: str, folder: str) -> str | None:
    """The rest of a path below a folder, with "/"; None when it is not below it (or is the folder itself)."""
    edge = _normal(folder).rstrip("/") + "/"
    normal = _normal(path)
    return normal[len(edge) :] if normal.startswith(edge) and len(normal) > len(edge) else None


def problem_of(name: str) -> str:
    """Why a file name inside a torrent is hostile, or "": absolute, with a drive, "..", a NUL or nothing at all."""
    if not name or name.strip("/ ") == "":
        return "an empty name"
    if "\0" in name:
        return "a NUL character"
    steps = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or _is_windows(name):
        return "an absolute path"
    if ".." in steps:
        return "a step out of its folder (..)"
    return ""


def _normal(path: str) -> str:
    path = path.replace("\\", "/") if _is_windows(path) else path
    return posixpath.normpath(path) if path else path


def _cased(path: str, folds_case: bool) -> str:
    return path.lower() if folds_case else path


def _is_windows(path: str) -> bool:
    return len(path) > 1 and path[1] == ":" and path[0].isalpha()
