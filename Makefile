# The commands of the project. Everything runs in .venv, which `make setup` builds from constraints.txt.
.DEFAULT_GOAL := help
.PHONY: help setup run demo test parts lint bench check clean

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## build .venv with the pinned dependencies

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "mam-assets needs Python 3.11, 3.12 or 3.13 with the venv module (Debian: apt install python3-venv)."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(READY)

run: $(READY)  ## the main job, with the web UI: real services with a .env, else the sandbox
	@exec $(BIN)/mam-assets run

demo: $(READY)  ## the whole loop once in the sandbox, without the web UI
	@exec $(BIN)/mam-assets demo

check: $(READY)  ## reach every configured service and say what is wrong
	@exec $(BIN)/mam-assets check

test: lint parts  ## linters, types and all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

parts:  ## qbittorrent-nox for the tests with real parts, where it may be installed (as root, with apt)
	@command -v "$${QBITTORRENT_NOX:-qbittorrent-nox}" >/dev/null || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
	&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qbittorrent-nox \
	>/dev/null; } || echo "There is no qbittorrent-nox, and it could not be installed: its tests are skipped."

lint: $(READY)  ## ruff, mypy and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## benchmarks, against a reference measured in the same run
	$(BIN)/python -m benchmarks

clean:  ## remove .venv and caches (never the state in .mam-assets)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
