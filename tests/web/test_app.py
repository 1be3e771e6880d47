"""The known attacks on a running web UI, and what its own pages do: real processes on loopback."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from mam_assets.runner import services
from tests.support.loopback import Answer, Served, serve
from tests.support.product import LAUNCH, SECRETS, Product, serving

pytestmark = pytest.mark.slow

JSON = {"Content-Type": "application/json"}
SHUTDOWN = 'mutation { shutdownRepositoryLocation(repositoryLocationName: "mam") { __typename } }'
LAUNCH_PRUNING = LAUNCH.replace("$job: String!, $config: RunConfigData", "$config: RunConfigData").replace(
    "jobName: $job", 'jobName: "prune_history"'
)
LOGS = "subscription Logs($run: ID!) { pipelineRunLogs(runId: $run) { __typename } }"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with serving(tmp_path_factory.mktemp("product") / "state") as made:
        yield made


@pytest.fixture
def attacker() -> Iterator[Served]:
    with serve(lambda _: Answer("{}")) as made:
        yield made


def own(product: Product) -> dict[str, str]:
    return {"Origin": product.url, "Sec-Fetch-Site": "same-origin"}


def test_own_pages_look_around_launch_a_job_and_see_it_live(product: Product) -> None:
    page = product.ask("/locations/mam/jobs", headers={"Sec-Fetch-Site": "none", "Accept": "text/html"})
    assert page.status == 200
    assert b"<html" in page.body
    assets = product.graphql("{ assetNodes { assetKey { path } } }", own(product))["assetNodes"]
    assert ["missing_books"] in [node["assetKey"]["path"] for node in assets]
    launched = product.graphql(LAUNCH, own(product), job="prune_history", config={})["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess"
    run_id = launched["run"]["runId"]
    with websocket(product, product.url) as connection:
        say(connection, type="connection_init", payload={})
        assert json.loads(connection.recv(10))["type"] == "connection_ack"
        say(connection, type="start", id="1", payload={"query": LOGS, "variables": {"run": run_id}})
        assert json.loads(connection.recv(30))["type"] == "data"
    assert product.ended(run_id) == "SUCCESS"  # the daemon has taken it from the queue


def test_a_program_on_this_machine_is_served(product: Product) -> None:
    assert product.graphql("{ version }")["version"]


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "http://localhost:1"])
@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "text/plain", "application/json", "application/graphql"]
)
def test_a_foreign_page_launches_nothing_by_post(product: Product, origin: str, content_type: str) -> None:
    before = product.runs()
    headers = {"Origin": origin, "Content-Type": content_type}
    forms = {
        "application/x-www-form-urlencoded": urlencode({"query": LAUNCH_PRUNING}),
        "application/graphql": LAUNCH_PRUNING,
    }
    body = forms.get(content_type, json.dumps({"query": LAUNCH_PRUNING})).encode()
    for path in ("/graphql", "/graphql?" + urlencode({"query": LAUNCH_PRUNING})):
        assert product.ask(path, method="POST", body=body, headers=headers).status == 403
    assert product.runs() == before


@pytest.mark.parametrize("query", [LAUNCH_PRUNING, SHUTDOWN, "{ version }"])
def test_nobody_does_anything_by_an_address(product: Product, query: str) -> None:
    """What an image's address could hold: not even the browser of somebody who is allowed everything may follow it."""
    before = product.runs()
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Accept": "text/html"}, own(product)):
        assert product.ask("/graphql?" + urlencode({"query": query}), headers=headers).status == 405
    assert product.runs() == before


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/graphql"])
def test_only_json_is_taken_of_own_pages_too(product: Product, content_type: str) -> None:
    body = json.dumps({"query": "{ version }"}).encode()
    headers = own(product) | {"Content-Type": content_type}
    assert product.ask("/graphql", method="POST", body=body, headers=headers).status == 415


@pytest.mark.parametrize(
    "mutation",
    [
        SHUTDOWN,
        'mutation { deleteRun(runId: "x") { __typename } }',
        "mutation A { launchRun: wipeAssets(assetPartitionRanges: []) { __typename } }",
        'mutation { setConcurrencyLimit(concurrencyKey: "mam", limit: 9) { __typename } }',
    ],
)
def test_some_mutations_are_for_nobody(product: Product, mutation: str) -> None:
    body = json.dumps({"query": mutation}).encode()
    for headers in (JSON, JSON | own(product)):
        answer = product.ask("/graphql", method="POST", body=body, headers=headers)
        assert answer.status == 403
        assert "is switched off here" in answer.json["errors"][0]["message"]
    location = product.graphql(
        "{ locationStatusesOrError { ... on WorkspaceLocationStatusEntries { entries { loadStatus } } } }"
    )
    assert location["locationStatusesOrError"]["entries"] == [{"loadStatus": "LOADED"}]
    product.children.check()


@pytest.mark.parametrize("kind", ["asset_materialization", "asset_check", "asset_observation"])
def test_nobody_reports_events_that_did_not_happen(product: Product, kind: str) -> None:
    for headers in (JSON, JSON | own(product)):
        path = f"/report_{kind}/missing_books?check_name=x&passed=true"
        assert product.ask(path, method="POST", body=b"{}", headers=headers).status == 403


