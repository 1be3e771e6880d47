"""What of GraphQL reaches Dagster: judged by the tree of the query, every mutation by its name."""

import json

import pytest
from dagster_graphql.schema import create_schema

from mam_assets.web.access.graphql import (
    ALLOWED_MUTATIONS,
    MAX_BODY_BYTES,
    MAX_QUERY_CHARS,
    REFUSED_MUTATIONS,
    judge_body,
    judge_message,
    refuse_head,
    refuse_operations,
)
from mam_assets.web.access.requests import Refusal, RequestHead

SHUTDOWN = 'shutdownRepositoryLocation(repositoryLocationName: "mam") { __typename }'
LAUNCH = "launchRun(executionParams: $p) { __typename }"


def test_every_mutation_of_the_installed_dagster_was_looked_at() -> None:
    """An upgrade that brings a new one fails here: allow it or refuse it, with the reason, in access/graphql."""
    mutations = create_schema().graphql_schema.mutation_type
    assert mutations is not None
    assert set(mutations.fields) == ALLOWED_MUTATIONS | set(REFUSED_MUTATIONS)
    assert not ALLOWED_MUTATIONS & set(REFUSED_MUTATIONS)


def test_the_dangerous_ones_are_refused() -> None:
    assert set(REFUSED_MUTATIONS) >= {
        "shutdownRepositoryLocation",
        "wipeAssets",
        "deleteRun",
        "deletePipelineRun",
        "reportRunlessAssetEvents",
        "reportAssetCheckEvaluations",
        "addDynamicPartition",
        "deleteDynamicPartitions",
        "setConcurrencyLimit",
        "deleteConcurrencyLimit",
        "freeConcurrencySlots",
        "freeConcurrencySlotsForRun",
        "setSensorCursor",
        "setAppManagedComponent",
        "deleteAppManagedComponent",
        "refreshComponentState",
    }


@pytest.mark.parametrize("name", sorted(REFUSED_MUTATIONS))
def test_a_refused_mutation_says_its_name_and_why(name: str) -> None:
    refusal = refuse_operations(f"mutation {{ {name} {{ __typename }} }}")
    assert refusal is not None
    assert refusal.status == 403
    assert name in refusal.reason
    assert REFUSED_MUTATIONS[name] in refusal.reason


@pytest.mark.parametrize("name", sorted(ALLOWED_MUTATIONS))
def test_an_allowed_mutation_passes(name: str) -> None:
    assert refuse_operations(f"mutation Do {{ {name} {{ __typename }} }}") is None


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(f"mutation {{ launchRun: {SHUTDOWN} }}", id="alias of an allowed name"),
        pytest.param(f"mutation {{ {LAUNCH} {SHUTDOWN} }}", id="second field"),
        pytest.param(f"query Harmless {{ version }} mutation Other {{ {SHUTDOWN} }}", id="second operation"),
        pytest.param(f"mutation {{ ... {{ {SHUTDOWN} }} }}", id="inline fragment"),
        pytest.param(f"mutation {{ ... on Mutation {{ ... {{ {SHUTDOWN} }} }} }}", id="nested inline fragments"),
        pytest.param(f"fragment F on Mutation {{ {SHUTDOWN} }} mutation {{ ...F }}", id="fragment"),
        pytest.param(
            f"mutation {{ ...A }} fragment A on Mutation {{ ...B }} fragment B on Mutation {{ {SHUTDOWN} }}",
            id="fragment in a fragment",
        ),
        pytest.param(
            f"mutation {{ ...A }} fragment A on Mutation {{ {LAUNCH} }} fragment A on Mutation {{ {SHUTDOWN} }}",
            id="two fragments of one name",
        ),
        pytest.param(f"mutation {{ {SHUTDOWN.replace('{', '@include(if: true) {', 1)} }}", id="directive"),
        pytest.param(f"#{LAUNCH}\nmutation{{#\n{SHUTDOWN}}}", id="comments"),
        pytest.param("mutation { brandNew }", id="unknown to us"),
        pytest.param("mutation { ...Nowhere }", id="fragment that is not there"),
    ],
)
def test_no_wording_hides_a_refused_mutation(query: str) -> None:
    refusal = refuse_operations(query)
    assert refusal is not None
    assert refusal.status == 403


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("{ runsOrError { __typename } }", id="short query"),
        pytest.param("query Q { text: version } # mutation { shutdownRepositoryLocation }", id="name in a comment"),
        pytest.param('{ runOrError(runId: "shutdownRepositoryLocation") { __typename } }', id="name in a value"),
        pytest.param(f"mutation Q($p: ExecutionParams!) {{ __typename {LAUNCH} }}", id="launch"),
        pytest.param("mutation { ...A } fragment A on Mutation { reloadWorkspace { ...A } ...A }", id="circle"),
        pytest.param("subscription { pipelineRunLogs(runId: 1) { __typename } }", id="subscription"),
    ],
)
def test_what_the_web_ui_asks_passes(query: str) -> None:
    assert refuse_operations(query) is None


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(None, id="none"),
        pytest.param(["{ version }"], id="list"),
        pytest.param("", id="empty"),
        pytest.param("mutation {", id="broken"),
        pytest.param("{a" * 60_000 + "}" * 60_000, id="deep"),
        pytest.param("type Mutation { a: Int }", id="definition"),
        pytest.param("{ " + "a " * MAX_QUERY_CHARS + "}", id="long"),
    ],
)
def test_what_is_no_query_is_refused(query: object) -> None:
    refusal = refuse_operations(query)
    assert refusal is not None
    assert refusal.status == 400


