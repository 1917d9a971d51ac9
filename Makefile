# Everything a developer or a build does. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
WEB := app/web
STEP := ops/scripts/step
# Many tests wait for a process or a clock: two workers are busy where one would idle.
TEST_WORKERS := 2
# What is chosen by hand may all be in one of the two runs.
OR_NONE_CHOSEN := $(if $(PYTEST_ARGS),|| [ $$? -eq 5 ])
NODE := ops/scripts/with-node $(VENV)
# Tests start hundreds of processes; without kept bytecode each compiles over a thousand modules.
unexport PYTHONDONTWRITEBYTECODE
# A fixed file that a build writes stands for its whole result.
DASHBOARD := $(WEB)/dist/index.html
NODE_MODULES := $(WEB)/node_modules/.package-lock.json
COMPOSE := $(VENV)/bin/python -m ops.compose.stack
# Where the pictures go.
PICTURES ?= docs/images
# The machines to deploy to; by default the lab's.
INVENTORY ?= build/lab/inventory.yml
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
# What the images install, for their Debian's Python.
RELEASE := build/release/siberius-$(VERSION)-cp313.tar.gz
# Another Debian 13 to start images from, such as a registry's debian:13.
SIBERIUS_BASE_IMAGE ?= siberius/debian:13
export SIBERIUS_BASE_IMAGE
WEB_SOURCES := pyproject.toml $(wildcard $(WEB)/*.html $(WEB)/*.json $(WEB)/*.ts) \
  $(shell find $(WEB)/src $(WEB)/public $(WEB)/scripts -type f)

##@ Use it

.PHONY: run
run: $(VENV)/.demo $(DASHBOARD) ## Start Siberius with demo branches and documents; Ctrl-C ends it
	@exec $(VENV)/bin/siberius demo

.PHONY: up
up: $(VENV)/.dev ## Start the whole cluster on this machine's Docker (docs/compose.md)
	@$(COMPOSE) check
	@$(MAKE) --jobs=3 $(RELEASE) compose-minio compose-base
	@ops/compose/build-images $(RELEASE) "$$(VENV=$(VENV) ops/scripts/install-minio)"
	@$(COMPOSE) up $(VERSION)

.PHONY: down
down: $(VENV)/.dev ## Stop the cluster and keep its data (VOLUMES=1 removes it)
	@$(COMPOSE) down $(if $(VOLUMES),--volumes)

.PHONY: lab-up lab-down
lab-up: $(VENV)/.dev ## Six Debian machines on this one, to deploy to and to break (docs/lab.md)
	@$(VENV)/bin/siberius lab up

lab-down: $(VENV)/.dev ## Remove them, with all that they hold
	@$(VENV)/bin/siberius lab down

.PHONY: deploy
deploy: $(VENV)/.dev $(RELEASE) minio ## Deploy to the machines of INVENTORY (docs/deploy.md)
	@cd ops/ansible && ../../$(VENV)/bin/ansible-playbook -i $(abspath $(INVENTORY)) deploy.yml

.PHONY: update
update: $(VENV)/.dev $(RELEASE) minio ## What is new, to one server after another of INVENTORY in use (docs/deploy.md)
	@cd ops/ansible && ../../$(VENV)/bin/ansible-playbook -i $(abspath $(INVENTORY)) update.yml

.PHONY: drills
drills: $(VENV)/.dev ## Break INVENTORY's parts one by one, or DRILL=… alone; YES=1 does not ask (docs/drills.md)
	@$(VENV)/bin/siberius drill $(or $(DRILL),all) --inventory $(INVENTORY) $(if $(YES),--yes)

.PHONY: compose-minio compose-base
compose-minio: $(VENV)/.dev
	@$(STEP) "MinIO" env VENV=$(VENV) ops/scripts/install-minio
compose-base:
	@$(STEP) "Debian for the images" ops/scripts/debian-base "$(SIBERIUS_BASE_IMAGE)"

##@ Work on it

.PHONY: setup
setup: $(VENV)/.dev $(NODE_MODULES) ## Everything development needs, in .venv and node_modules

.PHONY: test
test: setup $(DASHBOARD) test-servers ## The whole test suite (PYTEST_ARGS=… are passed on)
	@$(NODE) npm --prefix $(WEB) test
	@$(VENV)/bin/pytest -m "not cluster and not alone" --numprocesses $(TEST_WORKERS) --dist loadfile \
	  --no-loadscope-reorder $(PYTEST_ARGS) $(OR_NONE_CHOSEN)
	@$(VENV)/bin/pytest -m alone $(PYTEST_ARGS) $(OR_NONE_CHOSEN)

.PHONY: test-cluster
test-cluster: setup test-servers minio ## A cluster of real servers: kills, a rolling restart
	@$(VENV)/bin/pytest -m cluster $(PYTEST_ARGS)

.PHONY: test-api-fuzz
test-api-fuzz: setup ## The API of a demo, tried by schemathesis in 5 minutes (FUZZ_SEED=… repeats)
	@$(VENV)/bin/python -m tests.fuzz

.PHONY: minio
minio: $(VENV)/.dev
	@$(STEP) "MinIO (built once, takes minutes)" ops/scripts/install-minio

.PHONY: test-servers
test-servers:
	@$(STEP) "test servers: Postgres, Redis, Chromium" ops/scripts/install-test-servers

.PHONY: lint
lint: setup build/openapi.json ## Style, types, direction of imports, lock files
	@$(STEP) "ruff check" $(VENV)/bin/ruff check .
	@$(STEP) "ruff format" $(VENV)/bin/ruff format --check .
	@$(STEP) "types" $(VENV)/bin/mypy
	@$(STEP) "direction of imports" $(VENV)/bin/lint-imports
	@$(STEP) "dashboard" $(NODE) npm --prefix $(WEB) run lint
	@$(STEP) "generated API types" $(NODE) npm --prefix $(WEB) run types:check
	@$(STEP) "playbooks" env -C ops/ansible $(abspath $(VENV))/bin/ansible-lint --offline -q
	@$(STEP) "lock files" $(VENV)/bin/pytest -q tests/ops/test_locks.py

.PHONY: format
format: setup ## Bring the sources into the common form
	@$(VENV)/bin/ruff check --fix-only --quiet .
	@$(VENV)/bin/ruff format .

.PHONY: types
types: build/openapi.json $(NODE_MODULES) ## Write the dashboard's API types anew from the server's OpenAPI document
	@$(NODE) npm --prefix $(WEB) run --silent types

.PHONY: bench
bench: setup $(DASHBOARD) test-servers minio ## Measure; prints a table and writes build/bench.json (BENCH=name for one)
	@$(VENV)/bin/python -m tests.bench $(BENCH)

.PHONY: bench-check
bench-check: setup $(DASHBOARD) test-servers minio ## Whether every bench still measures; its figures say nothing
	@$(VENV)/bin/python -m tests.bench --short $(BENCH)

.PHONY: pictures
pictures: setup $(DASHBOARD) test-servers ## Take the pictures of the docs anew, in the demo
	@$(VENV)/bin/python -m tests.browser.pictures $(PICTURES)

.PHONY: lock
lock: $(VENV)/.dev ## Write the lock files anew from pyproject.toml (LOCK_ARGS=--upgrade)
	@ops/scripts/lock $(VENV)/bin/uv $(LOCK_ARGS)

##@ Ship it

.PHONY: test-compose
test-compose: $(VENV)/.dev ## The cluster of make up, from a clean clone, with parts killed (long)
	@ops/scripts/with-docker $(VENV)/bin/pytest -q -s --timeout 2400 tests/compose

.PHONY: test-lab
test-lab: $(VENV)/.dev $(RELEASE) minio ## Lab, deployment, a second run, drills, restores, lab down (long)
	@ops/scripts/with-docker $(VENV)/bin/pytest -q -s --timeout 3600 tests/lab

.PHONY: test-first-starts
test-first-starts: $(VENV)/.dev minio ## Parts that form a group, on bare machines, STARTS=20 times (PARTS=minio alone)
	@SIBERIUS_FIRST_STARTS=$(or $(STARTS),20) $(if $(PARTS),SIBERIUS_FIRST_START_PARTS="$(PARTS)") \
	  ops/scripts/with-docker $(VENV)/bin/pytest -q -s --timeout 900 tests/lab/test_first_start.py

.PHONY: release
release: $(VENV)/.dev $(DASHBOARD) ## The archive servers install from (TARGET_PYTHON=3.13)
	@$(VENV)/bin/python ops/scripts/release.py $(if $(TARGET_PYTHON),--python $(TARGET_PYTHON))

.PHONY: clean
clean: ## Remove what was built; keeps .venv, node_modules and the demo's data
	@rm -rf build $(WEB)/dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

.PHONY: help
help:
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo

$(VENV)/.uv: ops/locks/uv.txt
	@$(STEP) "virtual environment" ops/scripts/make-venv $(VENV)
	@touch $@

# The development environment holds all the demo needs, at the same versions.
$(VENV)/.dev: $(VENV)/.uv ops/locks/dev.txt pyproject.toml
	@$(STEP) "Python packages for development" ops/scripts/install $(VENV) ops/locks/dev.txt
	@touch $@ $(VENV)/.demo

$(VENV)/.demo: $(VENV)/.uv ops/locks/demo.txt pyproject.toml
	@$(STEP) "Python packages" ops/scripts/install $(VENV) ops/locks/demo.txt
	@touch $@

$(NODE_MODULES): $(WEB)/package.json $(WEB)/package-lock.json | $(VENV)/.uv
	@$(STEP) "dashboard packages" $(NODE) npm --prefix $(WEB) ci --no-audit --no-fund
	@touch $@

$(DASHBOARD): $(NODE_MODULES) $(WEB_SOURCES)
	@$(STEP) "dashboard" $(NODE) npm --prefix $(WEB) run build
	@touch $@

$(RELEASE): pyproject.toml ops/locks/server.txt ops/scripts/release.py $(DASHBOARD) \
  $(shell find agent app -name web -prune -o -type f -not -name '*.pyc' -print) \
  $(wildcard $(WEB)/*.py) | $(VENV)/.dev
	@$(STEP) "release archive" $(VENV)/bin/python ops/scripts/release.py --python 3.13

# Whatever in app/ changed may have changed it, and it takes a second.
.PHONY: always
build/openapi.json: always | $(VENV)/.dev
	@mkdir -p $(@D)
	@$(VENV)/bin/siberius openapi > $@