@pytest.mark.parametrize("host", ["evil.test", "rebound.test:{port}", "0.0.0.0:{port}", "192.168.1.2"])
def test_another_name_of_this_machine_is_served_nothing(product: Product, host: str) -> None:
    name = host.format(port=product.port)
    for path in ("/", "/server_info", "/graphql"):
        assert product.ask(path, headers={"Host": name}).status == 403
    body = json.dumps({"query": LAUNCH_PRUNING}).encode()
    page = {"Host": name, "Origin": f"http://{name}", "Sec-Fetch-Site": "same-origin"} | JSON
    assert product.ask("/graphql", method="POST", body=body, headers=page).status == 403


def websocket(product: Product, origin: str | None, host: str = "127.0.0.1") -> ClientConnection:
    """A connection as a page of that origin opens it, by that name of this machine."""
    return connect(
        f"ws://{host}:{product.port}/graphql",
        sock=socket.create_connection(("127.0.0.1", product.port)),
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol("graphql-ws")],
        proxy=None,
    )


def say(connection: ClientConnection, **message: Any) -> None:
    connection.send(json.dumps(message))


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "http://localhost:1"])
def test_a_foreign_page_opens_no_websocket(product: Product, origin: str) -> None:
    with pytest.raises(InvalidStatus) as caught:
        websocket(product, origin)
    assert caught.value.response.status_code == 403


def test_nor_does_one_by_another_name_of_this_machine(product: Product) -> None:
    with pytest.raises(InvalidStatus) as caught:
        websocket(product, f"http://rebound.test:{product.port}", host="rebound.test")
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize("query", [LAUNCH_PRUNING, SHUTDOWN, "{ version }"])
def test_a_websocket_executes_no_other_operations(product: Product, query: str) -> None:
    before = product.runs()
    with websocket(product, product.url) as connection:
        say(connection, type="start", id="1", payload={"query": query})
        with pytest.raises(ConnectionClosed) as caught:
            connection.recv(10)
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1008
    assert product.runs() == before


STOLEN = {"env": "MAM_ID"}
THEFTS = [
    ("library_refresh", {"resources": {"audiobookshelf": {"config": {"url": "{attacker}", "token": STOLEN}}}}),
    ("library_refresh", {"resources": {"audiobookshelf": {"config": {"url": "{attacker}/", "token": "x"}}}}),
    ("library_refresh", {"resources": {"store": {"config": {"folder": "/tmp"}}}}),
    ("library_refresh", {"resources": {"io_manager": {"config": {"folder": STOLEN}}}}),
    ("library_refresh", {"resources": {"policy": {"config": {"folder": STOLEN}}}}),
    (
        "catalogue_refresh",
        {"resources": {"catalogue": {"config": {"hardcover_url": "{attacker}", "state_dir": "/tmp"}}}},
    ),
    (
        "search_and_queue",
        {"resources": {"myanonamouse": {"config": {"url": "{attacker}", "mam_id": "x", "state_dir": "."}}}},
    ),
    ("submit_downloads", {"resources": {"qbittorrent": {"config": {"url": "{attacker}", "password": STOLEN}}}}),
    ("enrich_library", {"resources": {"metadata": {"config": {"google_books_url": "{attacker}"}}}}),
    ("search_and_queue", {"ops": {"search_candidates": {"config": {"books": [STOLEN]}}}}),
    ("author_refresh", {"ops": {"author_catalogue": {"config": {"ask": STOLEN}}}}),
    ("catalogue_refresh", {"ops": {"series_catalogue": {"config": {"everything": STOLEN}}}}),
    ("import_books", {"ops": {"imported_books": {"config": {"downloads": [STOLEN]}}}}),
    ("enrich_library", {"ops": {"metadata_enrichment": {"config": {"dry_run": STOLEN}}}}),
    ("prune_history", {"ops": {"prune_runs": {"config": {"keep_days": STOLEN}}}}),
    ("prune_history", {"loggers": {"console": {"config": {"name": STOLEN}}}}),
    ("prune_history", {"execution": {"config": {"marker_to_close": STOLEN}}}),
]


@pytest.mark.parametrize(("job", "config"), THEFTS, ids=lambda value: str(value)[:60])
def test_no_run_config_sends_a_secret_anywhere(
    product: Product, attacker: Served, job: str, config: dict[str, Any]
) -> None:
    before = product.runs()
    said = product.launch(job, json.loads(json.dumps(config).replace("{attacker}", attacker.url)))
    assert said["__typename"] == "RunConfigValidationInvalid", said
    assert not any(secret in json.dumps(said) for secret in SECRETS.values())
    assert product.runs() == before
    assert attacker.asked == []


def test_the_code_server_listens_on_a_private_socket_alone(product: Product) -> None:
    [server] = json.loads((product.state_dir / "dagster" / "workspace.yaml").read_text())["load_from"]
    path = Path(server["grpc_server"]["socket"])
    assert path.is_socket()
    assert path.parent.stat().st_mode & 0o077 == 0 or product.state_dir.stat().st_mode & 0o077 == 0
    assert services.listens(path)
    assert "port" not in server["grpc_server"]
