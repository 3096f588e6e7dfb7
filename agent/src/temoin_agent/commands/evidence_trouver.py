"""`temoin evidence trouver`: on a screen and on site, whether a person picked from an independent list has a leaf."""

import getpass
import unicodedata
from typing import Annotated, Final

import typer

from temoin_agent import clock
from temoin_agent.archive.finding import latest_of
from temoin_agent.archive.journal import note_access, read_motif
from temoin_agent.archive.opening import open_leaves
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

_ABSENT: Final = (
    "Aucune feuille de cet établissement ne porte cet identifiant : ce rapport ne compte pas cette personne. Avant de "
    "conclure à une omission : elle a pu n'avoir aucun séjour dans la fenêtre, ou ses dossiers ont été réunis sous un "
    "autre identifiant (« temoin explain … --personnes » les montre ensemble)."
)


def trouver(
    finess: FinessOption,
    usager: Annotated[
        str | None,
        typer.Option("--usager", help="Identifiant dans le DUI. Sans l'option, il est demandé et ne s'affiche pas."),
    ] = None,
    motif: MotifOption = "",
    rapport: RapportOption = None,
    config: ConfigOption = CONFIG,
) -> int:
    """Cherche la feuille d'une personne tirée d'une liste indépendante. L'accès est inscrit au journal, sans elle.

    Finit par 0 si elle est trouvée, 5 si le rapport ne la compte pas.
    """
    require_screen()
    why = read_motif(motif)
    configuration = load(config)
    wanted = unicodedata.normalize("NFC", (usager or getpass.getpass("Identifiant dans le DUI : ")).strip())
    run, report = latest_of(configuration, finess, rapport)
    found = [one for one in open_leaves(configuration, run, report, finess) if one.usager == wanted]
    objet = f"{finess}, " + (
        ", ".join(f"feuille n° {one.rang}, {one.empreinte}" for one in found) or "personne cherchée et non trouvée"
    )
    note_access(configuration.dossier, clock.now(), run, commande="evidence trouver", motif=why, objet=objet)
    console = output()
    for one in found:
        show_feuille(console, run, finess, one)
    if not found:
        console.print(_ABSENT, style="bold red")
        return ExitCode.BLOQUE
    return ExitCode.OK if all(one.prouvee for one in found) else ExitCode.PREUVE
