"""One line per establishment and source: targets reached, and what is missing. What a timer's journal should hold."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from temoin_agent.presenting.table import View, print_header, show_sources
from temoin_agent.presenting.words import plural
from temoin_sdk.rates import Indicateur, format_taux
from temoin_sdk.report.models import EtablissementRapport
from temoin_sdk.vocabulary import EtatIndicateur
from temoin_sdk.wording import ETATS, MOTIFS_ECART

_INTRODUCTIONS = ("Taux de ", "Taux d'", "Nombre de ")


def show_summary(console: Console, view: View) -> None:
    """Print the header, then a line per establishment and per source; `temoin compute` shows every figure."""
    print_header(console, view)
    for each in view.rapport.etablissements:
        console.print(_line(view, each), soft_wrap=True)
    for ecarte in view.rapport.ecartes:
        console.print(f"{view.who(ecarte.finess)} : bloqué : {MOTIFS_ECART[ecarte.motif]}", style="bold red")
    show_sources(console, view)


def _line(view: View, each: EtablissementRapport) -> Text:
    judged = [i for i in each.indicateurs if i.cible is not None and i.etat is not EtatIndicateur.SANS_OBJET]
    reached = sum(indicateur.etat is EtatIndicateur.ATTEINT for indicateur in judged)
    line = Text(f"{view.who(each.finess)} : ")
    if not judged:
        return line.append("aucune cible", "dim")
    said = f"{plural(reached, 'cible atteinte', 'cibles atteintes')} sur {len(judged)}"
    line.append(said, "green" if reached == len(judged) else "bold")
    missing = list(_missing(view, judged))
    return line.append(f" ; {' ; '.join(missing)}") if missing else line


def _missing(view: View, judged: Sequence[Indicateur]) -> Iterator[str]:
    for etat in (EtatIndicateur.NON_ATTEINT, EtatIndicateur.NON_MESURABLE, EtatIndicateur.NON_FOURNI):
        named = [
            _short(view.libelle(i.code)) + (f" {format_taux(i)}" if etat is EtatIndicateur.NON_ATTEINT else "")
            for i in judged
            if i.etat is etat
        ]
        if named:
            yield f"{ETATS[etat]} : {', '.join(named)}"


def _short(libelle: str) -> str:
    """The thing itself: the line already says that it is a rate."""
    for introduction in _INTRODUCTIONS:
        libelle = libelle.removeprefix(introduction)
    return libelle if libelle[:2].isupper() else libelle[:1].lower() + libelle[1:]
