# One command for each thing a person wants to do here. The first use sets up .venv; after that
# nothing is set up again until pyproject.toml or constraints.txt changes.
#
#   make demo     watch Tipstaff defend an organisation; needs no account
#   make test     run the tests             (make test ARGS="tests/web -x")
#   make check    what CI runs: lint, types, tests
#   make format   put the code in shape
#   make docs     write the generated pages anew
#   make bench    measure the door, the response and the matcher (make bench ARGS=--quick)
#   make clean    remove .venv and everything generated
#
# PYTHON chooses the interpreter: make demo PYTHON=python3.12

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test check lint types format docs bench clean

NEEDS := import sys; sys.exit(sys.version_info < (3, 11))
# The first of these that is new enough; `python3` alone is too old on some systems.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$name -c '$(NEEDS)' >/dev/null 2>&1; then echo $$name; break; fi; done)
BIN := .venv/bin
READY := .venv/.ready
ARGS ?=
# What Python compiles, and pytest rewrites, is kept: else every process of the tests does it anew.
unexport PYTHONDONTWRITEBYTECODE
JOBS ?= $(shell $(firstword $(PYTHON) python3) -c 'import os; print((os.cpu_count() or 1) + 2)')

help:
	@sed -n 's/^#   //p' Makefile

setup: $(READY)

# pip's own complaint about a newer pip would only distract; anything else it says is shown.
$(READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up .venv (once; about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		-c constraints.txt -e '.[dev]'
	@touch $@

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Tipstaff needs Python 3.11 or newer, and found none." >&2; \
		echo "Install one, or name it: make $(or $(MAKECMDGOALS),setup) PYTHON=/path/to/python3" >&2; \
		exit 1; fi
	@$(PYTHON) -c '$(NEEDS)' || { \
		echo "Tipstaff needs Python 3.11 or newer; $(PYTHON) is not. Set PYTHON=..." >&2; exit 1; }
	@rm -rf .venv
	@if $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null; then $(PYTHON) -m venv .venv; \
	elif $(PYTHON) -c 'import virtualenv' 2>/dev/null; then $(PYTHON) -m virtualenv --quiet .venv; \
	else \
		echo "$(PYTHON) cannot make virtual environments: its venv module is missing." >&2; \
		echo "On Debian or Ubuntu: apt-get install python3-venv. Elsewhere: pip install virtualenv." >&2; \
		exit 1; fi

demo: $(READY)
	@$(BIN)/tipstaff demo $(ARGS)

# Tests that drive whole processes wait a lot: more of them than there are cores fill these. In which
# order files come, tests/conftest.py says; by the number of their tests, the longest would end alone.
test: $(READY)
	@$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: lint types test

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY)
	@$(BIN)/mypy

format: $(READY)
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

docs: $(READY)
	@$(BIN)/python -m bot.settings > .env.example.new && mv .env.example.new .env.example
	@$(BIN)/python -m bot.core.normalise > docs/events.md.new && mv docs/events.md.new docs/events.md
	@$(BIN)/python -m bot.actions > docs/actions.md.new && mv docs/actions.md.new docs/actions.md
	@$(BIN)/python -m bot.actions permissions > docs/permissions.md.new && mv docs/permissions.md.new docs/permissions.md
	@$(BIN)/python -m bot.actions app.yml > app.yml.new && mv app.yml.new app.yml
	@$(BIN)/python -m bot.actions app-readonly.yml > app-readonly.yml.new && mv app-readonly.yml.new app-readonly.yml
	@$(BIN)/python -m tools.life_cycles

bench: $(READY)
	@$(BIN)/python bench/intake.py $(ARGS)
	@$(BIN)/python bench/respond.py $(ARGS)
	@$(BIN)/python bench/detect.py $(ARGS)

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
