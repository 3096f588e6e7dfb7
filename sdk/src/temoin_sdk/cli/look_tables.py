"""What was seen of a mapping and of its database, in French tables: figures and codes, nothing that names a person."""

import sys
from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from temoin_sdk.contract.natures import spell_nature
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.contract.sources import SqlSource
from temoin_sdk.mapping.looking import SourceVue, sites_of
from temoin_sdk.mapping.models import FichierMapping, ReglageDeclare
from temoin_sdk.mapping.observing import ColonneVue, Regard, RelationVue
from temoin_sdk.mapping.remarks import ADMITTED, Gravite
from temoin_sdk.rates import format_nombre
from temoin_sdk.vocabulary import Relation

_WIDTH: Final = 118
_NUMBERS: Final = frozenset(
    {"Lignes (fenêtre)", "Personnes", "Inconnus", "Vides", *(relation.value.replace("_", " ") for relation in Relation)}
)
_SITES: Final = 30
"""Establishments shown; an editor's largest client has hundreds."""


def show_mapping(mapping: FichierMapping) -> None:
    """What the file says: which relations, which are missing, and what each client must give."""
    console = _console()
    supplied = mapping.relations.supplied()
    missing = [relation.value for relation in Relation if relation not in supplied]
    console.print(f"Mapping {mapping.nom} {mapping.version} : {mapping.logiciel.nom}", style="bold")
    console.print(f"Fichier correct. Moteurs : {', '.join(mapping.moteurs)}. Relations : {len(supplied)}.")
    if missing:
        console.print(f"Non fournies (leurs chiffres seront nuls, jamais 0) : {', '.join(missing)}.")
    if mapping.reglages:
        table = _table("Réglages que chaque client donne", "Nom", "Type", "Sans valeur", "Ce qu'il faut écrire")
        for name, declared in mapping.reglages.items():
            table.add_row(name, declared.type, _default(declared), declared.description)
        _print(console, table)


def show_source(source: SqlSource, vue: SourceVue, regard: Regard) -> None:
    """What the database holds, and what looks wrong in it."""
    console = _console()
    console.print()
    version = f" {vue.version_logiciel}" if vue.version_logiciel else ""
    sites = sites_of(vue.relations)
    known = f"{format_nombre(len(sites))} {'sites' if len(sites) > 1 else 'site'}"
    console.print(f"Base lue : {source.logiciel.nom}{version}, {known}", style="bold")
    console.print(
        f"Fenêtre : {regard.fenetre.libelle()} (heure de {regard.fuseau}) ; {format_nombre(regard.limite)} lignes au "
        "plus par relation."
    )
    _print(console, _relations(vue))
    _print(console, _columns(vue))
    if any(each.mots for each in vue.relations.values()):
        _print(console, _words(vue))
    if sites:
        _print(console, _by_site(vue, sites))
    _show_remarks(console, vue)


def _relations(vue: SourceVue) -> Table:
    table = _table("Relations", "Relation", "Lignes (fenêtre)", "Personnes", "Première date", "Dernière date")
    for each in vue.relations.values():
        dates = [c for c in each.colonnes.values() if c.nature is not None]
        table.add_row(
            each.relation.value,
            _count(each.lignes, each),
            _count(len(each.personnes), each) if "usager" in each.colonnes and each.personnes else "",
            min((c.premiere.isoformat() for c in dates if c.premiere), default=""),
            max((c.derniere.isoformat() for c in dates if c.derniere), default=""),
        )
    return table


def _columns(vue: SourceVue) -> Table:
    table = _table("Colonnes", "Relation", "Colonne", "Type lu", "Nature", "Vides", "Du", "Au")
    for each in vue.relations.values():
        for colonne in each.colonnes.values():
            table.add_row(each.relation.value, *_column(colonne))
        for name in SHAPES[each.relation].optional:
            if name not in each.colonnes:
                table.add_row(each.relation.value, Text(f"{name} : absente, facultative", "dim"))
        for name in each.autres:
            table.add_row(each.relation.value, Text(f"{name} : non lue", "dim"))
        table.add_section()
    return table


def _column(colonne: ColonneVue) -> list[str]:
    return [
        colonne.nom,
        ", ".join(sorted(colonne.types)) or "–",
        spell_nature(colonne.nature).replace(":", ", ") if colonne.nature is not None else "",
        f"{format_nombre(colonne.vides)} sur {format_nombre(colonne.lues)}",
        colonne.premiere.isoformat() if colonne.premiere else "",
        colonne.derniere.isoformat() if colonne.derniere else "",
    ]


def _words(vue: SourceVue) -> Table:
    table = _table("Mots des listes fermées (fenêtre)", "Relation", "Colonne", "Connus", "Inconnus", "Vides")
    for each in vue.relations.values():
        for name, tally in each.mots.items():
            known = ADMITTED[each.relation, name]
            seen = [f"{word} {format_nombre(tally[word])}" for word in known if tally[word]]
            unknown = sum(number for word, number in tally.items() if word is not None and word not in known)
            table.add_row(
                each.relation.value, name, ", ".join(seen) or "–", _count(unknown, each), _count(tally[None], each)
            )
    return table


def _by_site(vue: SourceVue, sites: Sequence[str]) -> Table:
    asked = [e for e in vue.relations.values() if e.relation is not Relation.ETABLISSEMENTS and "code" in e.colonnes]
    table = _table(
        "Lignes par établissement (fenêtre)", "Site", *(each.relation.value.replace("_", " ") for each in asked)
    )
    for code in sites[:_SITES]:
        table.add_row(code, *(_count(each.sites[code], each) for each in asked))
    if len(sites) > _SITES:
        rest = sites[_SITES:]
        table.add_row(f"{len(rest)} autres", *(_count(sum(each.sites[code] for code in rest), each) for each in asked))
    loose = [sum(n for code, n in each.sites.items() if code not in sites) for each in asked]
    if any(loose):
        table.add_row("vide ou inconnu", *(_count(n, each) for n, each in zip(loose, asked, strict=True)))
    return table


def _show_remarks(console: Console, vue: SourceVue) -> None:
    console.print()
    if not vue.remarques:
        console.print("Rien à redire.", style="bold green")
        return
    errors = sum(each.gravite is Gravite.ERREUR for each in vue.remarques)
    console.print(f"Erreurs : {errors}. À revoir : {len(vue.remarques) - errors}.", style="bold")
    for rank, each in enumerate(vue.remarques, start=1):
        where = f"{each.relation.value} : " if each.relation is not None else ""
        style = "bold red" if each.gravite is Gravite.ERREUR else "yellow"
        console.print(f"{rank}. {each.gravite.value}, {where}{each.message}", style=style)
        console.print(f"   Que faire : {each.remede}")


def _default(declared: ReglageDeclare) -> str:
    if declared.required:
        return "obligatoire"
    if declared.defaut is None:
        return "NULL"
    return str(declared.defaut).lower() if isinstance(declared.defaut, bool) else str(declared.defaut)


def _count(number: int, vue: RelationVue) -> str:
    """A number, with a sign when the limit was reached and there may be more."""
    return f"≥ {format_nombre(number)}" if vue.plafond else format_nombre(number)


def _table(title: str, *columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, title=title, title_justify="left")
    for name in columns:
        table.add_column(name, overflow="fold", justify="right" if name in _NUMBERS else "left")
    return table


def _print(console: Console, table: Table) -> None:
    console.print()
    console.print(table)


def _console() -> Console:
    terminal = sys.stdout.isatty()
    return Console(
        width=None if terminal else _WIDTH,
        no_color=None if terminal else True,
        markup=False,
        highlight=False,
        emoji=False,
    )
