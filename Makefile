# Set-up happens by itself: each target makes the environment it needs.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
FRONTEND := src/napgraph/web/frontend
BUILT := src/napgraph/web/static/built/manifest.json

.PHONY: run test test-tools check bench bench-quick bench-peers

# A workspace of its own, made from data/ttl at the first start; the checkout stays as it is.
run: export NAPGRAPH_WORKSPACE ?= var
run: export NAPGRAPH_REVIEW_OWN ?= yes
run: $(READY) $(BUILT)
	$(BIN)/napgraph build
	$(BIN)/napgraph serve --local-token

bench: $(READY)
	$(BIN)/python -m bench all --picture docs/growth.svg

bench-quick: $(READY)
	$(BIN)/python -m bench all --quick

bench-peers:
	PYTHON=$(PYTHON) bench/install_peers.sh

# What some tests need beyond Python, where this is root on Debian; they are skipped without it.
test-tools:
	command -v nginx > /dev/null || apt-get install --yes --no-install-recommends nginx-light
	command -v npm > /dev/null || apt-get install --yes --no-install-recommends nodejs npm
	command -v chromium > /dev/null || apt-get install --yes --no-install-recommends chromium

test: $(READY) $(BUILT)
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/napgraph format --check ontology shapes data
	$(BIN)/napgraph context --check
	$(BIN)/napgraph validate > $(VENV)/validation.txt || { cat $(VENV)/validation.txt; exit 1; }

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --group dev --editable ".[countries]"
	touch $(READY)

# Scripts, query editor and boundaries of the world map: pages work without them.
$(BUILT): $(wildcard $(FRONTEND)/*.* $(FRONTEND)/site/*.js $(FRONTEND)/ask/*.*)
	@if ! command -v npm > /dev/null; then \
		echo "npm is not there (Debian: nodejs, npm): pages go without scripts, query editor and map"; \
	elif ! (cd $(FRONTEND) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error); then \
		echo "npm cannot install what it needs: pages go without scripts, query editor and map"; \
	else \
		cd $(FRONTEND) && npm run --silent build; \
	fi
