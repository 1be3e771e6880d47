"""GraphQL in the manner of Hasura over the tables of ``data``.

Understood are ``where`` (_eq _neq _in _nin _gt _gte _lt _lte _is_null _and _or _not, also over relations),
``order_by``, ``limit``, ``offset``, ``distinct_on``, the tables, their ``_by_pk`` forms and ``search``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from graphql import value_from_ast_untyped
from graphql.language import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from .data import Hardcover, Row

_DISABLED = ("_like", "_ilike", "_nlike", "_regex", "_iregex", "_nregex", "_niregex", "_similar", "_nsimilar")


class QueryError(ValueError):
    """The query is not one that the service answers."""


def top_level(document: DocumentNode) -> list[FieldNode]:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return [
        node
        for operation in operations[:1]
        for node in operation.selection_set.selections
        if isinstance(node, FieldNode)
    ]


def key_of(field: FieldNode) -> str:
    return field.alias.value if field.alias else field.name.value


class Query:
    """One operation: its fragments and variables, over the tables."""

    def __init__(self, data: Hardcover, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self.data = data
        self.variables = dict(variables)
        self.fragments = {n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)}

    def root(self, field: FieldNode) -> Any:
        name, arguments = field.name.value, self._arguments(field)
        if name == "__typename":
            return "query_root"
        if name == "search":
            return self._select(_search(self.data, arguments), field.selection_set)
        table = self.data.tables.get(name.removesuffix("_by_pk"))
        if table is None:
            raise QueryError(f"field '{name}' not found in type: 'query_root'")
        if name.endswith("_by_pk"):
            matching = next((row for row in table if row["id"] == arguments.get("id")), None)
            return None if matching is None else self._select(matching, field.selection_set)
        return [self._select(row, field.selection_set) for row in narrowed(table, arguments)]

    def _arguments(self, field: FieldNode) -> dict[str, Any]:
        return {node.name.value: value_from_ast_untyped(node.value, self.variables) for node in field.arguments}

    def _select(self, row: Row, selections: SelectionSetNode | None) -> Any:
        if selections is None:
            raise QueryError("a relation needs a selection of its fields")
        selected: dict[str, Any] = {}
        for node in selections.selections:
            if isinstance(node, FieldNode):
                selected[key_of(node)] = self._field(row, node)
            else:
                fragment = node if isinstance(node, InlineFragmentNode) else self._fragment(node)
                selected |= self._select(row, fragment.selection_set)
        return selected

    def _fragment(self, node: SelectionNode) -> FragmentDefinitionNode:
        name = node.name.value if isinstance(node, FragmentSpreadNode) else ""
        if name not in self.fragments:
            raise QueryError(f"fragment '{name}' is not defined")
        return self.fragments[name]

    def _field(self, row: Row, node: FieldNode) -> Any:
        name = node.name.value
        if name not in row:
            raise QueryError(f"field '{name}' not found in type: '{row.get('__typename', 'json')}'")
        value = row[name]() if callable(row[name]) else row[name]
        arguments = self._arguments(node)
        if node.selection_set is None:
            return value
        if isinstance(value, list):
            return [self._select(related, node.selection_set) for related in narrowed(value, arguments)]
        return None if value is None else self._select(value, node.selection_set)


def narrowed(rows: list[Row], arguments: Mapping[str, Any]) -> list[Row]:
    """The rows after where, order_by, distinct_on, offset and limit."""
    matching = [row for row in rows if holds(row, arguments.get("where") or {})]
    orders = arguments.get("order_by") or []
    for order in reversed(orders if isinstance(orders, list) else [orders]):
        for column, direction in reversed(list(order.items())):
            matching.sort(key=partial(_order, column=column, direction=direction), reverse=_is_down(direction))
    if distinct := arguments.get("distinct_on"):
        columns, seen = distinct if isinstance(distinct, list) else [distinct], set()
        firsts = []
        for row in matching:
            key = tuple(_value(row, column) for column in columns)
            if key not in seen:
                seen.add(key)
                firsts.append(row)
        matching = firsts
    start = arguments.get("offset") or 0
    end = None if arguments.get("limit") is None else start + arguments["limit"]
    return matching[start:end]


def _value(row: Row, column: str) -> Any:
    if column not in row:
        raise QueryError(f"field '{column}' not found in type: '{row.get('__typename', '?')}'")
    return row[column]() if callable(row[column]) else row[column]


def _is_down(direction: Any) -> bool:
    while isinstance(direction, Mapping):
        (direction,) = direction.values()
    return str(direction).startswith("desc")


def _order(row: Row, column: str, direction: Any) -> tuple[bool, Any]:
    """Nothing sorts last when going up and first when going down, as in PostgreSQL."""
    value = _value(row, column)
    if isinstance(direction, Mapping):
        ((inner, deeper),) = direction.items()
        return (True, 0) if value is None else _order(value, inner, deeper)
    return value is None, 0 if value is None else value


def holds(row: Row, where: Mapping[str, Any]) -> bool:
    """Whether a row meets a condition."""
    for name, condition in where.items():
        if name == "_and":
            met = all(holds(row, part) for part in condition)
        elif name == "_or":
            met = any(holds(row, part) for part in condition)
        elif name == "_not":
            met = not holds(row, condition)
        else:
            value = _value(row, name)
            if isinstance(value, list):
                met = any(holds(part, condition) for part in value)
            elif isinstance(value, Mapping):
                met = holds(dict(value), condition)
            else:
                met = all(_compare(operator, value, operand) for operator, operand in condition.items())
        if not met:
            return False
    return True


def _compare(operator: str, value: Any, operand: Any) -> bool:
    if operator in _DISABLED:
        raise QueryError(f"operator '{operator}' is disabled")
    if operator == "_is_null":
        return (value is None) is bool(operand)
    if value is None:  # a comparison with nothing is never true
        return False
    match operator:
        case "_eq":
            return bool(value == operand)
        case "_neq":
            return bool(value != operand)
        case "_in":
            return value in operand
        case "_nin":
            return value not in operand
        case "_gt":
            return bool(value > operand)
        case "_gte":
            return bool(value >= operand)
        case "_lt":
            return bool(value < operand)
        case "_lte":
            return bool(value <= operand)
    raise QueryError(f"field '{operator}' not found in comparison")


def _search(data: Hardcover, arguments: Mapping[str, Any]) -> Row:
    kind = str(arguments.get("query_type") or "Book").lower()
    table, column = {"book": ("books", "title"), "author": ("authors", "name"), "series": ("series", "name")}.get(
        kind, ("", "")
    )
    if not table:
        raise QueryError(f"unknown query_type: {kind}")
    wanted = set(re.findall(r"\w+", str(arguments.get("query", "")).lower()))
    hits = []
    for row in data.tables[table]:
        text = str(row[column])
        if table == "books":
            text += " " + " ".join(contributor["author"]["name"] for contributor in row["cached_contributors"])
        words = set(re.findall(r"\w+", text.lower()))
        if wanted and wanted <= words and row.get("canonical_id") is None:
            hits.append((len(words), -row.get("users_count", 0), row))
    hits.sort(key=lambda hit: hit[:2])
    size, page = arguments.get("per_page") or 25, arguments.get("page") or 1
    rows = [row for *_, row in hits][(page - 1) * size : page * size]
    documents = [{"document": {"id": str(row["id"]), column: row[column]}} for row in rows]
    ids = [str(row["id"]) if row["id"] % 2 else row["id"] for row in rows]
    results = {"found": len(hits), "hits": documents, "page": page}
    return {"__typename": "SearchOutput", "ids": ids, "results": results, "page": page, "per_page": size}
