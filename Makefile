# Everything a person or a machine runs here. `make` alone lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CACHE := .cache
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Tests wait for servers more than they compute: a few more of them than cores.
PYTEST_ARGS ?= -n 3

.DEFAULT_GOAL := help
.PHONY: help install demo test test-browser test-contract check bench diagrams lock wheel clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.runtime ## Install paybot into .venv, from this checkout
	@echo "Run $(BIN)/paybot, or . $(BIN)/activate and then paybot."

demo: $(VENV)/.runtime ## Play patients' dialogues over the real road, then stay up (ONCE=1 ends by itself, PORT=9000, SCENE=plan)
	@$(BIN)/paybot demo $(if $(ONCE),--once) $(if $(SCENE),--scene $(SCENE)) $(if $(PORT),--port $(PORT))

test: $(VENV)/.dev ## Run every test that needs no system package, on real PostgreSQL and Valkey too
	$(BIN)/pytest $(PYTEST_ARGS)

test-browser: $(VENV)/.dev ## Run the tests in a real browser (as root, installs Debian's Chromium)
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	      apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	  else \
	    echo "These tests need Chromium. As root, on Debian: apt-get install chromium" >&2; exit 1; \
	  fi; }
	$(BIN)/pytest -m browser tests/browser $(PYTEST_ARGS)

test-contract: $(VENV)/.dev $(CACHE)/contract/.installed ## Send to Twilio's published API description (needs Node)
	@command -v swaks >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	      apt-get install -qq -y --no-install-recommends swaks libnet-ssleay-perl >/dev/null; \
	  else \
	    echo "These tests need swaks. As root, on Debian: apt-get install swaks libnet-ssleay-perl" >&2; exit 1; \
	  fi; }
	$(BIN)/pytest -m contract tests/contract $(PYTEST_ARGS)

check: $(VENV)/.dev ## Lint, format, types, layers, dependencies, diagrams
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy bot conversations tests benchmarks
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/python -m bot.diagrams docs/flows --check

bench: $(VENV)/.dev ## Measure the road against its yardsticks
	$(BIN)/python -m benchmarks

diagrams: $(VENV)/.dev ## Draw the flows again
	$(BIN)/python -m bot.diagrams docs/flows

lock: $(BIN)/python ## Resolve the dependencies anew into the two lock files
	$(PIP_INSTALL) uv
	$(BIN)/uv pip compile pyproject.toml --quiet --universal --upgrade --extra postgres --extra stripe --extra speed \
	  --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --quiet --universal --upgrade --all-extras --group dev --constraint requirements.lock \
	  --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --output-file requirements-dev.lock
	cd tests/contract && npm install --silent --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund

wheel: $(BIN)/python ## Build the wheel into dist/
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@ls dist/paybot-*.whl

clean: ## Remove what these commands made
	rm -rf $(VENV) $(CACHE) dist build

# Where `python3 -m venv` cannot bring pip (Debian without python3-venv), the system's pip does.
$(BIN)/python:
	@echo "Creating $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "paybot needs Python 3.11 or newer")'
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
	  $(PYTHON) -m venv --clear --without-pip $(VENV) && \
	  $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing paybot ..."
	@$(PIP_INSTALL) --require-hashes --requirement requirements.lock
	@$(PIP_INSTALL) --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing what the tests need ..."
	@$(PIP_INSTALL) --require-hashes --requirement requirements-dev.lock
	@touch $@

$(CACHE)/contract/.installed: tests/contract/package.json tests/contract/package-lock.json
	@command -v npm >/dev/null || { echo "These tests need Node with npm. As root, on Debian: apt-get install nodejs npm" >&2; exit 1; }
	@mkdir -p $(@D)
	@cp $^ $(@D)/
	@cd $(@D) && npm ci --silent --no-audit --no-fund
	@touch $@
