# Everything a person types. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# For one run of the checks only what is imported need be compiled: half a minute of nothing but plotly less.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	$(if $(CI),--no-compile)
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

# What is imported is compiled once and kept, whatever the environment would have: dozens of processes import the same.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: run test check bench soak lock sbom vulnerable help clean packages
.DELETE_ON_ERROR:

run: $(VENV)/.installed ## start the whole system (a first start installs what is missing); Ctrl-C stops it
	@exec $(BIN)/python app.py

test: $(VENV)/.installed-dev packages ## every test, in a real browser too, on two cores
	@$(BIN)/python -m tests

check: $(VENV)/.installed-dev ## lint, format, types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(VENV)/.installed-dev packages ## the figures of docs/performance.md, beside a plain Dash page
	@$(BIN)/python -m tests.bench

soak: $(VENV)/.installed-dev packages ## the tests that take long
	@$(BIN)/python -m pytest -m soak --timeout 7200

lock: $(VENV)/.installed-dev ## pin requirements*.in with hashes; UPGRADE=1 takes the newest versions
	@$(LOCK) requirements.in -o requirements.txt
	@$(LOCK) requirements-dev.in -c requirements.txt -o requirements-dev.txt

sbom: $(VENV)/.installed-dev ## the bill of materials of the pinned packages: sbom.cdx.json (CycloneDX)
	@$(BIN)/cyclonedx-py requirements requirements.txt --output-reproducible --of JSON -o sbom.cdx.json

vulnerable: $(VENV)/.installed-dev ## pinned packages with known holes, without a network; OSV=<folder or zip> adds an export
	@$(BIN)/python -m docs.supply $(OSV)

clean: ## remove what was installed and cached; the data under var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.installed: requirements.txt | $(BIN)/python
	@echo "Installing what the product needs into $(VENV) (once)"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt | $(BIN)/python
	@echo "Installing what checks and tests need into $(VENV) (once)"
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $(VENV)/.installed $@

$(BIN)/python:
	@PYTHON=$(PYTHON) .ci/venv $(VENV)

packages: | $(BIN)/python # which may have asked apt-get for something too: one after the other
	@.ci/packages
