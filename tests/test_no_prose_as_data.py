"""No prose is read back as data: what code asks is a column or an enum, and the sentence is made from it.

Only the parsers of *outside* text (titles, names, what services, files and people write) may look into words.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OUTSIDE_TEXT = (
    "resources/",  # what services answer
    "mam_assets/domain/titles/",
    "mam_assets/domain/people.py",
    "mam_assets/domain/positions.py",
    "mam_assets/domain/naming.py",  # the folder template of the policy
    "mam_assets/domain/matching/",
    "mam_assets/domain/identity/",
    "mam_assets/domain/releases/",
    "mam_assets/domain/searching/",
    "mam_assets/domain/catalogue/",
    "mam_assets/domain/enrichment/",
    "mam_assets/domain/importing/",  # names and tags of files
    "mam_assets/domain/acquisition/faults.py",  # what trackers say
    "mam_assets/settings.py",
    "mam_assets/policy.py",
    "mam_assets/stages/manual/add.py",  # what a person brings
    "mam_assets/runner/watchdog.py",  # /proc, and the lines of a pipe
    "mam_assets/store/migrations/",  # what earlier versions wrote
    "sensors/failed_steps.py",  # Dagster's rendering of errors
)
WORDS = frozenset({"message", "reason", "evidence", "error", "status_reason", "details", "sentence"})
SPLITTING = frozenset({"startswith", "endswith", "partition", "rpartition", "split", "rsplit", "removeprefix",
                       "removesuffix", "find", "index"})  # fmt: skip
MATCHING = frozenset({"match", "fullmatch", "search", "findall", "finditer", "sub", "subn", "split"})
FIGURES = frozenset({"figures", "details"})


def modules() -> list[str]:
    """Every module of ours but the sandbox and the parsers of outside text, relative to the project."""
    folders = ("mam_assets", "sensors", "schedules", "resources")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    names = sorted(path.relative_to(ROOT).as_posix() for path in paths)
    return [name for name in names if not name.startswith(("mam_assets/sandbox/", *OUTSIDE_TEXT))]


def constants(tree: ast.Module) -> dict[str, list[str]]:
    """The texts in each constant of a module, by the constant's name."""
    found: dict[str, list[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                for name in names:
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).extend(_texts(node.value, {}))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            found.setdefault(node.target.id, []).extend(_texts(node.value, {}))
    return found


def _texts(node: ast.expr, known: dict[str, list[str]]) -> list[str]:
    """The texts that an expression is or holds, also by way of a constant."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return [text for part in parts for text in _texts(part, known)]
        case ast.Call(func=ast.Name(id="frozenset" | "set" | "tuple"), args=[inside]):
            return _texts(inside, known)
        case ast.JoinedStr(values=parts):
            return ["".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)]
        case ast.Name(id=name) if name.isupper():
            return known.get(name, [])
        case ast.Attribute(value=ast.Name(id=module), attr=name) if name.isupper() and module.islower():
            return known.get(name, [])  # of a module, not a member of an enum
    return []


def _is_words(node: ast.expr) -> bool:
    """A sentence of ours by its name (``row.status_reason``, ``error.message.strip()``, ``str(error)``)."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lstrip("_") in WORDS
        case ast.Call(func=ast.Name(id="str"), args=[inside]):
            return _is_words(inside)
        case ast.Call(func=ast.Attribute(value=inside)):
            return _is_words(inside)
        case ast.Subscript(value=inside, slice=ast.Constant(value=str(key))):
            return key in WORDS or _is_words(inside)
        case ast.Subscript(value=inside):
            return _is_words(inside)
    return False


def _is_cause(node: ast.expr) -> bool:
    """The name of a cause of messages, "kind: what": a key that our own code puts together, not a sentence."""
    return isinstance(node, ast.Name | ast.Attribute) and "cause" in (
        getattr(node, "id", ""),
        getattr(node, "attr", ""),
    )


def prose_read_back(source: str, known: dict[str, list[str]] | None = None) -> Iterator[tuple[int, str]]:
    """(line, what) for every place of a module that looks into words. ``known``: constants of all modules."""
    tree = ast.parse(source)
    known = (known or {}) | constants(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=method), args=arguments) if (
                method in MATCHING and any(map(_is_words, arguments))
            ):
                yield node.lineno, "a pattern is matched with a sentence"
            case ast.Call(func=ast.Attribute(attr=method), args=arguments) if method in MATCHING and any(
                _is_words(argument) for argument in arguments
            ):
                yield node.lineno, "a pattern is matched with a sentence"
            case ast.Call(func=ast.Attribute(value=receiver, attr=method), args=arguments) if (
                method in SPLITTING and not _is_cause(receiver)
            ):
                if _is_words(receiver):
                    yield node.lineno, "a sentence is taken apart"
                elif any(
                    " " in text.strip(" ") or text.strip(" ") != text for a in arguments for text in _texts(a, known)
                ):
                    yield node.lineno, "a text is taken apart at words"
            case ast.Compare(left=left, ops=operators, comparators=others):
                if any(
                    _compares_words(operator, left, other, known)
                    for operator, other in zip(operators, others, strict=True)
                ):
                    yield node.lineno, "a sentence is compared"
            case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=ast.Constant(value=str(key))):
                if name in FIGURES:
                    yield node.lineno, f"a figure under the text {key!r}, which is no member of domain.figures"
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Name(id=name) | ast.Attribute(attr=name), attr="get" | "pop" | "setdefault"
                ),
                args=[ast.Constant(value=str(key)), *_],
            ) if name in FIGURES:
                yield node.lineno, f"a figure under the text {key!r}, which is no member of domain.figures"
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="figures"), attr="update"), args=[ast.Dict(keys=keys), *_]
            ):
                if any(isinstance(key, ast.Constant) for key in keys):
                    yield node.lineno, "figures under texts, which are no members of domain.figures"


