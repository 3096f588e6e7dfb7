"""`temoin evidence list`: every archive of evidence, and until when its personal data is kept."""

from rich import box
from rich.table import Table

from temoin_agent import clock
from temoin_agent.archive.finding import Run, find_runs
from temoin_agent.archive.purging import Echeance, Situation, situation_of
from temoin_agent.commands.options import CONFIG, ConfigOption, load, open_outbox
from temoin_agent.configuration import Configuration
from temoin_agent.outbox.evidence import PREUVES
from temoin_agent.presenting.console import output
from temoin_agent.presenting.words import plural
from temoin_sdk.archive.layout import RECU
from temoin_sdk.errors import ExitCode


def list_(config: ConfigOption = CONFIG) -> int:
    """Liste les preuves gardées : accusé reçu ou non, données personnelles gardées, à purger ou purgées."""
    configuration = load(config)
    outbox = open_outbox(configuration)
    console = output()
    runs, now = find_runs(configuration.dossier), clock.now()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in ("Repère", "Projet", "Fenêtre", "Version", "Accusé", "Données personnelles"):
        table.add_column(column, no_wrap=column != "Fenêtre", overflow="fold")
    situations = [situation_of(configuration, outbox, run, now) for run in runs]
    for one in situations:
        name = one.run.name
        words = _words(configuration, one)
        table.add_row(name.repere, name.projet, name.fenetre.libelle(), str(name.version), _receipt(one.run), words)
    if runs:
        console.print(table)
    console.print(
        f"{plural(len(runs), 'archive', 'archives')} de preuves dans {configuration.dossier / PREUVES}", soft_wrap=True
    )
    due = sum(one.echeance is Echeance.DUE for one in situations)
    if due:
        console.print(
            f"Suite : {plural(due, 'archive', 'archives')} à purger, « temoin evidence purge ».", style="bold"
        )
    return ExitCode.OK


def _receipt(run: Run) -> str:
    return "oui" if (run.folder / RECU).is_file() else "non"


def _words(configuration: Configuration, one: Situation) -> str:
    match one.echeance:
        case Echeance.FAITE:
            return "purgées"
        case Echeance.DUE:
            return "à purger"
        case Echeance.A_ENVOYER:
            return "gardées (à envoyer)"
        case Echeance.ILLISIBLE:
            return "à vérifier"
        case Echeance.PAS_ENCORE:
            mois = configuration.preuves.conservation_mois
            return "gardées sans durée" if mois is None else f"gardées {mois} mois"
