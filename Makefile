# One command each: `make serve` shows the map, `make test` proves it. Both set up what they need.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
BASEMAP ?= none
PYTEST_ARGS ?=
WORKERS ?= auto
PIP_FLAGS := --quiet --disable-pip-version-check --require-hashes --only-binary :all:

GEOCODER := $(wildcard geo/*.py) scripts/compile_geocoder.py
PROGRAMS := $(wildcard webmap/static/js/*.js) webmap/programs.py scripts/bundle_programs.py

.PHONY: help install fonts serve test test-all test-qgis lint check browser lock bench clean

help:
	@echo "make serve [PORT=8000]   set up and show the map at http://127.0.0.1:PORT/"
	@echo "make test                set up and run every test, in a real browser too"
	@echo "make test-all            the same with the suites that visit every page and state"
	@echo "make test-qgis           Debian's QGIS, GDAL and PROJ open what is exported and served"
	@echo "make install             set up only; leaves $(BIN)/lingang"
	@echo "make lint | check        style and types | the data"
	@echo "make bench               speed and memory beside the usual Folium way"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, found: $$($(PYTHON) --version)"; exit 2; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); bash scripts/debian-packages python3-venv && $(PYTHON) -m venv $(VENV); }

$(VENV)/.run-ready: requirements/run.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install $(PIP_FLAGS) -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test-ready: requirements/test.txt $(VENV)/.run-ready
	$(BIN)/python -m pip install $(PIP_FLAGS) -r requirements/test.txt
	@touch $@

# The geocoder as machine code runs at about twice the speed; without a compiler it runs as it is.
$(VENV)/.compiled: $(GEOCODER) $(VENV)/.run-ready
	@bash scripts/debian-packages cc || true
	@$(BIN)/python scripts/compile_geocoder.py || true
	@touch $@

# The programs of the map's pages in one file each: fewer waits on a slow network; without esbuild as they are.
$(VENV)/.bundled: $(PROGRAMS) $(VENV)/.run-ready
	@bash scripts/debian-packages esbuild || true
	@$(BIN)/python scripts/bundle_programs.py || true
	@touch $@

install: $(VENV)/.compiled $(VENV)/.bundled

serve: install fonts
	@exec $(BIN)/lingang serve --port $(PORT) --basemap $(BASEMAP)

# PDF dossiers embed these fonts; the map needs none of ours, so it starts without them too.
fonts:
	@bash scripts/debian-packages fonts-noto-cjk || echo "without them: no PDF dossiers"

browser:
	@bash scripts/debian-packages chromium fonts-noto-cjk

test: $(VENV)/.test-ready install browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

# With the suites that go through many pages and states; some five minutes more.
test-all: PYTEST_ARGS += -m "not qgis"
test-all: test

# Debian's QGIS, GDAL and PROJ open what we write: 1.2 GB of programs, a minute of tests.
test-qgis: $(VENV)/.test-ready install
	@bash scripts/debian-packages python3-qgis gdal-bin proj-bin fonts-noto-cjk
	$(BIN)/python -m pytest -m qgis $(PYTEST_ARGS)

lint: $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/mypy

check: $(VENV)/.run-ready
	$(BIN)/lingang check

bench: $(VENV)/.test-ready install browser
	$(BIN)/python benchmarks/map_load.py
	$(BIN)/python benchmarks/read_speed.py
	$(BIN)/python benchmarks/geocode_speed.py
	$(BIN)/python benchmarks/geocode_cluster.py
	$(BIN)/python benchmarks/geocode_peers.py
	$(BIN)/python benchmarks/search_speed.py
	$(BIN)/python benchmarks/filter_speed.py
	$(BIN)/python benchmarks/map_interaction.py
	$(BIN)/python benchmarks/export_speed.py

lock: $(VENV)/.test-ready
	$(BIN)/pip-compile $(LOCK_FLAGS) --extra setup --extra cluster --extra parquet --extra ogc --allow-unsafe -o requirements/run.txt pyproject.toml
	$(BIN)/pip-compile $(LOCK_FLAGS) --extra setup --extra cluster --extra parquet --extra ogc --extra test --extra dev --allow-unsafe -c requirements/run.txt -o requirements/test.txt pyproject.toml

LOCK_FLAGS := --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	--no-emit-options --no-header --strip-extras --pip-args='--only-binary :all:'

clean:
	rm -rf $(VENV) dist build test-output
