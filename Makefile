# Two commands matter: `make demo` and `make test`. Everything is installed into this checkout's own .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PARTS := sdk agent server_stub plugins/editor_sample
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install test demo lint reel lock clean

help:
	@echo "make demo           installe, puis déroule tout : base d'exemple, calcul, signature, envoi, accusé, vérification"
	@echo "make demo KEEP=1    idem, et laisse le récepteur ouvert en affichant son adresse"
	@echo "make test           installe, puis lance tous les tests"
	@echo "make lint           ruff, mypy strict, murs entre les parties"
	@echo "make reel           compte des données que personne ici n'a écrites (DONNEES=dossier)"

install: $(STAMP)

# Third parties from the one pinned file with hashes, build backend included; ours after it (pip refuses editables under --require-hashes).
$(STAMP): requirements/all.lock $(PARTS:%=%/pyproject.toml)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/all.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(PARTS:%=-e %)
	@touch $@
