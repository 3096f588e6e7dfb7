"""The command `temoin-pfi`, for gestionnaires."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from temoin_pfi.etat import describe
from temoin_pfi.identifiers import Choice
from temoin_pfi.settings import MOTIF
from temoin_pfi.survey import survey_folder
from temoin_sdk.cli.running import create_app
from temoin_sdk.cli.running import run as run_app
from temoin_sdk.errors import ExitCode

app = create_app("Messages d'une plateforme d'intermédiation (PFI) : ce qu'un dossier contient, ce qui est acquitté.")


@app.callback()
def pfi() -> None:
    """Keep `etat` a command of its own name, though it is the only one."""


@app.command()
def etat(
    dossier: Annotated[Path, typer.Argument(help="Dossier des messages et des accusés.")],
    motif: Annotated[str, typer.Option(help="Fichiers à lire ; ** pour tous les sous-dossiers.")] = MOTIF,
    ins: Annotated[bool, typer.Option("--ins", help="Prendre l'INS et non l'identifiant du logiciel.")] = False,
    autorite: Annotated[str | None, typer.Option(help="Autorité (nom ou OID) de l'identifiant à prendre.")] = None,
) -> None:
    """Montre les messages par type et ce qui n'est pas acquitté, sans rien qui nomme une personne.

    Finit par le code 4 si un message est illisible.
    """
    survey = survey_folder(dossier, motif, Choice("ins" if ins else "ipp", autorite))
    for line in describe(survey):
        typer.echo(line)
    if survey.illisibles:
        raise typer.Exit(ExitCode.SOURCE)


def main() -> NoReturn:
    """Entry point of `temoin-pfi`."""
    run_app(app, "temoin-pfi")
