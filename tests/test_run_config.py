"""No run config takes the name of an environment variable: whoever may launch a run must not choose which secret goes
where. pydantic fields of ``dg.Config`` and ``ConfigurableResource`` become Dagster's Source types, which do."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._config import ConfigType

from mam_assets import definitions
from mam_assets.settings import Settings

PARTS = ("inner_type", "key_type", "scalar_type", "non_scalar_type")


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dg.JobDefinition]:
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    loaded = definitions.defs.load_fn()
    assert isinstance(loaded, dg.Definitions)
    return list(loaded.get_repository_def().get_all_jobs())


def config_types(
    config_type: ConfigType, path: str = "", above: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """(path, key) of a config type and everything in it."""
    yield path, config_type.key
    if config_type.key in above:
        return
    above = above | {config_type.key}
    for name, field in (getattr(config_type, "fields", None) or {}).items():
        yield from config_types(field.config_type, f"{path}.{name}", above)
    for part in PARTS:
        if isinstance(inner := getattr(config_type, part, None), ConfigType):
            yield from config_types(inner, path, above)


def sources(job: dg.JobDefinition) -> set[str]:
    """Where the run config of a job takes ``{env: NAME}``."""
    return {path for path, key in config_types(job.run_config_schema.config_type) if "Source" in key}


def test_no_job_reads_the_environment_for_its_caller(jobs: list[dg.JobDefinition]) -> None:
    assert {"__ASSET_JOB", "whole_loop", "prune_history", "seedbox_address"} <= {job.name for job in jobs}
    assert {job.name: sources(job) for job in jobs} == {job.name: set() for job in jobs}


def test_no_job_takes_config_for_resources_or_reads_inputs_from_files(jobs: list[dg.JobDefinition]) -> None:
    """An input of a plain type may be given as ``{pickle: {path: …}}``, which executes what lies there."""
    for job in jobs:
        for path, _ in config_types(job.run_config_schema.config_type):
            _, part, *rest = path.split(".") if path else ("", "")
            assert not (part == "resources" and len(rest) > 2), (job.name, path)
            assert not (part == "ops" and "inputs" in rest[1:2]), (job.name, path)


class LeakyConfig(dg.Config):
    word: str
    numbers: list[int] = []
    switch: bool = False


class LeakyResource(dg.ConfigurableResource):  # type: ignore[misc]
    address: str


def test_the_walk_sees_what_it_is_there_for() -> None:
    @dg.op
    def leak(config: LeakyConfig, far: LeakyResource) -> None: ...

    @dg.job(resource_defs={"far": LeakyResource(address="x")}, executor_def=dg.in_process_executor)
    def leaking() -> None:
        leak()

    assert sources(leaking) == {
        ".ops.leak.config.word",
        ".ops.leak.config.numbers",
        ".ops.leak.config.switch",
        ".resources.far.config.address",
    }
