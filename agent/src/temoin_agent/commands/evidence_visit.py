"""What the commands of an on-site visit share: a screen, a reason, a journal, and how a leaf is shown."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final

import typer
from rich.console import Console

from temoin_agent.archive.finding import Run
from temoin_agent.archive.opening import Feuille
from temoin_agent.presenting.console import is_screen
from temoin_agent.presenting.outcomes import describe_name
from temoin_sdk.cli.explained import AVERTISSEMENT
from temoin_sdk.errors import ConfigurationError
from temoin_sdk.evidence import DrapeauFeuille
from temoin_sdk.vocabulary import StatutProjet
from temoin_sdk.windows import jour_en_lettres
from temoin_sdk.wording import DOSSIERS_PROUVENT, MOTIFS_NON_ELIGIBLE

FinessOption = Annotated[str, typer.Option("--finess", help="FINESS de l'établissement.")]
RapportOption = Annotated[
    str | None, typer.Option("--rapport", help="Repère du rapport ; sans lui, le dernier qui compte l'établissement.")
]
MotifOption = Annotated[
    str, typer.Option("--motif", help="Pourquoi, pour le journal des accès ; sans nommer personne.")
]

_STATUTS: Final = {
    StatutProjet.ANNULE: "annulé",
    StatutProjet.TERMINE: "terminé",
    StatutProjet.SUSPENDU: "suspendu",
    StatutProjet.EN_PREPARATION: "en préparation",
    StatutProjet.ACTIF: "actif",
}


def require_screen() -> None:
    """Refuse any output but a screen: what is shown must not stay in a file. ConfigurationError `hors_terminal`."""
    if not is_screen():
        raise ConfigurationError(
            "La sortie n'est pas un écran : ce qui désigne une personne ne s'écrit ni dans un fichier ni dans un tube.",
            remede="Relancez la commande dans un terminal, sur place.",
            code="hors_terminal",
        )


def show_feuille(console: Console, run: Run, finess: str, feuille: Feuille) -> None:
    """Print one leaf, the record behind it, and what is to be found there."""
    console.print(AVERTISSEMENT, style="bold red")
    console.print(f"\nFeuille n° {feuille.rang} de {finess}, {describe_name(run.name)}", style="bold", soft_wrap=True)
    console.print(f"  Empreinte : {feuille.empreinte}", soft_wrap=True)
    console.print(f"  Dossier à ouvrir dans le DUI : {feuille.usager} (identifiants de {feuille.espace})")
    if feuille.prouvee:
        console.print("  Lien prouvé : la clé de cette installation redonne, pour ce dossier, le pseudonyme engagé.")
    else:
        console.print(
            "  LIEN NON PROUVÉ : la clé de cette installation ne redonne pas ce pseudonyme. La correspondance a été "
            "modifiée, ou la clé a changé depuis ce rapport.",
            style="bold red",
        )
    console.print("  Ce que la feuille affirme, et qui se vérifie dans le dossier :")
    for line in _claims(feuille):
        console.print(f"    - {line}")
    console.print(f"\n{DOSSIERS_PROUVENT}")


def _claims(feuille: Feuille) -> Iterator[str]:
    flags, detail = feuille.drapeaux, feuille.detail
    motif = "" if detail.motif is None else f" : {MOTIFS_NON_ELIGIBLE[detail.motif.name.lower()]}"
    statut = "" if detail.projet is None else f", état retenu : {_STATUTS[detail.projet]}"
    yield f"peut bénéficier d'un projet d'accueil : {_yes(flags & DrapeauFeuille.ELIGIBLE)}{motif}"
    yield f"dossier actif : {_yes(flags & DrapeauFeuille.ACTIF)}{_day('dernière écriture retenue', detail.jour_maj)}"
    yield f"projet personnalisé : {_yes(flags & DrapeauFeuille.PROJET)}{statut}"
    yield f"événement d'agenda : {_yes(flags & DrapeauFeuille.AGENDA)}{_day('dernier retenu', detail.jour_evenement)}"
    yield f"DMP alimenté : {_yes(flags & DrapeauFeuille.DMP)}{_day('dernier dépôt retenu', detail.jour_depot)}"


def _yes(flag: int) -> str:
    return "oui" if flag else "non"


def _day(what: str, day: date | None) -> str:
    return "" if day is None else f", {what} le {jour_en_lettres(day)}"
