"""`temoin evidence purge`: what is past the retention that the DPO decided goes, and nothing else."""

from typing import Annotated

import typer
from rich.console import Console

from temoin_agent import clock
from temoin_agent.archive.finding import find_runs, select_runs
from temoin_agent.archive.journal import note_access
from temoin_agent.archive.purging import Echeance, Situation, purge_run, situation_of
from temoin_agent.commands.options import CONFIG, ConfigOption, held_outbox, load
from temoin_agent.configuration import Configuration
from temoin_agent.exits import worst
from temoin_agent.presenting.console import output
from temoin_agent.presenting.outcomes import describe_name, show_error
from temoin_agent.presenting.words import plural
from temoin_sdk.errors import ConfigurationError, ExitCode, TemoinError
from temoin_sdk.windows import jour_en_lettres

_WHAT = "Pour chacune, détails et correspondance disparaissent ; rapport, accusé, squelette et racines restent."
_SAUVEGARDES = (
    "Les sauvegardes de ce dossier gardent ce qui vient d'être purgé jusqu'à leur propre effacement. Les documents de "
    "pieces/, s'il y en a, sont restés."
)
_WHY = {
    Echeance.PAS_ENCORE: "la durée de conservation n'est pas écoulée",
    Echeance.A_ENVOYER: "ce rapport n'est pas encore accusé",
    Echeance.FAITE: "c'est déjà fait",
}


def purge(
    reperes: Annotated[list[str] | None, typer.Argument(help="Repères ; sans eux, tout ce qui est échu.")] = None,
    config: ConfigOption = CONFIG,
    oui: Annotated[bool, typer.Option("--oui", help="Ne demande pas de confirmation.")] = False,
) -> int:
    """Efface les données personnelles des preuves dont la conservation est finie ; l'écrit dans chaque dossier."""
    configuration = load(config)
    console = output()
    if configuration.preuves.conservation_mois is None:
        raise ConfigurationError(
            "Aucune durée de conservation n'est décidée : rien n'est échu.",
            ou=str(configuration.fichier),
            remede="Demandez la durée à votre DPO, puis écrivez conservation_mois = … dans [preuves].",
            code="conservation_non_decidee",
        )
    with held_outbox(configuration, "evidence purge") as outbox:
        runs = select_runs(find_runs(configuration.dossier), reperes or [])
        situations = [situation_of(configuration, outbox, run, clock.now()) for run in runs]
        due = [one for one in situations if one.echeance is Echeance.DUE]
        codes = [_show_left(console, one, asked=bool(reperes)) for one in situations if one not in due]
        if due:
            codes += _purge_all(console, configuration, due, oui=oui)
        else:
            console.print("Rien n'est à purger.")
    return worst(codes)


def _show_left(console: Console, one: Situation, *, asked: bool) -> int:
    if one.erreur is not None:
        console.print(f"Pas touché : {describe_name(one.run.name)}", style="bold red")
        show_error(console, one.erreur)
        return one.erreur.exit_code
    if not asked:
        return ExitCode.OK
    console.print(f"Pas touché : {describe_name(one.run.name)} : {_WHY[one.echeance]}.", soft_wrap=True)
    return ExitCode.OK if one.echeance is Echeance.FAITE else ExitCode.BLOQUE


def _purge_all(console: Console, configuration: Configuration, due: list[Situation], *, oui: bool) -> list[int]:
    mois = configuration.preuves.conservation_mois
    console.print(f"Conservation décidée : {mois} mois. À purger, {plural(len(due), 'archive', 'archives')} :")
    for one in due:
        since = f", calculée le {jour_en_lettres(one.depuis)}" if one.depuis else ""
        console.print(f"  - {describe_name(one.run.name)}{since}", soft_wrap=True)
    console.print(_WHAT)
    if not oui and not _agreed():
        console.print("Rien n'est purgé.", style="bold")
        return [ExitCode.BLOQUE]
    codes = [_purge_one(console, configuration, one) for one in due]
    console.print(_SAUVEGARDES)
    return codes


def _purge_one(console: Console, configuration: Configuration, one: Situation) -> int:
    now = clock.now()
    try:
        motif = f"fin de la conservation ({configuration.preuves.conservation_mois} mois)"
        note_access(
            configuration.dossier,
            now,
            one.run,
            commande="evidence purge",
            motif=motif,
            objet="purge des détails et de la correspondance",
        )
        gone = purge_run(configuration, one.run, now)
    except TemoinError as error:
        show_error(console, error)
        return error.exit_code
    console.print(f"Purgé : {describe_name(one.run.name)}, {plural(len(gone), 'fichier', 'fichiers')}.", soft_wrap=True)
    return ExitCode.OK


def _agreed() -> bool:
    try:
        return input("Purger ? Tapez oui pour confirmer : ").strip().lower() == "oui"
    except EOFError:
        return False
