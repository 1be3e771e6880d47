"""The product's own processes on loopback, as `mam-assets run` starts them: code server, web UI and daemons.

Nothing outside is set up, so no service is reached. The secrets are marked, to be recognised wherever they turn up.
"""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mam_assets.runner import services
from mam_assets.runner.processes import Children, free_port
from mam_assets.settings import Settings

SECRETS = {name: f"marked-{name.lower()}-7c41" for name in ("MAM_ID", "ABS_TOKEN", "QB_PASSWORD", "HARDCOVER_TOKEN")}
LAUNCH = """
mutation Launch($job: String!, $config: RunConfigData) {
  launchRun(executionParams: {
    selector: {repositoryLocationName: "mam", repositoryName: "__repository__", jobName: $job}, runConfigData: $config
  }) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on RunConfigValidationInvalid { errors { reason message } }
    ... on PythonError { message }
  }
}
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Product:
    """``children``: by name, "code-server" and "web"."""

    port: int
    state_dir: Path
    children: Children

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, path: str, *, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """A request as it stands, refused ones too."""
        request = urllib.request.Request(self.url + path, body, headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read())

    def graphql(self, query: str, headers: dict[str, str] | None = None, **variables: object) -> Any:
        """The data of an answer, to a program or (with ``headers``) to a page."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        answer = self.ask("/graphql", method="POST", body=body, headers=sent)
        assert answer.status == 200, answer
        return answer.json["data"]

    def log(self, child: str) -> str:
        """What a child has written so far."""
        return (self.children.log_dir / f"{child}.log").read_text()

    def launch(self, job: str, config: object = None) -> dict[str, Any]:
        """What Dagster says to the launch of a job with that run config."""
        said = self.graphql(LAUNCH, job=job, config=config or {})["launchRun"]
        assert isinstance(said, dict)
        return said

    def runs(self) -> dict[str, str]:
        """Run id → status of all runs that were ever launched, but for those that sensors asked for."""
        query = "{ runsOrError { ... on Runs { results { runId status tags { key } } } } }"
        results = self.graphql(query)["runsOrError"]["results"]
        return {
            run["runId"]: run["status"]
            for run in results
            if not any(tag["key"] in ("dagster/sensor_name", "dagster/schedule_name") for tag in run["tags"])
        }

    def ended(self, run_id: str, seconds: float = 120) -> str:
        """The status in which the run has ended."""
        deadline = time.monotonic() + seconds
        while (status := self.runs()[run_id]) not in ("SUCCESS", "FAILURE", "CANCELED"):
            assert time.monotonic() < deadline, status
            time.sleep(0.5)
        return status


@contextmanager
def serving(state_dir: Path, **settings: str) -> Iterator[Product]:
    """The product, ended with the block."""
    env = {name: value for name, value in os.environ.items() if name not in Settings.names()}
    instance = services.prepare(state_dir, {**env, **SECRETS, **settings})
    with Children(state_dir / "logs") as children:
        services.start_code_server(children, instance)
        port = free_port()
        services.start_daemons_and_web(children, instance, "127.0.0.1", port, settings.get("ALLOWED", "").split())
        yield Product(port, state_dir, children)
        children.check()
