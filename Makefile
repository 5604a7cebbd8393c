# What a newcomer and a developer type. `make` alone lists it.

PYTHON ?= python3
JOBS ?= 2
BIN := .venv/bin
TEMPLATES = $(shell git ls-files 'src/*.html')
# pyright runs on Node; Playwright's wheel brings one, so that none has to be fetched
NODE := $(BIN)/python -c 'import pathlib, playwright; print(pathlib.Path(playwright.__file__).parent / "driver")'
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url

# Python keeps its files compiled here, whatever the shell says: every start is three times as quick.
unexport PYTHONDONTWRITEBYTECODE
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.DEFAULT_GOAL := help
.PHONY: help run test test-postgres mutate setup check format lock bench wheel

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

run: ## a demonstration clinic with made-up people, on this computer only (ARGS="--port 8001")
	@$(PYTHON) tools/bootstrap.py run
	@$(BIN)/unloop serve --demo $(ARGS)

test: setup ## every test (ARGS="tests/rules -k sustained")
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder $(ARGS)

test-postgres: setup ## the tests that must hold on PostgreSQL too, on a cluster of their own
	@tools/postgres-cluster $(BIN)/python -m pytest -m postgres $(or $(ARGS),tests/clinic)

mutate: setup ## slips in the lines that differ from BASE, which the tests must notice (ARGS="--all" for the whole)
	@$(BIN)/python tools/mutate.py --base $(or $(BASE),HEAD) $(ARGS)

setup: ## the environment for development, in .venv
	@$(PYTHON) tools/bootstrap.py test

check: export UNLOOP_HOME := $(CURDIR)/.cache/check-home
check: export DJANGO_SETTINGS_MODULE := unloop.site.settings
check: setup ## format, lint, types, import contracts, templates, migrations, no host names
	@mkdir -p $(UNLOOP_HOME)
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/python tools/no_hosts.py
	$(BIN)/djade --check $(TEMPLATES)
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	PATH="$$($(NODE)):$$PATH" $(BIN)/pyright --warnings
	$(BIN)/python -m django check
	$(BIN)/python -m django makemigrations --check --dry-run

format: setup ## let the formatters write
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/djade $(TEMPLATES)

lock: setup ## resolve the locks anew (UPGRADE=--upgrade takes newer versions)
	$(COMPILE) $(UPGRADE) requirements/bootstrap.in --output-file requirements/bootstrap.lock
	$(COMPILE) $(UPGRADE) pyproject.toml requirements/run.in --extra clinic --output-file requirements/run.lock
	$(COMPILE) $(UPGRADE) pyproject.toml requirements/run.in requirements/test.in \
		--extra clinic --extra data --extra plots --extra postgres \
		--constraints requirements/run.lock --output-file requirements/test.lock
	$(COMPILE) $(UPGRADE) requirements/bench.in --constraints requirements/test.lock \
		--output-file requirements/bench.lock
	$(BIN)/python tools/no_hosts.py

bench: setup ## the measured figures, each beside its bound and its peers
	@$(BIN)/uv pip install --quiet --python .venv --require-hashes --requirement requirements/bench.lock
	@for program in benchmarks/*.py; do echo "== $$program"; $(BIN)/python $$program || exit 1; done

wheel: setup ## build the wheel and prove that every data file is in it
	$(BIN)/python tools/wheel_contents.py
