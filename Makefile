# Everything sets itself up: a target installs what it needs into .venv, and reuses it next time.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PHOTOGRAPHS := docs/photographs
TESTS ?= tests

.DEFAULT_GOAL := help
.PHONY: help setup demo gui test browser coverage lint hooks format wheel clean matrix app release docs system-packages

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.core ## Install the program into .venv, ready to use

demo: $(VENV)/.core ## Paint the sample photographs in every trained style
	@.ci/demo $(BIN) $(PHOTOGRAPHS) demo

gui: $(VENV)/.gui ## Install and start the desktop app
	$(BIN)/realstyler gui

test: system-packages $(VENV)/.development ## Set everything up and run all tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(MEASURE) $(TESTS)

browser: ## Get the browser and the runtime for the tests of the exported page
	@.ci/system-packages browser
	npm install --no-save --no-audit --no-fund --ignore-scripts --silent onnxruntime-web@1.30.0

coverage: MEASURE := --cov --cov-report=
coverage: test ## Run all tests and hold the floors of their branch coverage
	@.ci/coverage $(BIN)

matrix: $(VENV)/.development ## Test a part on other processors, with the oldest libraries, and on each of PYTHONS
	@.ci/matrix $(BIN) $(PYTHONS)

lint: $(VENV)/.development ## Check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

hooks: $(VENV)/.development ## Check style, types and layers before each commit
	$(BIN)/pre-commit install

format: $(VENV)/.development ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

wheel: $(VENV)/.development ## Build the wheel into dist/
	$(BIN)/python -m build --wheel

app: $(VENV)/.venv ## Make the app for who has no Python: a folder in dist/app, and a .deb on Debian
	@.ci/system-packages window
	@.ci/app $(BIN)/python

release: $(VENV)/.venv ## Build every distribution into dist/, check it, and tell what is inside
	@.ci/release $(BIN)

docs: build/docs-tools/.ready ## Build the guides and the reference into build/docs
	build/docs-tools/bin/mkdocs build --strict --quiet --site-dir build/docs

build/docs-tools/.ready: pyproject.toml | $(VENV)/.venv
	$(BIN)/python -m venv build/docs-tools
	build/docs-tools/bin/python -m pip --disable-pip-version-check --quiet install --upgrade pip
	build/docs-tools/bin/python -m pip --disable-pip-version-check --quiet install --group docs
	@touch $@

clean: ## Remove what the other targets made
	rm -rf $(VENV) build dist demo

system-packages:
	@.ci/system-packages test

$(VENV)/.venv:
	@.ci/system-packages venv
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade pip --constraint constraints.txt
	@touch $@

$(VENV)/.core: $(VENV)/.venv pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --editable '.[heif]'
	@touch $@

$(VENV)/.gui: $(VENV)/.core
	@.ci/system-packages window
	$(PIP) install --constraint constraints.txt --editable '.[gui,video]'
	@touch $@

$(VENV)/.development: $(VENV)/.core
	@.ci/install-torch $(BIN)
	$(PIP) install --constraint constraints.txt --editable '.[gui,bot,video,scale,paint,logs,bench,pack,watch]' --group dev
	@touch $@
