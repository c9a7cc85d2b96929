# make run              installs what is missing and opens the app
# make run ARGS='…'     runs any verb, e.g. make run ARGS='compose examples/royal-theme.mid -o out.mid'
# make bench            measures how fast all this is here and writes docs/performance.md (some ten minutes)
# make check            under a minute: lint, types, import contracts and the tests of what changed, without the slow ones
# make test             installs what is missing, then lint, types, import contracts and every test
# make translations     collects the window's texts for app/look/translations, says what is missing, compiles
# make base            unpacks CORPUS, CORPUS2 and ANNOTATIONS, trains the base (MINUTES, an hour if not given), puts it in models/
#                      FROM=MODEL goes on from a model; NETWORK=large a wider one; DEVICE=cuda BATCH=64 on a GPU;
#                      PACKED=FILE needs no archive, but the file that `make packed` writes
# make packed          writes .work/corpus.xz: what a base learns from, encoded, to carry to a machine with a GPU
# make styles          teaches the three bundled styles from that base (MINUTES each, as long as the recipe takes if not given)
# make tables          measures base and styles, and puts the figures into their cards, README and docs/models.md
#                      each of these three goes on where it was interrupted
# make screenshots      takes the pictures of README and docs anew, from the real app and styles
# make screenshots MUSIC=FOLDER   those of the teaching wizard, in a lesson on a folder of MIDI files
#
# WORKERS      processes that share the tests (2; each wants a core and 1.5 GB)
# PYTHON       the Python (3.11 or newer) that the environment is made from
# TORCH_INDEX  where pip finds PyTorch beside its usual place; for the CPU build https://download.pytorch.org/whl/cpu

PYTHON ?= python3
TORCH_INDEX ?=
ARGS ?=
WORKERS ?= 2
MUSIC ?=
CORPUS ?= ../shared/data/corpus.tar.xz
CORPUS2 ?= ../shared/data/corpus-2.tar.xz
ANNOTATIONS ?= ../shared/data/asap-annotations.tar.xz
MINUTES ?=
FROM ?=
NETWORK ?= small
DEVICE ?=
BATCH ?=
PACKED ?=
BIN := .venv/bin

.PHONY: help run bench check test setup lint format packed base styles tables screenshots translations clean
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

check: lint
	$(BIN)/python -m pytest -q --numprocesses $(WORKERS) --dist worksteal -m "not slow" $$($(BIN)/python tools/changed_tests.py)

test: lint
	rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -q -rs --numprocesses $(WORKERS) --dist worksteal --cov --cov-report=
	$(BIN)/coverage report --include='composer/*' --fail-under=90
	$(BIN)/coverage report --include='app/*' --fail-under=70

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

packed: setup
	@mkdir -p .work
	$(BIN)/python tools/prepare_corpus.py $(CORPUS) $(CORPUS2) $(ANNOTATIONS)
	$(BIN)/python tools/write_corpus.py .data models/split.json .work/split.json .work/corpus.xz

base: $(if $(PACKED),setup,packed)
	$(BIN)/ricercar train --corpus $(or $(PACKED),.work/corpus.xz) --out .work/base \
		--split $(if $(PACKED),models/split.json,.work/split.json) \
		--network $(NETWORK) $(if $(FROM),--from $(FROM)) $(if $(DEVICE),--device $(DEVICE)) \
		$(if $(BATCH),--batch $(BATCH)) $(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(wildcard .work/base/state.pt),--resume,--force)
	cp .work/base/base.json .work/base/base.safetensors .work/base/split.json models/
	$(if $(PACKED),,$(BIN)/python tools/write_remembered.py)

styles: setup
	for style in baroque romantic avant-garde; do \
		[ .work/styles/$$style.json -nt models/base.safetensors ] || \
		$(BIN)/ricercar finetune .data/styles/$$style --name $$style --recipe gentle --into .work/styles --resume --force \
			$(if $(MINUTES),--minutes $(MINUTES)) || exit 1; \
		[ .work/styles/$$style.json -nt models/base.safetensors ] || \
		{ echo "$$style: the lesson came to nothing better than the base; give it more MINUTES" >&2; exit 1; }; \
	done
	cp .work/styles/*.json .work/styles/*.safetensors models/
	$(BIN)/python tools/write_cards.py
	$(BIN)/python tools/write_judges.py

tables: setup
	@mkdir -p .work
	$(BIN)/ricercar evaluate .data --report --json > .work/report.json
	$(BIN)/python tools/write_cards.py .work/report.json README.md docs/models.md

screenshots: setup
	$(BIN)/python docs/screenshots.py $(if $(MUSIC),docs "$(MUSIC)")

translations: setup
	$(BIN)/python tools/translate.py

clean:
	rm -rf .venv build dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
