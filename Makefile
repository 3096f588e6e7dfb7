# Two commands matter: `make demo` and `make test`. Everything is installed into this checkout's own .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PARTS := sdk agent server_stub plugins/editor_sample plugins/mapping plugins/fichiers plugins/api_sample plugins/tddui plugins/pfi plugins/saisie
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help install test demo lint guide stabilite downstream release reel lock bench bench-sql bench-pipeline bench-spark clean

help:
	@echo "make demo           installe, puis déroule tout : base d'exemple, calcul, signature, envoi, accusé, vérification"
	@echo "make demo KEEP=1    idem, et laisse le récepteur ouvert en affichant son adresse"
	@echo "make test           installe, puis lance tous les tests"
	@echo "make lint           ruff, mypy strict, murs entre les parties"
	@echo "make stabilite      compare ce que la trousse promet à la dernière version publiée"
	@echo "make downstream     installe et éprouve chaque plugin comme le fait qui l'emploie"
	@echo "make release VERSION=x.y.z   publie une version (deux commits, rien n'est envoyé)"
	@echo "make guide          récrit les pages du guide des éditeurs qui suivent du code"
	@echo "make bench          compare l'énoncé unique à l'agrégat écrit à la main, sur SQLite (rapports, médianes)"
	@echo "make bench-sql      de même sur de vrais serveurs PostgreSQL et MariaDB, un million de personnes (une demi-heure)"
	@echo "make bench-pipeline compare à un outil qui recopie les lignes (installe dlt dans .venv-pipeline)"
	@echo "make bench-spark    de même sur un moteur réparti (installe Spark dans .venv-spark, 450 Mo)"
	@echo "make reel           compte des données que personne ici n'a écrites (DONNEES=dossier)"

install: $(STAMP)

# Third parties from the one pinned file with hashes, build backend included; ours after it, because pip refuses
# editables under --require-hashes. Build isolation is off: the backend is already there, pinned.
$(STAMP): requirements/all.lock $(PARTS:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Témoin demande Python 3.11 ou plus récent ; $(PYTHON) est trop ancien. Essayer : make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installation dans $(VENV)…"
	@$(PIP) --require-hashes -r requirements/all.lock
	@$(PIP) --no-deps --no-build-isolation $(PARTS:%=-e %)
	@touch $@

test: install
	$(BIN)/pytest -n auto

demo: install
	@$(BIN)/python demo/run.py $(if $(KEEP),--keep)

# The data stays out of this repository; where it is absent, a sentence says so.
DONNEES ?= ../shared/synthea
reel: install
	@PYTHONPATH=tests TEMOIN_REEL="$(DONNEES)" $(BIN)/python -m reel

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# What of the sdk's promises changed since the last release that CHANGELOG.md names.
stabilite: install
	@$(BIN)/python -m downstream.stability

# Each plugin from its wheel, in an environment of its own, with what it declares and no more.
downstream: install
	@$(BIN)/python -m downstream.plugins

# Two commits, nothing sent: see CONTRIBUTING.md.
release: install
	@$(BIN)/python -m downstream.release $(VERSION)

# What the code says is never copied by hand: a test compares these pages with what this writes.
guide: install
	@PYTHONPATH=tests $(BIN)/python -m guide

# Needs uv; the lock holds hashes and no index address.
lock:
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-annotate \
	  --python-version 3.11 requirements/all.in -o requirements/all.lock

bench: install
	$(BIN)/python sdk/benchmarks/statement.py

bench-sql: install
	$(BIN)/python benchmarks/sql.py

bench-pipeline: install
	test -x .venv-pipeline/bin/python || $(PYTHON) -m venv .venv-pipeline
	.venv-pipeline/bin/pip install -qq -r requirements/pipeline.in
	$(BIN)/python benchmarks/pipeline.py --python .venv-pipeline/bin/python

bench-spark: requirements/all.lock requirements/spark.in
	test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	.venv-spark/bin/pip install -qq --require-hashes -r requirements/all.lock
	.venv-spark/bin/pip install -qq -r requirements/spark.in
	.venv-spark/bin/pip install -qq --no-deps --no-build-isolation -e sdk
	.venv-spark/bin/pytest -q sdk/tests/test_sql_spark.py
	.venv-spark/bin/python benchmarks/spark.py

clean:
	rm -rf $(VENV) .venv-spark .venv-pipeline demo/sortie .mypy_cache .ruff_cache .pytest_cache .hypothesis
