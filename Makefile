# Set-up happens by itself: each target makes the environment it needs.
PYTHON ?= python3.11
VENV := .venv
READY := $(VENV)/.ready

.PHONY: test check

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --upgrade pip
	$(VENV)/bin/python -m pip install --quiet --group dev --editable .
	touch $(READY)

test: $(READY)
	$(VENV)/bin/python -m pytest

check: $(READY)
	$(VENV)/bin/ruff check src tests
	$(VENV)/bin/ruff format --check src tests
	$(VENV)/bin/mypy
	$(VENV)/bin/napgraph format --check ontology data
