"""The French table of a report: each establishment, each indicator with its fraction, its target and its state."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from temoin_agent.configuration import Projet
from temoin_agent.presenting.words import NIVEAUX, plural
from temoin_sdk.campaigns import Campagne
from temoin_sdk.certificates import describe_source
from temoin_sdk.conventions import Convention
from temoin_sdk.rates import (
    Indicateur,
    IndicateurEnsemble,
    compute_ensemble,
    format_nombre,
    format_pourcent,
    format_taux,
)
from temoin_sdk.report.models import EtablissementRapport, Rapport
from temoin_sdk.vocabulary import EtatIndicateur, Niveau, Secteur
from temoin_sdk.wording import ETATS, MESURES, MOTIFS_ECART

_STYLES: Mapping[EtatIndicateur, str] = {
    EtatIndicateur.ATTEINT: "green",
    EtatIndicateur.NON_ATTEINT: "bold red",
    EtatIndicateur.NON_MESURABLE: "yellow",
    EtatIndicateur.NON_FOURNI: "yellow",
    EtatIndicateur.SANS_OBJET: "dim",
    EtatIndicateur.SANS_CIBLE: "dim",
}


@dataclass(frozen=True, slots=True)
class View:
    """What is needed to show a report to those it speaks of: names and wordings that it does not hold."""

    rapport: Rapport
    campagne: Campagne
    convention: Convention
    noms: Mapping[str, str]

    @classmethod
    def of(cls, rapport: Rapport, projet: Projet) -> "View":
        """The view of a report of `projet` as it is configured."""
        noms = {each.finess: each.nom for each in projet.etablissements}
        return cls(rapport, projet.campagne.campagne, projet.convention, noms)

    def who(self, finess: str) -> str:
        """« EHPAD Fictif (010780054) », or the number alone for an establishment whose name is not known here."""
        nom = self.noms.get(finess)
        return f"{nom} ({finess})" if nom else finess

    def libelle(self, code: str) -> str:
        """The campaign's words for an indicator."""
        return next((each.libelle for each in self.campagne.indicateurs if each.code == code), code)

    def niveau(self, each: EtablissementRapport, code: str) -> Niveau | None:
        """The weakest level of proof among the counts behind an indicator; None when one of them was not supplied."""
        definition = next((found for found in self.campagne.indicateurs if found.code == code), None)
        comptes = () if definition is None else (definition.numerateur, definition.denominateur)
        levels = [each.niveaux.get(compte) for compte in comptes if compte is not None]
        supplied = [niveau for niveau in levels if niveau is not None]
        return max(supplied, key=list(Niveau).index, default=None) if len(supplied) == len(levels) else None

    def ensemble(self) -> tuple[IndicateurEnsemble, ...]:
        """The project's own lines, over all its establishments."""
        lines = [each.indicateurs for each in self.rapport.etablissements]
        total = len(self.rapport.etablissements) + len(self.rapport.ecartes)
        return compute_ensemble(lines, total, self.campagne, self.convention)


def show_report(console: Console, view: View) -> None:
    """Print the header, the establishments, and the project as a whole."""
    rapport = view.rapport
    print_header(console, view)
    console.print(_establishments(view))
    show_sources(console, view)
    if len(view.noms) > 1:
        console.print()
        console.print(_whole(view))
    if rapport.og is not None:
        number = format_nombre(rapport.og.messages_mss)
        console.print(f"Messages MSSanté de l'organisme, qu'aucun établissement ne se voit attribuer : {number}.")


def show_sources(console: Console, view: View) -> None:
    """Print what the figures were read from, and whether each plugin is certified."""
    for line in source_lines(view.rapport):
        console.print(line, soft_wrap=True)


def source_lines(rapport: Rapport) -> Iterator[str]:
    """One line per source of a report."""
    for source in rapport.sources:
        version = f" {source.logiciel_version}" if source.logiciel_version else ""
        plugin = f"{source.plugin} {source.plugin_version}"
        yield f"Source {source.source} : {source.logiciel}{version}, {plugin}, {describe_source(source.certificat)}"


def print_header(console: Console, view: View) -> None:
    """Which project, which measure, which window, under which campaign."""
    rapport = view.rapport
    console.print()
    console.print(
        f"Projet {rapport.projet} : mesure {MESURES[rapport.mesure]} {rapport.fenetre.libelle()}", style="bold"
    )
    console.print(f"Campagne : {view.campagne.libelle} ({view.campagne.code})")


def _establishments(view: View) -> Table:
    weaker = any(niveau is not Niveau.FAITS for each in view.rapport.etablissements for niveau in each.niveaux.values())
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Établissement (FINESS), secteur", overflow="fold")
    table.add_column("Résultat", justify="right", no_wrap=True)
    table.add_column("Cible", justify="right", no_wrap=True)
    table.add_column("État", no_wrap=True)
    if weaker:
        table.add_column("Preuve")
    for each in view.rapport.etablissements:
        table.add_row(_heading(view, each.finess, each.secteur))
        for indicateur in each.indicateurs:
            table.add_row(*_row(view, each, indicateur, weaker=weaker))
        table.add_section()
    for ecarte in view.rapport.ecartes:
        table.add_row(_heading(view, ecarte.finess, ecarte.secteur))
        table.add_row(Text(f"  bloqué : {MOTIFS_ECART[ecarte.motif]}", "bold red"))
        table.add_section()
    return table


def _heading(view: View, finess: str, secteur: Secteur | None) -> Text:
    return Text(f"{view.who(finess)}, {secteur or 'secteur inconnu'}", "bold")


def _row(view: View, each: EtablissementRapport, indicateur: Indicateur, *, weaker: bool) -> list[str | Text]:
    row: list[str | Text] = [
        f"  {view.libelle(indicateur.code)}",
        format_taux(indicateur),
        format_cible(indicateur),
        Text(ETATS[indicateur.etat], _STYLES[indicateur.etat]),
    ]
    niveau = view.niveau(each, indicateur.code)
    if weaker and niveau is not None and niveau is not Niveau.FAITS:
        row.append(NIVEAUX[niveau])
    return row


def format_cible(indicateur: Indicateur) -> str:
    """« 90 % », the bare number for an indicator that is one, « – » without target."""
    if indicateur.cible is None:
        return "–"
    return (
        format_pourcent(indicateur.cible) if indicateur.code.startswith("taux_") else indicateur.cible.replace(".", ",")
    )


def _whole(view: View) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, title="Ensemble du projet", title_justify="left"
    )
    table.add_column("Indicateur", overflow="fold")
    table.add_column("Résultat cumulé", justify="right", no_wrap=True)
    table.add_column("Sur", no_wrap=True)
    table.add_column("Cible", justify="right", no_wrap=True)
    table.add_column("État du cumul", no_wrap=True)
    table.add_column("Cible atteinte par")
    for line in view.ensemble():
        reached = "–" if line.cible is None or not line.total else f"{line.atteints} sur {line.total}"
        table.add_row(
            view.libelle(line.code),
            format_taux(line),
            plural(line.mesures, "établissement", "établissements"),
            format_cible(line),
            Text(ETATS[line.etat], _STYLES[line.etat]),
            reached,
        )
    return table
