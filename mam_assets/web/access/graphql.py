"""Which GraphQL operations reach Dagster. They are judged by their syntax tree, as Dagster will execute them: aliases
do not count, fragments are followed, and of several operations every one must be allowed.

Mutations are allowed by name, so that one which an upgrade of Dagster brings is refused until somebody has looked at it
(a test fails then).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
)

from mam_assets.web.access.requests import Refusal, RequestHead

MAX_BODY_BYTES = 1 << 20
MAX_QUERY_CHARS = 200_000  # the longest of Dagster's own web UI has 20,000

ALLOWED_MUTATIONS = frozenset(
    {
        "launchPipelineExecution",
        "launchRun",
        "launchMultipleRuns",
        "launchPipelineReexecution",
        "launchRunReexecution",
        "terminatePipelineExecution",
        "terminateRun",
        "terminateRuns",
        "startSchedule",
        "stopRunningSchedule",
        "resetSchedule",
        "scheduleDryRun",
        "startSensor",
        "stopSensor",
        "resetSensor",
        "sensorDryRun",
        "reloadRepositoryLocation",
        "reloadWorkspace",
    }
)

_HISTORY = "it deletes history, which the job prune_history does by age"
_EVENTS = "it writes events that did not happen"
_PARTITIONS = "no asset has partitions"
_LIMITS = "how many runs may go at a time is written in dagster.yaml"
_COMPONENTS = "there are no components to be changed from here"
REFUSED_MUTATIONS = {
    "shutdownRepositoryLocation": "it ends the code server, and with it the program",
    "wipeAssets": _HISTORY,
    "deleteRun": _HISTORY,
    "deletePipelineRun": _HISTORY,
    "reportRunlessAssetEvents": _EVENTS,
    "reportAssetCheckEvaluations": _EVENTS,
    "setSensorCursor": "a sensor keeps its own place",
    "launchPartitionBackfill": _PARTITIONS,
    "resumePartitionBackfill": _PARTITIONS,
    "reexecutePartitionBackfill": _PARTITIONS,
    "cancelPartitionBackfill": _PARTITIONS,
    "addDynamicPartition": _PARTITIONS,
    "deleteDynamicPartitions": _PARTITIONS,
    "setConcurrencyLimit": _LIMITS,
    "deleteConcurrencyLimit": _LIMITS,
    "freeConcurrencySlots": _LIMITS,
    "freeConcurrencySlotsForRun": _LIMITS,
    "setAppManagedComponent": _COMPONENTS,
    "deleteAppManagedComponent": _COMPONENTS,
    "refreshComponentState": _COMPONENTS,
    "setAutoMaterializePaused": "no asset has an automation condition",
    "logTelemetry": "telemetry is off",
    "setNuxSeen": "the tour for newcomers is off",
}
"""What Dagster could do beside, with the reason why it may not."""

# The messages of the websocket protocol graphql-ws that a client sends.
START = "start"
_CLIENT_MESSAGES = ("connection_init", START, "stop", "connection_terminate")


def refuse_head(head: RequestHead) -> Refusal | None:
    """Why its body is not read, or None: for POST with JSON, a websocket, the bare page (a GET without a query)."""
    if head.method == "WEBSOCKET" or (head.is_safe and not head.query):
        return None
    if head.method != "POST":
        return Refusal(405, "GraphQL is taken by POST alone.")
    media_type, _, parameter = (head.header("content-type") or "").lower().partition(";")
    if media_type.strip() != "application/json" or parameter.strip() not in ("", "charset=utf-8"):
        return Refusal(415, "GraphQL is taken as application/json alone.")
    length = head.header("content-length") or ""
    if length.isdecimal() and int(length) > MAX_BODY_BYTES:
        return TOO_LARGE
    return None


TOO_LARGE = Refusal(413, f"A GraphQL request has at most {MAX_BODY_BYTES} bytes.")


def judge_body(body: bytes) -> bytes | Refusal:
    """The request as it is handed on: written anew, so that what was judged is what is executed."""
    request = _object(body)
    if request is None:
        return Refusal(400, "A GraphQL request is one JSON object.")
    refusal = refuse_operations(request.get("query"))
    return refusal or json.dumps(request).encode()


def judge_message(text: str) -> str | Refusal:
    """The same for one message of a websocket, over which Dagster serves subscriptions alone."""
    message = _object(text)
    if message is None or message.get("type") not in _CLIENT_MESSAGES:
        return Refusal(400, "This is not a message of the protocol graphql-ws.")
    if message["type"] == START:
        payload = message.get("payload")
        query = payload.get("query") if isinstance(payload, dict) else None
        if refusal := refuse_operations(query, subscriptions_only=True):
            return refusal
    return json.dumps(message)


def _object(text: bytes | str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def refuse_operations(query: object, *, subscriptions_only: bool = False) -> Refusal | None:
    """Why this document is not executed, or None when every operation in it may be."""
    if not isinstance(query, str) or len(query) > MAX_QUERY_CHARS:
        return Refusal(400, f"A GraphQL query is a text of at most {MAX_QUERY_CHARS} characters.")
    try:
        document = parse(query, no_location=True)
    except (GraphQLError, RecursionError):
        return Refusal(400, "This is not a GraphQL query.")
    for definition in document.definitions:
        if isinstance(definition, FragmentDefinitionNode):
            continue
        if not isinstance(definition, OperationDefinitionNode):
            return Refusal(400, "A GraphQL query has operations and fragments alone.")
        if subscriptions_only and definition.operation is not OperationType.SUBSCRIPTION:
            return Refusal(403, "Over a websocket there are subscriptions alone.")
        if definition.operation is OperationType.MUTATION:
            for name in _root_fields(document, definition.selection_set, set()):
                if name not in ALLOWED_MUTATIONS and name != "__typename":
                    reason = REFUSED_MUTATIONS.get(name, "this program does not know it")
                    return Refusal(403, f"{name} is switched off here: {reason}.")
    return None


def _root_fields(document: DocumentNode, selections: SelectionSetNode, seen: set[str]) -> Iterator[str]:
    """The names of the fields at the root, those of fragments too; a fragment that is not there counts by its name."""
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, InlineFragmentNode):
            yield from _root_fields(document, node.selection_set, seen)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            bodies = [
                definition.selection_set
                for definition in document.definitions
                if isinstance(definition, FragmentDefinitionNode) and definition.name.value == node.name.value
            ]
            if not bodies:
                yield f"...{node.name.value}"
            for body in bodies:
                yield from _root_fields(document, body, seen)
