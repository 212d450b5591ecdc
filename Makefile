# Everything below needs Python 3.10 or later and make. Node and all packages are installed by it.
.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV := .venv
PY := $(VENV)/bin/python
JS := src/nblabel/js
EDITOR := $(shell find $(JS)/src $(JS)/build -type f) $(JS)/package.json $(JS)/package-lock.json
LABEL_STUDIO := .venv-label-studio
# Each has a browser of its own; tests/conftest.py keeps together what shares a server.
SIDE_BY_SIDE := -n 2 --no-loadscope-reorder
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
# pip says so itself where it fails; what it warns of is not for whoever types make.
export PYTHONWARNINGS := ignore::DeprecationWarning

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(PY):
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python3.10 python; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; then \
	    echo "making $(VENV) with $$($$python --version)"; \
	    $$python -m venv $(VENV) && exit 0; \
	    echo "$$python cannot make virtual environments: install its venv module (Debian: python3-venv)"; exit 1; \
	  fi; done; \
	echo "nblabel needs Python 3.10 or later; none was found. Name one: make PYTHON=/path/to/python3"; exit 1

$(VENV)/.base: $(PY) pyproject.toml hatch_build.py
	@echo "installing nblabel and building its editor"
	@$(PY) -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(PIP) --editable .
	@touch $@

# Only for the demo: whoever develops has Node in .venv, and `make setup` builds with that.
$(VENV)/.editor: $(VENV)/.base $(EDITOR)
	@echo "building the editor where it has changed"
	@$(PIP) --no-deps --editable .
	@touch $@

$(VENV)/.demo: $(VENV)/.base
	@echo "installing JupyterLab"
	@$(PIP) --group demo
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	@echo "installing what the tests need"
	@$(PIP) --group dev
	@$(PIP) --no-deps label-studio-sdk  # its module of masks is what ours are compared with
	@touch $@

# npm's own record of what it installed tells whether the lock has changed.
$(JS)/node_modules/.package-lock.json: $(VENV)/.dev $(JS)/package.json $(JS)/package-lock.json
	@$(PY) hatch_build.py install
	@touch $@

setup: $(VENV)/.dev $(JS)/node_modules/.package-lock.json ## install everything for development
	@$(PY) hatch_build.py

demo: $(VENV)/.demo $(VENV)/.editor ## open the quickstart notebook in JupyterLab
	@if [ "$$(id -u)" = 0 ]; then root=--allow-root; fi; \
	cd notebooks && exec ../$(VENV)/bin/jupyter lab $$root $(DEMO_OPTIONS) quickstart.ipynb

test: lint test-js test-stages test-py ## run every check and every test, in the browser too

lint: setup ## ruff, mypy, tsc, biome
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check --quiet . && $(VENV)/bin/mypy
	@[ -t 1 ] || plain="-- --colors=off"; \
	$(PY) hatch_build.py types && $(PY) hatch_build.py lint $$plain

fix: setup ## format and mend what the linters can mend
	@$(VENV)/bin/ruff check --fix --quiet . ; $(VENV)/bin/ruff format --quiet . ; $(PY) hatch_build.py fix

test-js: setup ## the editor's own tests, without a browser
	@$(PY) hatch_build.py test

test-stages: setup chromium ## the text and the image alone, in a browser
	@$(PY) -m pytest --quiet $(JS)/tests/harness

test-py: setup chromium postgresql ## pytest, two at once; `make test-py ARGS="-k store -n0"` for some
	@$(PY) -m pytest $(SIDE_BY_SIDE) -m "not label_studio" $(ARGS)

soak: setup chromium postgresql ## the tests of faults and of many writers at full size
	@NBLABEL_SOAK=1 $(PY) -m pytest -m soak $(ARGS)

chromium: setup
	@$(PY) tests/browser/chromium.py

postgresql: setup
	@$(PY) tests/postgresql.py

$(LABEL_STUDIO)/bin/label-studio: $(PY)
	@echo "installing Label Studio into $(LABEL_STUDIO)"
	@$(PY) -m venv $(LABEL_STUDIO)
	@$(LABEL_STUDIO)/bin/python -m pip install --quiet --disable-pip-version-check label-studio

label-studio: $(LABEL_STUDIO)/bin/label-studio ## install Label Studio, whose SDK some tests ask

test-label-studio: setup label-studio ## our exports in a real Label Studio, and back
	@NBLABEL_LABEL_STUDIO=$(CURDIR)/$(LABEL_STUDIO)/bin/label-studio \
	$(PY) -m pytest tests/label_studio -m label_studio $(ARGS)

$(VENV)/.spark: $(VENV)/.dev
	@echo "installing PySpark"
	@$(PIP) --editable ".[spark]"
	@touch $@

test-spark: setup $(VENV)/.spark ## all rows on a local Spark; it needs Java
	@$(PY) -m pytest tests/scale tests/tasks -m spark $(ARGS)

hour: setup chromium ## the keys and clicks that labeling takes, counted in JupyterLab
	@$(PY) -m pytest --quiet tests/browser/in_jupyterlab/test_hour.py

bench: setup chromium ## what people wait for, measured; `make bench ONLY="export image"` for some
	@NBLABEL_LABEL_STUDIO=$(CURDIR)/$(LABEL_STUDIO)/bin/label-studio $(PY) -m benchmarks $(ONLY)

pictures: setup chromium ## take the pictures of the README, one of them in motion
	@$(PY) docs/pictures.py

docs: setup ## write the reference pages from the tags' declarations
	@$(PY) docs/reference/write.py

wheel: setup ## build sdist and wheel into dist/
	@$(PY) -m build --outdir dist .

clean: ## remove what was installed and built
	rm -rf $(VENV) $(LABEL_STUDIO) $(JS)/node_modules $(JS)/dist dist

.PHONY: help setup demo test lint fix test-js test-stages test-py soak chromium postgresql label-studio test-label-studio test-spark hour bench pictures docs wheel clean
