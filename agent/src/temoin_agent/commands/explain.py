"""`temoin explain`: how one figure of one establishment comes about; on site, and nothing is kept or sent."""

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
from temoin_agent.configuration.problems import nearest
from temoin_agent.measuring import Asked, request, settle_window, throwaway_keys
from temoin_sdk.cli.explained import Format, FormatOption, OffScreenOption, PersonsOption, check_persons, show
from temoin_sdk.errors import ConfigurationError
from temoin_sdk.explaining import explain as explain_indicateur
from temoin_sdk.explaining import find_indicateur
from temoin_sdk.rates import exempt_indicateurs
from temoin_sdk.vocabulary import Mesure


def explain(
    indicateur: Annotated[str, typer.Argument(help="Code de l'indicateur, par exemple taux_projet_personnalise.")],
    finess: Annotated[str, typer.Option("--finess", help="FINESS de l'établissement.")],
    config: ConfigOption = CONFIG,
    on: DayOption = None,
    mesure: Annotated[
        Mesure | None, typer.Option("--mesure", help="Sorte de mesure ; par défaut, la convention décide.")
    ] = None,
    project: ProjectOption = None,
    format_: FormatOption = Format.TABLE,
    personnes: PersonsOption = False,
    hors_terminal: OffScreenOption = False,
) -> int:
    """Explique un chiffre d'un établissement : lignes lues, écartées par chaque règle, numérateur, dénominateur.

    Avec --personnes, montre à l'écran qui manque au numérateur, et pourquoi. Rien n'est gardé ni envoyé.
    """
    check_persons(persons=personnes, off_screen=hors_terminal, format_=format_)
    configuration, catalogue = load_with_plugins(config)
    projet = _project_of(configuration, select_projects(configuration, project), finess)
    campagne, convention = projet.campagne.campagne, projet.convention
    find_indicateur(campagne, convention, indicateur)
    _, fenetre = settle_window(projet, Asked(read_day(on), mesure), clock.now())
    etablissement = next(each for each in projet.etablissements if each.finess == finess)
    exempts = exempt_indicateurs(campagne, etablissement.secteur, [each.secteur for each in projet.etablissements])
    with TemporaryDirectory(prefix="temoin-") as dossier:
        demande = request(configuration, projet, fenetre, throwaway_keys(configuration), Path(dossier))
        found = explain_indicateur(demande, finess, indicateur, convention, exempts, catalogue)
    return show(f"{etablissement.nom} ({finess})", found, persons=personnes, format_=format_)


def _project_of(configuration: Configuration, projets: tuple[Projet, ...], finess: str) -> Projet:
    """The one project that measures this establishment: its campaign's rules are those that apply."""
    found = [projet for projet in projets if any(each.finess == finess for each in projet.etablissements)]
    if not found:
        known = [each.finess for projet in projets for each in projet.etablissements]
        raise ConfigurationError(
            f"L'établissement {finess} n'est dans aucun projet de la configuration.",
            ou=str(configuration.fichier),
            remede=nearest(finess, known),
            code="etablissement_inconnu",
        )
    if len(found) > 1:
        raise ConfigurationError(
            f"L'établissement {finess} est dans plusieurs projets, dont les règles peuvent différer.",
            remede=f"Ajoutez --project suivi de l'un de : {', '.join(projet.code for projet in found)}.",
            code="projet_a_choisir",
        )
    return found[0]