def test_over_a_websocket_there_are_subscriptions_alone() -> None:
    for query in ("{ version }", f"mutation {{ {LAUNCH} }}", "subscription { a } query { version }"):
        assert refuse_operations(query, subscriptions_only=True) is not None
    assert refuse_operations("subscription { a }", subscriptions_only=True) is None


def head(
    method: str = "POST", content_type: str | None = "application/json", query: bytes = b"", **more: str
) -> RequestHead:
    headers = [("content-type", content_type)] if content_type is not None else []
    headers += [(name.replace("_", "-"), value) for name, value in more.items()]
    return RequestHead(method, "/graphql", query, tuple(headers))


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=UTF-8"])
def test_json_is_taken(content_type: str) -> None:
    assert refuse_head(head(content_type=content_type)) is None


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/plain; application/json",
        "application/json; charset=utf-16",
        "application/json, text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=application/json",
    ],
)
def test_nothing_else_is_taken(content_type: str | None) -> None:
    refusal = refuse_head(head(content_type=content_type))
    assert refusal is not None
    assert refusal.status == 415


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_query_in_the_address_is_refused(method: str) -> None:
    assert refuse_head(head(method, None, b"query={version}")) is not None
    assert refuse_head(head(method, None)) is None  # the page of the playground, which executes nothing


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_refused(method: str) -> None:
    refusal = refuse_head(head(method))
    assert refusal is not None
    assert refusal.status == 405


def test_what_says_that_it_is_too_large_is_not_read() -> None:
    refusal = refuse_head(head(content_length=str(MAX_BODY_BYTES + 1)))
    assert refusal is not None
    assert refusal.status == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"query={version}",
        b"null",
        b'"{ version }"',
        b'[{"query": "{ version }"}]',
        b'[{"query": "{ version }"}, {"query": "mutation { wipeAssets }"}]',
        b"{}",
        b'{"query": ["{ version }"]}',
        b'{"extensions": {"persistedQuery": {"sha256Hash": "0"}}}',
        b'{"query": "{ version }"',
        b"\xff\xfe\xfd",
        b'{"a":' * 100_000,
    ],
)
def test_a_body_that_is_not_one_request_is_refused(body: bytes) -> None:
    refusal = judge_body(body)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 400


def test_what_was_judged_is_what_is_executed() -> None:
    """Of a key that stands there twice, whoever reads it next could take the other one."""
    twice = (
        b'{"query": "mutation { wipeAssets }", "query": "{ version }", "variables": {"a": 1}, "operationName": null}'
    )
    judged = judge_body(twice)
    assert isinstance(judged, bytes)
    assert b"wipeAssets" not in judged
    assert json.loads(judged) == {"query": "{ version }", "variables": {"a": 1}, "operationName": None}
    assert isinstance(judge_body(b'{"query": "{ version }", "query": "mutation { wipeAssets }"}'), Refusal)


@pytest.mark.parametrize(
    "message",
    [
        {"type": "connection_init", "payload": {}},
        {"type": "start", "id": "1", "payload": {"query": "subscription { a }", "variables": {}}},
        {"type": "stop", "id": "1"},
        {"type": "connection_terminate"},
    ],
)
def test_messages_of_the_web_ui_pass(message: dict[str, object]) -> None:
    judged = judge_message(json.dumps(message))
    assert isinstance(judged, str)
    assert json.loads(judged) == message


@pytest.mark.parametrize(
    "message",
    [
        "",
        "[]",
        "{}",
        '{"type": "subscribe", "id": "1", "payload": {"query": "subscription { a }"}}',
        '{"type": ["start"]}',
        '{"type": "start", "id": "1"}',
        '{"type": "start", "id": "1", "payload": "subscription { a }"}',
        json.dumps({"type": "start", "id": "1", "payload": {"query": f"mutation {{ {SHUTDOWN} }}"}}),
        json.dumps({"type": "start", "id": "1", "payload": {"query": "{ version }"}}),
    ],
)
def test_other_messages_are_refused(message: str) -> None:
    assert isinstance(judge_message(message), Refusal)
