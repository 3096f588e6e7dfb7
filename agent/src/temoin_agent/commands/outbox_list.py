"""`temoin outbox list`: every report, and where it stands."""

from rich import box
from rich.table import Table

from temoin_agent.commands.options import CONFIG, ConfigOption, load, open_outbox
from temoin_agent.outbox.store import Etat
from temoin_agent.presenting.console import output
from temoin_agent.presenting.words import plural
from temoin_sdk.errors import ExitCode
from temoin_sdk.wording import MESURES

_TITLES = {
    Etat.A_ENVOYER: "à envoyer",
    Etat.ACCUSE: "accusé",
    Etat.REFUSE: "refusé",
    Etat.QUARANTAINE: "en quarantaine",
}


def list_(config: ConfigOption = CONFIG) -> int:
    """Liste les rapports signés, du plus ancien au plus récent."""
    outbox = open_outbox(load(config))
    console = output()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in ("Repère", "État", "Projet", "Fenêtre", "Mesure", "Version"):
        table.add_column(column, no_wrap=column != "Fenêtre", overflow="fold")
    entries = [entry for etat in Etat for entry in outbox.entries(etat)]
    for entry in sorted(entries, key=lambda entry: (entry.name.fin, entry.name)):
        name = entry.name
        mesure = MESURES[name.mesure]
        table.add_row(name.repere, _TITLES[entry.etat], name.projet, name.fenetre.libelle(), mesure, str(name.version))
    if entries:
        console.print(table)
    console.print(f"{plural(len(entries), 'rapport', 'rapports')} dans {outbox.dossier}", soft_wrap=True)
    return ExitCode.OK
