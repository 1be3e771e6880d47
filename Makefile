# The commands of the project. Everything runs in .venv, which `make setup` builds from requirements.lock.
.DEFAULT_GOAL := help
.PHONY: help setup lock run demo test coverage parts lint bench check changelog clean

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## build .venv with the pinned dependencies

$(READY): pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "mam-assets needs Python 3.11, 3.12 or 3.13 with the venv module (Debian: apt install python3-venv)."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --no-deps --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
	@touch $(READY)

# One file for Python 3.11 to 3.13 on Linux and macOS; it names no index. Versions stay unless UPGRADE says otherwise:
# `make lock UPGRADE=--upgrade` for all, `make lock UPGRADE='--upgrade-package ruff'` for one.
lock: $(READY)  ## pin every dependency with its hashes in requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-strip-extras --custom-compile-command 'make lock' --quiet $(UPGRADE) --output-file requirements.lock

run: $(READY)  ## the main job, with the web UI: real services with a .env, else the sandbox
	@exec $(BIN)/mam-assets run

demo: $(READY)  ## the whole loop once in the sandbox, without the web UI
	@exec $(BIN)/mam-assets demo

check: $(READY)  ## reach every configured service and say what is wrong
	@exec $(BIN)/mam-assets check

test: lint parts coverage  ## linters, types and all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore tests/domain

coverage: $(READY)  ## the tests of the domain, and how much of it they run; fails below the floor in pyproject.toml
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report term tests/domain

parts:  ## qbittorrent-nox and chromium for the tests with real parts, where they may be installed (as root, with apt)
	@command -v "$${QBITTORRENT_NOX:-qbittorrent-nox}" >/dev/null || set -- qbittorrent-nox; \
	command -v "$${CHROMIUM:-chromium}" >/dev/null || set -- "$$@" chromium; \
	test $$# = 0 || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$$@" >/dev/null; } \
	|| echo "Missing, and not to be installed: $$*. The tests with them are skipped."

lint: $(READY)  ## ruff, mypy and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## benchmarks, against a reference measured in the same run
	$(BIN)/python -m benchmarks

changelog: $(READY)  ## move the fragments of changelog.d into CHANGELOG.md: make changelog VERSION=0.2.0
	@test -n "$(VERSION)" || { echo "Which version? make changelog VERSION=0.2.0"; exit 1; }
	$(BIN)/towncrier build --yes --version $(VERSION)

clean:  ## remove .venv and caches (never the state in .mam-assets)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* *.egg-info
