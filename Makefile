# Every target begins with `make setup`, which does nothing where it is done. `make run` and `make test` need nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup run test test-busy lint test-engine slow torture window bench bench-speed peers screenshots clean

PYTHON ?=
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
OFFSCREEN := QT_QPA_PLATFORM=offscreen
PEERS := .venv-peers
# Side by side, a process for each core up to four, whose threads sleep while they wait. No test measures time: that is for benchmarks/.
TOGETHER := -m "not slow and not window" --numprocesses logical --maxprocesses 4 --dist worksteal
PASSIVE := OMP_WAIT_POLICY=passive
WITHOUT_QT := PYTHONPATH=tools/without_qt $(PY) -m pytest -p no_qt -p no:pytest-qt
BENCHMARKS = $(filter-out %_child.py %/networks.py,$(wildcard benchmarks/*.py))

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

setup: $(READY)  ## Make .venv and install everything, once

$(READY): pyproject.toml constraints.txt
	@tools/make-venv $(VENV) $(PYTHON)
	$(PY) -m pip install -qq --constraint constraints.txt --editable ".[dev]"
	@touch $@

run: setup  ## Start Layerdeck; without a display, train the digits sample in the terminal
	@PYTHON=$(PY) tools/run

test: test-engine  ## Run all tests but the slow ones and the real window
	@$(PY) tools/qt_libraries.py --install
	$(OFFSCREEN) $(PASSIVE) $(PY) -m pytest tests/gui tests/end_to_end $(TOGETHER)

test-busy: setup  ## Run all tests while two processes count in a loop beside them
	$(PY) tools/busy.py 2 $(MAKE) test

test-engine: setup  ## Run the engine's tests where Qt cannot be imported
	$(PASSIVE) $(WITHOUT_QT) tests/engine tests/test_house.py $(TOGETHER)

lint: setup  ## Check style, types and the direction of imports
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

slow: setup  ## Run accuracy on real sets and torture
	@$(PY) tools/qt_libraries.py --install
	$(OFFSCREEN) $(PY) -m pytest -m slow --timeout 1200

torture: setup  ## Kill runs a hundred times and compare every bit with runs left alone
	$(PY) -m pytest tests/engine/training/test_torture.py -m slow --timeout 1800 -s

window: setup  ## Drive the real window under Xvfb by mouse and keyboard
	@$(PY) tools/qt_libraries.py --install --window
	$(PY) -m pytest tests/end_to_end/xvfb -m window

bench: bench-speed  ## Compare speeds side by side, and measure all the rest
	for file in $(BENCHMARKS); do $(OFFSCREEN) PYTHONPATH=. $(PY) "$$file" || exit 1; done

bench-speed: setup peers  ## Training speed beside loops by hand, Lightning and Keras
	@$(PY) tools/qt_libraries.py --install
	PYTHONPATH=. $(PY) -m benchmarks.speed

# Libraries to compare with, in an environment of their own; what cannot be installed is left out of the comparison.
peers: setup $(PEERS)/.ready

$(PEERS)/.ready: benchmarks/peers.txt constraints.txt
	@tools/make-venv $(PEERS) $(PYTHON)
	-$(PEERS)/bin/python -m pip install -qq --constraint constraints.txt --requirement benchmarks/peers.txt && touch $@

screenshots: setup  ## Take pictures of every page, both themes, all sizes and scale 2, into screenshots/
	@$(PY) tools/qt_libraries.py --install
	PYTHONPATH=. $(PY) tools/screenshots.py screenshots

clean:  ## Remove .venv and everything that was made
	rm -rf $(VENV) $(PEERS) build dist *.egg-info screenshots .mypy_cache .ruff_cache .pytest_cache .import_linter_cache digits-run
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
