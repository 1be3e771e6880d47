"""The tracker's query language: words that must all occur, phrases, alternatives, fields.

    way kings               both words, anywhere in the searched fields
    "way of kings"          the words in this order in one field
    cat | dog               one of them; binds closer than the space between words
    king*                   words that begin so
    -word                   not this word
    @title x  @(a,b) x      only in these fields, up to the next field operator
    ( … )                   a group

A word is a run of letters, digits and apostrophes, compared as it is written: "2" is not "02", "JJ" is not "J J", a
straight apostrophe is not a curly one, and "mans" is not "man's".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

FIELDS = ("title", "author", "narrator", "series", "description", "filenames", "fileTypes", "tags")
_WORD = re.compile(r"[\w'’`]+|&")
_TOKEN = re.compile(
    r"""@\((?P<many>[^)]*)\) | @(?P<one>\*|\w+) | "(?P<phrase>[^"]*)"? | (?P<or>\|) | (?P<open>\() | (?P<close>\))
      | (?P<not>(?<!\S)[-!](?=[\w("'])) | (?P<word>[\w'’`]+\*? | &)""",
    re.VERBOSE,
)

Document = Mapping[str, Sequence[str]]  # field → its words
Match = Callable[[Document], bool]


class BadQuery(ValueError):
    """The query is not of the language; its text is for the answer."""


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in lower case."""
    return tuple(_WORD.findall(text.lower()))


def parse(text: str, fields: Collection[str]) -> Match:
    """A test for documents. ``fields`` are those searched where the query names none. Raises BadQuery."""
    return _Parser(text, tuple(fields)).whole()


class _Parser:
    def __init__(self, text: str, fields: tuple[str, ...]) -> None:
        self.tokens = [(token.lastgroup or "", token) for token in _TOKEN.finditer(text)]
        self.at = 0
        self.default = fields

    def whole(self) -> Match:
        match = self.group()
        if self.at < len(self.tokens):
            raise BadQuery("unbalanced parentheses")
        return match

    def group(self) -> Match:
        """Terms up to a closing parenthesis or the end: all must hold."""
        fields, terms = self.default, []
        while self.kind not in ("", "close"):
            if self.kind in ("one", "many"):
                fields = self.named_fields()
                continue
            alternatives = [self.term(fields)]
            while self.kind == "or":
                self.at += 1
                alternatives.append(self.term(fields))
            terms.append(alternatives)
        return lambda document: all(any(match(document) for match in some) for some in terms)

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def named_fields(self) -> tuple[str, ...]:
        _, token = self.tokens[self.at]
        self.at += 1
        if token["one"] == "*":
            return self.default
        names = tuple(name.strip() for name in (token["many"] or token["one"]).split(","))
        for name in names:
            if name not in FIELDS:
                raise BadQuery(f"no field '{name}' found in schema")
        return names

    def term(self, fields: tuple[str, ...]) -> Match:
        kind, token = self.tokens[self.at] if self.at < len(self.tokens) else ("", None)
        self.at += 1
        if token is None or kind in ("or", "close", "one", "many"):
            raise BadQuery("unexpected end of an alternative")
        if kind == "not":
            inner = self.term(fields)
            return lambda document: not inner(document)
        if kind == "open":
            before, self.default = self.default, fields
            group = self.group()
            self.default = before
            if self.kind != "close":
                raise BadQuery("unbalanced parentheses")
            self.at += 1
            return group
        if kind == "phrase":
            return _phrase(words(token["phrase"]), fields)
        return _word(token["word"].lower(), fields)


def _word(word: str, fields: tuple[str, ...]) -> Match:
    if word.endswith("*"):
        start = word[:-1]
        return lambda document: any(token.startswith(start) for name in fields for token in document[name])
    return lambda document: any(word in document[name] for name in fields)


def _phrase(phrase: tuple[str, ...], fields: tuple[str, ...]) -> Match:
    size = len(phrase)

    def match(document: Document) -> bool:
        return any(
            tuple(text[at : at + size]) == phrase
            for text in (document[name] for name in fields)
            for at in range(len(text) - size + 1)
        )

    return match
