# Everything runs from `.venv`, built from the locked requirement files. A stamp inside it says
# that a file was installed as it is now, so that a second `make` starts at once.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
UV ?= uv
ARGS ?=
# Processes that run tests, a file at a time. A test that measures time waits for the others all the
# same. With four on two processors a run is shorter, and a page on a fast clock may be too late.
WORKERS ?= 2

BIN := .venv/bin
RUNTIME := .venv/installed-runtime
DEVELOPMENT := .venv/installed-development
INSTALL := $(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check

.PHONY: help demo test setup check format bench evaluate mutants chaos screenshots lock
.DELETE_ON_ERROR:

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(RUNTIME) ## the whole product on embedded parts, with simulated sessions
	$(BIN)/dosing-monitor demo $(ARGS)

test: $(DEVELOPMENT) ## every test; installs Chromium, Mosquitto and PostgreSQL where it may
	sh .ci/parts
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

setup: $(RUNTIME) ## only the set-up: .venv/bin/dosing-monitor
	@printf '%s\n' "Dosing Monitor is set up. From here, call it as" "" \
		"  $(BIN)/dosing-monitor serve     the service: it tells a link for the first administrator" \
		"  $(BIN)/dosing-monitor demo      everything on simulated sessions, and nothing is kept" \
		"  $(BIN)/dosing-monitor --help    all commands" "" \
		"from elsewhere as $(CURDIR)/$(BIN)/dosing-monitor. serve keeps its database in the folder" \
		"where it is started (data/monitor.db), unless DOSING_MONITOR_DATABASE_URL names one."

check: $(DEVELOPMENT) ## formatter, linter, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(DEVELOPMENT) ## puts the code into form and mends what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEVELOPMENT) ## the benchmarks, one JSON object a line
	@sh .ci/parts >&2
	@$(BIN)/python -m tests.bench $(ARGS)

evaluate: $(DEVELOPMENT) ## how well elevations are found, beside three plain rules
	@$(BIN)/python -m tests.evaluate $(ARGS)

mutants: $(DEVELOPMENT) ## deliberate faults in the core, which its tests must find
	@$(BIN)/python -m tests.mutants

chaos: $(DEVELOPMENT) ## faults at random under load; ARGS="--seed 2 --seconds 600" or ARGS=--prove
	@sh .ci/parts >&2
	@$(BIN)/python -m tests.chaos $(ARGS)

screenshots: $(DEVELOPMENT) ## pictures of the page in every state; ARGS="--only calm,high --to docs/pictures"
	@sh .ci/parts >&2
	@$(BIN)/python -m tests.screens $(ARGS)

lock: ## for maintainers: pins the newest versions that the .in files allow; needs uv
	@command -v $(UV) >/dev/null || { echo "uv is missing: pip install uv, or make lock UV=path" >&2; exit 1; }
	for set in requirements requirements-dev; do \
		$(UV) pip compile --upgrade --generate-hashes --no-emit-index-url --no-header --universal \
			--python-version 3.11 $$set.in -o $$set.txt || exit 1; done

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing" >&2; exit 1; }
	$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "$(PYTHON) cannot make environments: install its venv module (Debian: python3-venv)" >&2; exit 1; }

$(RUNTIME): requirements.txt pyproject.toml | $(BIN)/python
	$(INSTALL) --prefer-binary --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	$(INSTALL) --prefer-binary --require-hashes -r requirements-dev.txt
	@touch $@
