"""`temoin compute`: the figures, to look at. Nothing is signed, nothing is sent, no evidence is kept."""

from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from temoin_agent import clock
from temoin_agent.commands.days import read_day
from temoin_agent.commands.options import (
    CONFIG,
    ConfigOption,
    DayOption,
    ProjectOption,
    load_with_plugins,
    select_projects,
)
from temoin_agent.configuration import Configuration, Projet
from temoin_agent.exits import worst
from temoin_agent.measuring import UNSIGNED, Asked, build, measure, throwaway_keys
from temoin_agent.presenting.console import errors, output
from temoin_agent.presenting.machine import to_csv, to_json
from temoin_agent.presenting.outcomes import show_error
from temoin_agent.presenting.remarks import show_facts, show_remarks
from temoin_agent.presenting.table import View, show_report
from temoin_sdk.contract.loading import Catalogue
from temoin_sdk.counting import Resultat
from temoin_sdk.errors import ConfigurationError, ExitCode, TemoinError
from temoin_sdk.vocabulary import Mesure


class Format(StrEnum):
    """How figures are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def compute(
    config: ConfigOption = CONFIG,
    on: DayOption = None,
    mesure: Annotated[
        Mesure | None, typer.Option("--mesure", help="Sorte de mesure ; par défaut, la convention décide.")
    ] = None,
    project: ProjectOption = None,
    format_: Annotated[
        Format, typer.Option("--format", help="Tableau, ou données pour un autre programme.")
    ] = Format.TABLE,
) -> int:
    """Calcule et montre les indicateurs. Ne signe rien, n'envoie rien, ne garde rien."""
    configuration, catalogue = load_with_plugins(config)
    projets = select_projects(configuration, project)
    if format_ is not Format.TABLE and len(projets) > 1:
        raise ConfigurationError(
            f"Le format {format_.value} ne montre qu'un projet à la fois.",
            remede=f"Ajoutez --project suivi de l'un de : {', '.join(projet.code for projet in projets)}.",
            code="projet_a_choisir",
        )
    asked = Asked(read_day(on), mesure)
    if len(projets) == 1:
        return _compute_one(configuration, projets[0], asked, catalogue, format_)
    codes = []
    for projet in projets:
        try:
            codes.append(_compute_one(configuration, projet, asked, catalogue, format_))
        except TemoinError as error:
            output().print(f"\nProjet {projet.code} : aucun chiffre.", style="bold red")
            show_error(output(), error)
            codes.append(error.exit_code)
    return worst(codes)


def _compute_one(
    configuration: Configuration, projet: Projet, asked: Asked, catalogue: Catalogue, format_: Format
) -> int:
    with TemporaryDirectory(prefix="temoin-") as dossier:
        measured = measure(
            configuration,
            projet,
            asked,
            keys=throwaway_keys(configuration),
            dossier=Path(dossier),
            now=clock.now(),
            catalogue=catalogue,
        )
    view = View.of(build(configuration, measured, UNSIGNED), projet)
    match format_:
        case Format.JSON:
            typer.echo(to_json(view, measured.resultat))
        case Format.CSV:
            typer.echo(to_csv(view), nl=False)
        case Format.TABLE:
            show_report(output(), view)
            show_facts(output(), view.rapport)
    show_remarks(output() if format_ is Format.TABLE else errors(), measured.resultat)
    return blocked_code(measured.resultat)


def blocked_code(resultat: Resultat) -> int:
    """SOURCE when a source failed, BLOQUE when establishments are set aside, else OK."""
    if resultat.erreurs:
        return ExitCode.SOURCE
    return ExitCode.BLOQUE if resultat.ecartes else ExitCode.OK
