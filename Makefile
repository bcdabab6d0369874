# `make demo` and `make test` need Python 3.11+, make and apt; scripts/bootstrap.sh fetches the rest.
PYTHON ?= python3
WORKERS ?= 2
export PYTHON
# Whoever runs this may forbid compiled modules to be kept; here each of many processes would compile all of them again.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -q --dist worksteal
# Finds room in small pieces of memory; empty where it is not installed.
PIECES = $(firstword $(wildcard /usr/lib/*/libjemalloc.so.2))
STEP = @printf '\n── %s\n'

.NOTPARALLEL:
.PHONY: demo test lint test-sqlite test-postgresql soak browser screens bench cluster format lock clean ready ready-test help

help:
	@echo 'make demo     run RepairFlow with sample data on this machine'
	@echo 'make test     all checks: style, types, floors, procedures, tests on SQLite and PostgreSQL'
	@echo 'make lint     the checks without the tests        make format   lay out the code'
	@echo 'make soak     the long runs                       make bench    figures beside their limits'
	@echo 'make cluster  a whole installation of several nodes; each part killed under load'
	@echo 'make browser  every page in a browser, in every mode of looking at it'
	@echo 'make screens  pictures of the main pages into docs/screens'
	@echo 'make lock     pin newer versions                  make clean    remove what was made'

ready:
	@scripts/bootstrap.sh run

ready-test:
	@scripts/bootstrap.sh test

demo: ready
	@exec $(BIN)/repairflow demo

test: ready-test lint test-sqlite test-postgresql
	$(STEP) 'all passed'

lint: ready-test
	$(STEP) 'style'
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	$(STEP) 'floors, procedures, types'
	@$(BIN)/mypy --strict repairflow & types=$$!; \
	$(BIN)/lint-imports && $(BIN)/repairflow procedures check; rest=$$?; \
	wait $$types && exit $$rest

test-sqlite: ready-test
	$(STEP) 'tests on SQLite'
	@LD_PRELOAD=$(PIECES) REPAIRFLOW_TEST_DATABASE=sqlite $(PYTEST) -n $(WORKERS)

test-postgresql: ready-test
	$(STEP) 'tests on PostgreSQL'
	@LD_PRELOAD=$(PIECES) REPAIRFLOW_TEST_DATABASE=postgresql $(PYTEST) -n $(WORKERS)

soak:
	@scripts/bootstrap.sh test mariadb
	$(STEP) 'long runs on SQLite'
	@REPAIRFLOW_TEST_DATABASE=sqlite $(PYTEST) -m soak
	$(STEP) 'long runs on PostgreSQL'
	@REPAIRFLOW_TEST_DATABASE=postgresql $(PYTEST) -m soak
	$(STEP) 'what one database was asked for, on PostgreSQL too; nothing is asked by tests alone that `make test` leaves out there'
	@rm -rf build/asked && mkdir -p build/asked
	@REPAIRFLOW_TEST_DATABASE=postgresql $(PYTEST) --whole -n $(WORKERS) -p tests.support.statements_asked --statements build/asked/of
	@$(BIN)/python scripts/asked_once.py check build/asked/*

browser: ready-test
	$(STEP) 'every page in every mode'
	@REPAIRFLOW_TEST_DATABASE=sqlite $(PYTEST) -m 'browser or modes' -n $(WORKERS)

screens: ready-test
	@$(BIN)/python scripts/screens.py

bench: ready-test
	@set -e; for script in bench/[a-z]*.py; do printf '\n── %s\n' "$$script" >&2; $(BIN)/python "$$script"; done

cluster: ready-test
	@scripts/bootstrap.sh cluster
	$(STEP) 'every part of an installation killed under load'
	@$(BIN)/python -m scripts.cluster.run

format: ready-test
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock:
	@scripts/lock.sh

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