def _compares_words(operator: ast.cmpop, left: ast.expr, right: ast.expr, known: dict[str, list[str]]) -> bool:
    if isinstance(operator, ast.In | ast.NotIn):
        # What is looked for among texts, or a part that is looked for in a sentence.
        among = [text for text in _texts(right, known) if " " in text] and not isinstance(right, ast.Constant)
        part = _texts(left, known) and (_is_words(right) or any(" " in text.strip() for text in _texts(left, known)))
        return bool(among or part)
    if not isinstance(operator, ast.Eq | ast.NotEq):
        return False
    sides = (left, right)
    if any(" " in text for side in sides for text in _texts(side, known)):
        return True
    blank = any(isinstance(side, ast.Constant) and side.value in ("", None) for side in sides)
    return not blank and any(isinstance(side, ast.Attribute) and side.attr in WORDS for side in sides)


@pytest.fixture(scope="module")
def known() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in modules():
        for constant, texts in constants(ast.parse((ROOT / name).read_text("utf-8"))).items():
            if constant.isupper():
                found.setdefault(constant, []).extend(texts)
    return found


def test_no_module_reads_prose_back_as_data(known: dict[str, list[str]]) -> None:
    names = modules()
    assert len(names) > 150
    places = [
        f"{name}:{line}: {what}"
        for name in names
        for line, what in prose_read_back((ROOT / name).read_text("utf-8"), known)
    ]
    assert places == []


def test_every_parser_of_outside_text_is_there() -> None:
    assert [name for name in OUTSIDE_TEXT if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    "source",
    [
        '_, known, cost = row.status_reason.partition("cost: ")',
        'COST = "cost: "\ncost = text.partition(COST)[2]',
        'full = row.status_reason.startswith("the disk is full")',
        'NO_ROOM = "waits: disk space"\nheld = [row for row in rows if row.status_reason.startswith(NO_ROOM)]',
        "broken = row.status_reason in MESSAGES",
        'if problems[key] in ("it has no title", "it has no author"): pass',
        'UNUSABLE = frozenset({"it has no title"})\nbad = problem in UNUSABLE',
        "if row.status_reason != message: pass",
        "if row.status_reason == reason: pass",
        'if "cannot be reached" in error.message: pass',
        'if "mam" in task.error: pass',
        'count = int(details.get("usable audiobooks", 0))',
        'words = task.details["stopped_by"]',
        'tally.figures["scan"] = "not allowed"',
        'tally.figures.update({"due": 3})',
        'shown = changes[changes["state"] != "shown only"]',
        'service, _, what = text.partition(": ")',
        'service = str(error).split(":")[0]',
        'import re\nfound = re.search(r"mam", task.error)',
        'import re\n_BY_MAM = re.compile("mam")\nfound = _BY_MAM.search(failure.message)',
        'import re\ntext = re.sub("x", "", error.message.strip())',
        'name = row["reason"].removesuffix("!")',
    ],
)
def test_it_would_be_seen(source: str) -> None:
    assert list(prose_read_back(source, {"MESSAGES": ["a b"]})) != []


@pytest.mark.parametrize(
    "source",
    [
        "if row.reason_code is ReasonCode.DISK_SPACE: pass",
        'if task.status == "failed": pass',
        'if item.title.startswith("The"): pass',
        'provider, _, number = source.partition(":")',
        'if row.status_reason != "": pass',
        "count = details.get(SnapshotFigure.USABLE_AUDIOBOOKS, 0)",
        'shown = f"{row.status_reason}; served otherwise"',
        'named = notice.cause.removeprefix("service: ")',
        "if gap.reason in KEPT: pass",
    ],
)
def test_codes_and_keys_are_no_prose(source: str) -> None:
    assert list(prose_read_back(source, {"KEPT": ["review", "ignored"]})) == []
