# make run              installs what is missing and opens the app
# make run ARGS='…'     runs any verb, e.g. make run ARGS='compose examples/royal-theme.mid -o out.mid'
# make bench            measures how fast all this is here and writes docs/performance.md (some ten minutes)
# make test             installs what is missing, then lint, types, import contracts and every test
# make translations     collects the window's texts for app/translations, says what is missing, compiles
# make screenshots      takes the pictures of README and docs anew, from the real app and styles
#
# PYTHON       the Python (3.11 or newer) that the environment is made from
# TORCH_INDEX  where pip finds PyTorch beside its usual place; for the CPU build https://download.pytorch.org/whl/cpu

PYTHON ?= python3
TORCH_INDEX ?=
ARGS ?=
BIN := .venv/bin

.PHONY: help run bench test setup lint format screenshots translations clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

run:
	@$(PYTHON) tools/setup.py run --torch-index "$(TORCH_INDEX)" $(if $(strip $(ARGS)),--verb)
	@$(BIN)/python -m app $(ARGS)

bench:
	@$(PYTHON) tools/setup.py run --torch-index "$(TORCH_INDEX)" --verb
	$(BIN)/python benchmarks/performance.py $(ARGS)

setup:
	@$(PYTHON) tools/setup.py test --torch-index "$(TORCH_INDEX)"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict composer
	$(BIN)/lint-imports --no-logo

test: lint
	rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -q -rs --cov --cov-report=
	$(BIN)/coverage report --include='composer/*' --fail-under=90
	$(BIN)/coverage report --include='app/*' --fail-under=70

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: setup
	$(BIN)/python docs/screenshots.py

translations: setup
	$(BIN)/python tools/translate.py

clean:
	rm -rf .venv build dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
