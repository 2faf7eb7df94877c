# Two commands matter: `make demo` and `make test`. Each makes its own environment first.
PYTHON ?= python3
BIN := .venv/bin
SEEDS ?= 2000
SHAPES ?= .

.PHONY: demo test docs contract lint types imports english operations bench peers sweep settings traces published crashes kills clean

demo: .venv/ready
	$(BIN)/cage rehearse examples/web
	$(BIN)/cage rehearse examples/web --incident bad-image

test: lint types imports .venv-peers/ready .node-peers/ready
	$(BIN)/pytest -q -n 4 --maxschedchunk 1 --ignore=tests/contract

# The documentation site, in site/. A broken link, or anything loaded from another host, is an error.
docs: .venv-docs/ready
	NO_MKDOCS_2_WARNING=1 .venv-docs/bin/python -m mkdocs build --strict
	.venv-docs/bin/python -m docsite.built site

# The same scenario on cage local and on an independent emulator, with real containers.
contract: .venv/ready .venv-contract/ready
	tests/contract/install-podman.sh
	$(BIN)/pytest -q tests/contract

lint: .venv/ready
	$(BIN)/ruff check src tests benchmarks docsite
	$(BIN)/ruff format --check src tests benchmarks docsite

types: .venv/ready
	$(BIN)/mypy

imports: .venv/ready
	$(BIN)/lint-imports

# What still reads as if it were translated; nothing, once it exits with 0.
english: .venv/ready
	$(BIN)/python -m benchmarks.english

# How many of ECS's operations the simulator answers; each is called, and its effect is looked up.
operations: .venv/ready
	$(BIN)/pytest -q -s tests/ecs_simulator/test_operations.py

bench: .venv/ready
	$(BIN)/python -m benchmarks.bench

peers: .venv/ready .venv-peers/ready
	$(BIN)/python -m benchmarks.peers

sweep: .venv/ready
	$(BIN)/python benchmarks/sweep.py --seeds $(SEEDS) --shapes "$(SHAPES)"

# Whether --update-service makes 10,000 drawn services as their files say, and back again.
settings: .venv/ready
	CAGE_SETTINGS_DRAWS=10000 $(BIN)/pytest -q -n 2 tests/rollout/test_settings_drawn.py

# Whether cage still makes the same calls, and ends the same, in every rehearsal on record.
traces: .venv/ready
	$(BIN)/python -m benchmarks.traces

# Each interval of the published traces, with the simulator's percentiles.
published: .venv/ready
	$(BIN)/python -m tests.ecs_simulator.published

crashes: .venv/ready
	CRASHES=all $(BIN)/pytest -q -n 2 tests/rehearsal/test_crashes.py

# Real processes, killed and stopped at random: make kills N=300. It continues where it was ended.
kills: .venv/ready
	$(BIN)/python -m benchmarks.kills --kills $(or $(N),300) --state .kills.tsv

.venv/ready: requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch .venv/ready

# Tools of others, which pin what cage doesn't: an environment of their own.
.venv-peers/ready: requirements-peers.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-peers.txt
	touch .venv-peers/ready

# AWS's SDK for JavaScript. Its test is skipped where there is no npm.
.node-peers/ready: tests/endpoint/node/package.json
	mkdir -p .node-peers
	cp tests/endpoint/node/package.json .node-peers/
	if command -v npm >/dev/null; then cd .node-peers && npm install --silent --no-audit --no-fund --no-package-lock; fi
	touch .node-peers/ready

# The emulator pins a botocore of its own.
.venv-contract/ready: requirements-contract.txt
	$(PYTHON) -m venv .venv-contract
	.venv-contract/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-contract.txt
	touch .venv-contract/ready

# mkdocs pins what cage doesn't. The reference pages are made from cage itself.
.venv-docs/ready: requirements-docs.txt requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check -c requirements-dev.txt -r requirements-docs.txt --editable '.[local]'
	touch .venv-docs/ready

clean:
	rm -rf site .venv .venv-peers .node-peers .venv-contract .venv-docs .mypy_cache .ruff_cache .pytest_cache .hypothesis
