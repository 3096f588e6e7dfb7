"""What stands under the table: what was set aside, what to look at, with what to do and who is to do it."""

from collections.abc import Iterator

from rich.console import Console

from temoin_agent.presenting.words import plural
from temoin_sdk.counting import Resultat
from temoin_sdk.report.models import Rapport
from temoin_sdk.wording import DRAPEAUX, MOTIFS_ECART, MOTIFS_NON_ELIGIBLE


def show_remarks(console: Console, resultat: Resultat) -> None:
    """Print what concerns the run itself: sources that failed, establishments set aside, warnings."""
    served = {each.message for each in resultat.erreurs}
    for erreur in resultat.erreurs:
        _show(
            console,
            f"Source « {erreur.source} » : {erreur.message}",
            erreur.remede,
            erreur.acteur.value,
            "bold red",
            erreur.ou,
        )
    for ecarte in resultat.ecartes:
        if ecarte.message not in served:
            head = f"{ecarte.finess}, bloqué : {MOTIFS_ECART[ecarte.motif]}. {ecarte.message}"
            _show(console, head, ecarte.remede, ecarte.acteur.value, "bold red")
    for warning in resultat.avertissements:
        whom = f"{warning.finess} : " if warning.finess and warning.finess not in warning.message else ""
        _show(console, f"À regarder. {whom}{warning.message}", warning.remede, warning.acteur.value, "yellow")


def show_facts(console: Console, rapport: Rapport) -> None:
    """Print the honesty flags and the excluded persons, which the ARS reads too."""
    for line in _facts(rapport):
        console.print(line)


def _facts(rapport: Rapport) -> Iterator[str]:
    drapeaux = sorted({drapeau for each in rapport.etablissements for drapeau in each.drapeaux})
    for drapeau in drapeaux:
        finess = [each.finess for each in rapport.etablissements if drapeau in each.drapeaux]
        whom = "tous les établissements" if len(finess) == len(rapport.etablissements) > 1 else ", ".join(finess)
        yield f"  · {whom} : {DRAPEAUX[drapeau]}"
    for each in rapport.etablissements:
        if each.exclus:
            reasons = ", ".join(
                f"{MOTIFS_NON_ELIGIBLE[motif]} {number}" for motif, number in sorted(each.exclus.items())
            )
            total = plural(sum(each.exclus.values()), "personne non éligible", "personnes non éligibles")
            yield f"  · {each.finess} : {total} ({reasons})."


def _show(console: Console, head: str, remede: str, acteur: str, style: str, ou: str | None = None) -> None:
    console.print(head, style=style)
    if ou:
        console.print(f"  Où : {ou}")
    console.print(f"  Que faire : {remede}")
    console.print(f"  Qui : {acteur}")
