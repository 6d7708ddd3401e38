# Everything a fresh machine needs is Python 3.11 or newer, make and git. `make help` lists the targets.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python3.14 python; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: help setup run test check fuzz bench soak clean

help:  ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/'

setup: .venv/.test .venv/.kernels .venv/.browser  ## .venv, dependencies, compiled kernels, a browser for the tests

run: .venv/.app .venv/.kernels  ## set up what is needed, and serve on http://127.0.0.1:8000
	$(BIN)/fallline serve --host $(HOST) --port $(PORT)

test: setup  ## set everything up, browser included, and pass all tests
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal $(ARGS)

check: .venv/.test  ## formatting, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fuzz: .venv/.test .venv/.kernels  ## 100,000 formulas from the grammar against Python's own arithmetic
	$(BIN)/python -m tests.engine.program.fuzz --count 100000

bench: .venv/.test .venv/.kernels .venv/.browser  ## the workloads of tests/benchmarks beside their peers, one table of ratios
	$(BIN)/python -m tests.benchmarks

soak: .venv/.soak .venv/.kernels .venv/.browser  ## long runs against a real server, each proving first that its fault happened
	$(BIN)/python -m tests.soak $(ARGS)

clean:  ## remove what set-up made
	rm -rf .venv .cache build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.made:
	@test -n "$(PYTHON)" || { echo "Fall Line needs Python 3.11 or newer; none was found on the PATH."; exit 1; }
	.ci/venv $(PYTHON)
	@touch $@

.venv/.app: .venv/.made pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/.test: .venv/.app
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@

.venv/.soak: .venv/.test
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test,soak]'
	@touch $@

# Numba keeps compiled kernels beside their source; nothing is compiled while the server answers.
.venv/.kernels: .venv/.app $(wildcard engine/machine/*.py)
	$(BIN)/python -m engine.machine
	@touch $@

.venv/.browser: .venv/.test tests/browser/chromium.py
	$(BIN)/python -m tests.browser.chromium
	@touch $@
