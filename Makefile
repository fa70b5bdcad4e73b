# SPDX-License-Identifier: EUPL-1.2
# Everything a newcomer needs: `make demo` shows what Styr does, `make test` shows that it works.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test check bench serve book lock debian

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(READY) ## Set up, generate a region, import it, count, and write the report
	$(BIN)/styr demo

test: $(READY) check ## Set up, check the code, run all tests
	$(BIN)/pytest -n 2

check: $(READY) ## Lint, types, and which room may import which
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(READY) ## Run the benchmarks; each prints its figures and fails when one is past its bound
	@status=0; for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python $$file || status=1; done; exit $$status

serve: $(READY) ## Open the web application on the demonstration's data, with a user for each role
	@test -d styr-demo/store || $(BIN)/styr demo
	$(BIN)/styr --store styr-demo/store serve --demonstration

book: $(READY) ## Make the method book from the catalogue and the specifications
	$(BIN)/python scripts/method_book.py

lock: ## Pin the newest versions that fit pyproject.toml, with hashes
	uv pip compile pyproject.toml --group dev --extra spark --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --upgrade --output-file requirements.lock

$(READY): requirements.lock pyproject.toml scripts/debian.sh
	@bash scripts/debian.sh
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m styr.forecast.beforehand
	@touch $(READY)
