"""`temoin-sdk new`: a project of one's own, green at once; what is not given as an option is asked."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from temoin_sdk.errors import Acteur, ConfigurationError, ExitCode
from temoin_sdk.scaffold import Genre, Moteur, derive_names, render, write_project

Choix = TypeVar("Choix", bound=StrEnum)

_REPLACED = {
    Genre.SQL: "les SELECT de src/{module}/plugin.py et les insertions de tests/chargement.py",
    Genre.MAPPING: "les SELECT de src/{module}/{source}.toml et les insertions de tests/chargement.py",
    Genre.API: "les champs lus dans src/{module}/plugin.py et ceux de tests/double.py",
}


def new(
    kind: Annotated[
        Genre | None,
        typer.Option(
            "--kind",
            help="sql : des SELECT en Python ; mapping : des SELECT dans un fichier TOML ; api : une API REST.",
        ),
    ] = None,
    moteur: Annotated[
        Moteur | None, typer.Option("--moteur", help="Moteur de la base du logiciel (sql et mapping).")
    ] = None,
    nom: Annotated[str | None, typer.Option("--nom", help="Nom du logiciel, par exemple « NetFictif ».")] = None,
    dossier: Annotated[
        Path | None, typer.Option("--dossier", help="Où écrire le projet ; par défaut temoin-<nom>, ici.")
    ] = None,
) -> int:
    """Écrit le projet d'un plugin, complet et vert d'emblée : l'éditeur y remplace ce qui est lu.

    Ce qui n'est pas donné en option est demandé. Aucun fichier n'est jamais remplacé.
    """
    genre = kind or _choose("Comment lire le logiciel", Genre, "--kind")
    if genre is Genre.API and moteur is not None:
        raise ConfigurationError(
            "Une API se lit sans connaître le moteur de sa base.",
            remede="Retirer --moteur, ou choisir --kind sql.",
            ou="--moteur",
            code="moteur_sans_objet",
            acteur=Acteur.EDITEUR,
        )
    engine = None if genre is Genre.API else moteur or _choose("Moteur de sa base", Moteur, "--moteur")
    noms = derive_names(nom if nom is not None else _ask("Nom du logiciel", "--nom"))
    place = dossier or Path(noms.distribution)
    texts = render(genre, engine, noms.logiciel)
    write_project(place, texts)
    typer.echo(f"{noms.distribution} : {len(texts)} fichiers écrits dans {place}.\n")
    typer.echo(f"  cd {place}\n  python3 -m venv .venv\n  .venv/bin/pip install -e '.[dev]'\n  .venv/bin/pytest\n")
    replaced = _REPLACED[genre].format(module=noms.module, source=noms.source)
    typer.echo(f"Tout est vert sur un exemple. Remplacer ensuite {replaced} ; README.md guide.")
    return ExitCode.OK


def _choose(question: str, choices: type[Choix], option: str) -> Choix:
    """Ask until the answer is one of the choices."""
    known = [each.value for each in choices]
    while True:
        answer = _ask(f"{question} ({', '.join(known)})", option).strip().lower()
        if answer in known:
            return choices(answer)
        typer.echo(f"« {answer} » n'est pas l'un des choix.", err=True)


def _ask(question: str, option: str) -> str:
    """Ask whoever sits there; where nobody does, say which option is missing."""
    if not sys.stdin.isatty():
        raise ConfigurationError(
            f"Il manque {option}, et personne n'est là pour répondre.",
            remede=f"Ajouter {option} à la commande ; --help montre les valeurs possibles.",
            ou=option,
            code="option_absente",
            acteur=Acteur.EDITEUR,
        )
    return str(typer.prompt(question))
