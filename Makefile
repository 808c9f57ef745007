# One verb each. Every verb does its own set-up, and skips it when it is done.
ifeq ($(origin PYTHON), undefined)
PYTHON := $(shell command -v python3)
endif
BIN := .venv/bin
READY := .venv/.ready
SYNTH := echo "synthesizing the app ..." >&2 && $(BIN)/cdk synth --quiet > /dev/null

# Python, node, cdk and aws of the virtual environment come first, whatever the machine has.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: setup demo picture docs test quick check lock diff report judges fuzz prove mutation format managed requirements clean help

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(READY): requirements.txt requirements/editable.txt package-lock.json constructs/pyproject.toml scripts/install.py
	@[ -n "$(PYTHON)" ] || { echo "install: Python 3.11 or newer is needed, and no python3 is on the PATH" >&2; exit 2; }
	@$(PYTHON) scripts/install.py

setup: $(READY) ## set everything up in the checkout, and nothing else

demo: $(READY) ## deploy both projects into the embedded AWS and use them
	@$(BIN)/whomay demo

picture: $(READY) ## draw the demo and the report anew: demo.svg, probes.svg, report.png and diff.svg in docs
	@$(SYNTH)
	@$(BIN)/python -m scripts.report_picture
	@$(BIN)/python -m scripts.diff_picture
	@$(BIN)/whomay demo --picture docs/demo.svg --tables docs/probes.svg

check: $(READY) ## ruff, mypy, Pyright, the import rules, the workflows, and that access.lock is current
	@$(BIN)/actionlint
	@$(BIN)/zizmor --offline --quiet --no-progress .github/workflows action.yml > /dev/null
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy
	@$(BIN)/node node_modules/pyright/index.js --warnings
	@$(BIN)/lint-imports --no-logo
	@$(SYNTH)
	@$(BIN)/whomay lock --check

quick: $(READY) ## in seconds: the checks, and the tests of what the working tree touches
	@$(BIN)/python scripts/quick.py

lock: $(READY) ## write who can do what into access.lock
	@$(SYNTH)
	@$(BIN)/whomay lock

diff: $(READY) ## what the work since the last commit does to who can do what
	@$(SYNTH)
	@git show HEAD:access.lock > cdk.out/committed.lock
	@$(BIN)/whomay diff cdk.out/committed.lock cdk.out

docs: $(READY) ## build the docs as one site, site/index.html; a broken link fails
	@$(BIN)/python -m scripts.docs_site

report: $(READY) ## write who can do what on one page, report.html
	@$(SYNTH)
	@$(BIN)/whomay report

test: check ## the checks, then all tests, as many at once as there are cores
	@$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

judges: $(READY) ## what outside judges find in the templates, compared with the docs
	@$(BIN)/python scripts/judges.py

fuzz: $(READY) ## the engine and an outside judge on random questions
	@$(BIN)/python scripts/fuzz

prove: $(READY) ## the engine and z3 on whole statements about random systems (10 minutes)
	@PYTHONPATH=tests $(BIN)/python -m scripts.prove --systems $(or $(SYSTEMS),10000) --seed $(or $(SEED),0)

mutation: $(READY) ## small changes of the engine's decisions, each of which a test must notice (many hours)
	@$(BIN)/python scripts/mutation.py

format: $(READY) ## format the code, and fix what ruff can fix
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

managed: $(READY) ## renew the table of AWS managed policies
	@$(BIN)/python scripts/managed_policies.py

requirements: ## compile requirements.txt (needs uv)
	uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
		--no-emit-find-links --no-header -o requirements.txt requirements/*.in

clean: ## remove what make has made
	@if [ -e .lab/server.json ]; then $(BIN)/whomay lab stop --state .lab > /dev/null; fi
	@rm -rf .venv .venvs node_modules cdk.out .lab site .site .cache dist constructs/dist report.html .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find benchmarks constructs examples scripts stacks tests -name __pycache__ -type d -prune -exec rm -rf {} +
