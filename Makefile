# Every target sets up what it needs in .venv and installs exactly what requirements/*.lock say.
#   make demo   public transactions and a simulated seller: import, close, figures, decisions, and the console
#   make test   every test but the slow ones and those in a browser
#   make help   the other targets

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

UV_VERSION := 0.13.8
JOBS ?= 2
DEMO_DIR ?= build/demo

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,$(shell \
	$(p) -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $(p))))

CONSOLE := src/zhanggui/surfaces/web/static/index.html
CONSOLE_SOURCES := $(wildcard webui/package-lock.json webui/index.html webui/vite.config.ts) \
	$(shell find webui/src webui/public -type f 2>/dev/null)

AXE := webui/node_modules/axe-core/axe.min.js

# uv is only the faster installer. Where it cannot reach the index that pip is configured for, pip does the same.
INSTALL = install() { \
	if $(BIN)/uv pip install --compile-bytecode --quiet --python $(BIN)/python "$$@" 2>$(VENV)/uv.log; then return; fi; \
	echo "uv could not install ($(VENV)/uv.log); pip tries" >&2; $(BIN)/python -m pip install --quiet "$$@"; }; install

.PHONY: help demo stop console test browser pictures bench lint lock build ci clean

help:  ## Say what can be made
	@sed -nE 's/^([a-z]+):.*  ## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: $(VENV)/run.stamp $(CONSOLE)  ## Set up, import public and simulated trade, print figures and decisions, start the console
	@$(BIN)/zhanggui demo --dir $(DEMO_DIR)

stop:  ## Stop the console that make demo started
	@if [ -x $(BIN)/zhanggui ]; then $(BIN)/zhanggui demo --stop --dir $(DEMO_DIR); fi

console: $(VENV)/run.stamp  ## Build the web console (needs Node.js 20.19 or newer)
	@$(BIN)/python hatch_build.py

test: $(VENV)/dev.stamp $(CONSOLE)  ## Run every test but the slow ones and those in a browser (about a quarter of an hour on two cores)
	@$(BIN)/python -m pytest -n $(JOBS) -m "not slow and not browser"

browser: $(VENV)/dev.stamp $(CONSOLE) $(AXE)  ## Do every page's main task in Chromium, and look for barriers
	@$(BIN)/python -m pytest -m browser tests/browser

pictures: $(VENV)/dev.stamp $(CONSOLE)  ## Take the pictures of docs/console.md again
	@$(BIN)/python -m tests.browser.pictures

bench: $(VENV)/dev.stamp  ## Run the benchmarks; their figures stand in docs/benchmarks.md
	@$(BIN)/python -m bench

lint: $(VENV)/dev.stamp  ## Check style, types and the directions of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

build: $(VENV)/dev.stamp $(CONSOLE)  ## Build the wheel and the source archive into dist/
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation .

ci:  ## Everything that a change must pass
	@bash .ci/run </dev/null

LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header
lock: $(VENV)/created  ## Resolve requirements/*.lock again (LOCK_FLAGS=--upgrade for newer versions)
	@$(LOCK) $(LOCK_FLAGS) --extra spark --group dev -o requirements/dev.lock
	@$(LOCK) $(LOCK_FLAGS) --group demo -c requirements/dev.lock -o requirements/run.lock

clean: stop  ## Remove what was made, the environment included
	@rm -rf $(VENV) build dist webui/node_modules $(dir $(CONSOLE)) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/created:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Zhanggui needs Python 3.11, 3.12 or 3.13 with its venv module; none was found on the PATH." >&2; \
		echo "Install one (on Debian and Ubuntu: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python" >&2; \
		exit 2; fi
	@echo "Setting up $(VENV) with $$($(PYTHON) --version)" >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq uv==$(UV_VERSION) || echo "uv is not to be had; pip will do" >&2
	@touch $@

# Made anew when its sources change. Without Node everything but the console's pages works, so this only says so.
$(CONSOLE): $(CONSOLE_SOURCES) | $(VENV)/run.stamp
	@if command -v npm >/dev/null; then $(BIN)/python hatch_build.py && touch $@; else \
		echo "npm was not found: the web console is not built. Install Node.js 20.19 or newer and run make console." >&2; fi

$(AXE):
	@cd webui && npm ci --ignore-scripts

# Editable, and without dependencies: those are the lock's business.
$(VENV)/run.stamp: $(VENV)/created requirements/run.lock pyproject.toml
	@$(INSTALL) --require-hashes -r requirements/run.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.lock
	@echo "Installing what the tests need (Spark among it, 0.5 GB on disk)" >&2
	@$(INSTALL) --require-hashes -r requirements/dev.lock
	@touch $@
