"""Every command and every setting is documented, and what is documented exists."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer.main

from mam_assets.cli.app import app
from mam_assets.policy import Policy
from mam_assets.settings import Settings

ROOT = Path(__file__).parents[1]
FOR_PEOPLE = ("README.md", "docs/operations.md")
FOR_DEVELOPERS = ("docs/architecture.md", "CONTRIBUTING.md")
TEMPLATES = (".github/ISSUE_TEMPLATE/bug.yml", ".github/ISSUE_TEMPLATE/wrong-decision.yml")
PROGRAM = re.compile(r"^(?:\.venv/bin/)?mam-assets (?=[a-z])")
MESSAGES = ("mam-assets already runs",)  # what the program says, not what is said to it
VARIABLE = re.compile(r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*(?==|$)")
OTHERS_VARIABLES = {"PYTHONSAFEPATH", "DAGSTER_HOME"}
LIBRARIES = {"apprise"}  # clients of a library, not of a protocol
PLACE = re.compile(r"^(?:[a-z][a-z0-9_]*/)+[a-z0-9_]*(?:\.[a-z]+)?$")


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def code_spans(name: str) -> list[str]:
    """What stands between backticks, outside of fenced blocks; a wrapped one on one line, "\\|" of a table as "|"."""
    prose = re.sub(r"^```.*?^```", "", text(name), flags=re.DOTALL | re.MULTILINE)
    return [" ".join(span.split()).replace("\\|", "|") for span in re.findall(r"`([^`]+)`", prose)]


def table(name: str, first_heading: str) -> list[list[str]]:
    """The rows of the table whose first column has that heading, cell by cell."""
    lines = iter(text(name).splitlines())
    for line in lines:
        if line.startswith(f"| {first_heading} |"):
            next(lines)
            break
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    assert rows, f"{name} has no table of {first_heading}"
    return rows


class Command(NamedTuple):
    options: frozenset[str]
    is_visible: bool


def walk(
    command: Any, path: tuple[str, ...] = (), is_visible: bool = True
) -> Iterator[tuple[tuple[str, ...], Command]]:
    """Every command below a group with its path; what a hidden group holds is hidden."""
    is_visible = is_visible and not command.hidden
    if not hasattr(command, "commands"):
        yield path, Command(frozenset(option for part in command.params for option in part.opts), is_visible)
        return
    for name, child in command.commands.items():
        yield from walk(child, (*path, name), is_visible)


COMMANDS = dict(walk(typer.main.get_command(app)))
SECTIONS = {field.alias or name: type(field.default) for name, field in Policy.model_fields.items()}


def words_of(span: str) -> tuple[str, ...]:
    """ "queue N… --all" → ("queue",)"""
    words: list[str] = []
    for word in span.split():
        if not re.fullmatch(r"[a-z][a-z0-9-]*", word):
            break
        words.append(word)
    return tuple(words)


def commands_of_row(cell: str) -> set[tuple[str, ...]]:
    """The commands of a row: "a b", "a b | c" (two of one group) and "a N" · "b N" (two commands)."""
    paths: set[tuple[str, ...]] = set()
    for span in re.findall(r"`([^`]+)`", cell.replace("\\|", "|")):
        first, *alternatives = re.split(r"\s*\|\s*", PROGRAM.sub("", span))
        if path := words_of(first):
            paths.add(path)
            paths |= {(*path[:-1], *words_of(other)) for other in alternatives if words_of(other)}
    return paths


def test_the_table_of_commands_names_every_command_and_no_other() -> None:
    documented = set().union(*(commands_of_row(row[0]) for row in table("README.md", "command")))
    assert documented == {path for path, command in COMMANDS.items() if command.is_visible}


@pytest.mark.parametrize("name", [*FOR_PEOPLE, *TEMPLATES])
def test_commands_in_the_text_exist_with_their_options(name: str) -> None:
    spans = [PROGRAM.sub("", span) for span in code_spans(name) if PROGRAM.match(span) and span not in MESSAGES]
    assert spans
    for span in spans:
        words = words_of(span)
        path = next((words[:length] for length in range(len(words), 0, -1) if words[:length] in COMMANDS), None)
        groups = {command[: len(words)] for command in COMMANDS}
        assert path or words in groups, f"{name}: there is no `mam-assets {span}`"
        if path:
            for option in re.findall(r"(?<![\w-])--[a-z-]+", span):
                assert option in COMMANDS[path].options, f"{name}: `mam-assets {' '.join(path)}` has no {option}"


def test_every_variable_is_documented() -> None:
    documented = {span.split("=")[0] for name in FOR_PEOPLE for span in code_spans(name)}
    assert set(Settings.names()) <= documented


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_documented_variables_exist(name: str) -> None:
    spans = (VARIABLE.match(span) for span in code_spans(name))
    named = {span[0] for span in spans if span and "_" in span[0]}
    assert named
    assert named <= set(Settings.names()) | OTHERS_VARIABLES


def test_the_table_of_variables_tells_their_defaults() -> None:
    defaults = {str(field.validation_alias.choices[0]): field.default for field in Settings.model_fields.values()}  # type: ignore[union-attr]
    checked = 0
    for variables, default, _ in table("README.md", "variable"):
        names = re.findall(r"`([^`]+)`", variables)
        told = [value.strip(" `") for value in default.split(",")]
        if len(names) == len(told) and "`" in default and all(defaults[name] for name in names):
            assert told == [str(defaults[name]) for name in names]
            checked += 1
    assert checked >= 5


def test_the_example_environment_names_real_settings() -> None:
    lines = text(".env.example").splitlines()
    names = {line.lstrip("#").split("=")[0] for line in lines if "=" in line and " " not in line.split("=")[0]}
    assert names <= set(Settings.names())
    assert {"ABS_URL", "ABS_TOKEN", "QB_HOST", "MAM_ID", "DATABASE_URL"} <= names


def test_the_example_policy_shows_every_key_with_its_default() -> None:
    shown = tomllib.loads(text("mam-assets.example.toml"))
    assert Policy.model_validate(shown) == Policy()
    assert set(shown) == set(SECTIONS)
    for name, section in shown.items():
        if isinstance(section, dict):
            assert set(section) == set(SECTIONS[name].model_fields), name


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_policy_keys_in_the_text_exist(name: str) -> None:
    for span in code_spans(name):
        if match := re.match(r"^(\w+)\.(\w+)(?= =|$)", span):
            section, key = match.groups()
            if section in SECTIONS:
                assert key in SECTIONS[section].model_fields, f"{name}: there is no {span}"


@pytest.mark.parametrize("name", FOR_DEVELOPERS)
def test_places_in_the_text_exist(name: str) -> None:
    """A path names a file or folder below the root or below ``mam_assets``; a module may lack its ".py"."""
    spans = [span for span in code_spans(name) if PLACE.match(span)]
    places = [
        span for span in spans if any((folder / span.split("/")[0]).is_dir() for folder in (ROOT, ROOT / "mam_assets"))
    ]
    assert places
    missing = [
        place
        for place in places
        if not any(
            (folder / (place.rstrip("/") + end)).exists()
            for folder in (ROOT, ROOT / "mam_assets")
            for end in ("", ".py")
        )
    ]
    assert not missing


def test_each_client_names_what_its_facts_were_seen_on() -> None:
    """A version, a date or a year of the service beside what is known of its protocol."""
    clients = [path for path in (ROOT / "resources").glob("*/client.py") if path.parent.name not in LIBRARIES]
    assert clients
    for path in clients:
        said = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        assert re.search(r"\bFacts\b.{0,120}(?:\b\d+\.\d+|\b20\d\d\b)", said, re.DOTALL), path.relative_to(ROOT)
