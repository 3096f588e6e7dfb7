"""`temoin evidence reveal`: on a screen and on site, which record a leaf speaks of."""

from typing import Annotated

import typer

from temoin_agent import clock
from temoin_agent.archive.finding import latest_of
from temoin_agent.archive.journal import note_access, read_motif
from temoin_agent.archive.opening import open_leaves, pick
from temoin_agent.commands.evidence_visit import (
    FinessOption,
    MotifOption,
    RapportOption,
    require_screen,
    show_feuille,
)
from temoin_agent.commands.options import CONFIG, ConfigOption, load
from temoin_agent.presenting.console import output
from temoin_sdk.errors import ExitCode


def reveal(
    finess: FinessOption,
    feuille: Annotated[
        str, typer.Option("--feuille", help="Rang de la feuille (dès 1), ou début de son empreinte (8 caractères).")
    ],
    motif: MotifOption = "",
    rapport: RapportOption = None,
    config: ConfigOption = CONFIG,
) -> int:
    """Dit, à l'écran seulement, quel dossier ouvrir pour une feuille. L'accès est inscrit au journal."""
    require_screen()
    why = read_motif(motif)
    configuration = load(config)
    run, report = latest_of(configuration, finess, rapport)
    found = pick(open_leaves(configuration, run, report, finess), feuille)
    objet = f"{finess}, feuille n° {found.rang}, {found.empreinte}"
    note_access(configuration.dossier, clock.now(), run, commande="evidence reveal", motif=why, objet=objet)
    show_feuille(output(), run, finess, found)
    return ExitCode.OK if found.prouvee else ExitCode.PREUVE
