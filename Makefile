# On a fresh machine with Python 3.10 or newer and nothing else, each of these makes an environment in .venv,
# installs opscope, TensorFlow and the tests' needs into it, and runs. `make PYTHON=/path/to/python demo` chooses the Python.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The newest Python that TensorFlow has wheels for comes first.
PYTHON ?= $(shell tools/find-python 3.13 3.12 3.11 3.10)

export TF_CPP_MIN_LOG_LEVEL ?= 3
# Else each process compiles TensorFlow's modules and the tests once more, for longer than most of them run.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test quick mutants bench gallery docs site lint format audit viewer clean

demo: $(STAMP)
	$(BIN)/opscope demo --out opscope-demo

# In two processes, each test file in one of them: half the time on two cores. Files are taken in the order of tests/conftest.py, long ones first.
test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

# What a change is tried with: under a minute, without TensorFlow or a browser, and it says what it left out.
quick: $(STAMP)
	OPSCOPE_QUICK=1 $(BIN)/python -m pytest -q -n 2 --dist worksteal $(ARGS)

# Which small edits of a room's code does no test notice? Hours of work for a machine: no part of .ci/run.
mutants: $(STAMP)
	$(BIN)/python -m pip install --quiet --editable ".[mutants]"
	$(BIN)/python tools/mutants.py $(ROOM) $(ARGS)

bench: $(STAMP)
	$(BIN)/python benchmarks/run.py $(ARGS)

gallery: $(STAMP)
	$(BIN)/python tools/make_gallery.py

# The reference, docs/api.md, and docs/checks: after a change of a signature, a public docstring, an option of the command or a rule of check.
docs: $(STAMP)
	$(BIN)/python tools/make_api.py
	$(BIN)/python tools/make_check_pages.py

# The documentation as a site with search, which opens from disk: build/site/index.html.
site: $(STAMP)
	$(BIN)/python -m pip install --quiet --editable ".[site]"
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# What is publicly known against the versions installed here; asks the registries' advisories, which not every mirror has.
audit: $(STAMP)
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/pip-audit --skip-editable
	cd viewer && npm audit --audit-level=high

# The page's script and style, committed in src/opscope/render/page/bundle: only who changes viewer/ needs Node.
viewer:
	cd viewer && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build && npm run --silent test

$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "error: no Python 3.10 to 3.13 found; install one, or name it: make PYTHON=/path/to/python"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[tf,dev]"
	touch $@

clean:
	rm -rf $(VENV) .ci-envs opscope-demo build dist
