"""An explanation as people read it, and as programs do. Persons are shown on a terminal, only when asked for."""

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Annotated, Any, Final

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from temoin_sdk.errors import ConfigurationError, ExitCode
from temoin_sdk.explaining import Absente, Ecartees, Etape, Explication, Tri
from temoin_sdk.explaining.wording import COMPTES, RELATIONS
from temoin_sdk.rates import Indicateur, format_nombre, format_pourcent, format_taux
from temoin_sdk.vocabulary import Compte, EtatIndicateur
from temoin_sdk.wording import ETATS

_WIDTH: Final = 118
AVERTISSEMENT: Final = (
    "Ce qui suit désigne des personnes accompagnées. À lire sur place : ne le copiez ni dans un courriel, ni dans un "
    "ticket, ni dans un fichier partagé, et ne l'envoyez à personne, Témoin et l'ARS compris."
)


class Format(StrEnum):
    """How an explanation is printed."""

    TABLE = "table"
    JSON = "json"


FormatOption = Annotated[
    Format, typer.Option("--format", help="Tableaux, ou données pour un autre programme (jamais les personnes).")
]
PersonsOption = Annotated[
    bool,
    typer.Option("--personnes", help="Montre aussi, à l'écran seulement, quelles personnes manquent et pourquoi."),
]
OffScreenOption = Annotated[
    bool,
    typer.Option("--hors-terminal", help="Avec --personnes : accepte une sortie qui n'est pas un écran."),
]


def check_persons(*, persons: bool, off_screen: bool, format_: Format) -> None:
    """Refuse, before anything is read, to write persons anywhere but on a screen. Raises ConfigurationError."""
    if not persons:
        return
    if format_ is Format.JSON:
        raise ConfigurationError(
            "Le format json ne contient jamais de personnes.",
            remede="Retirer --personnes, ou garder le format table.",
            code="personnes_en_json",
        )
    if not off_screen and not sys.stdout.isatty():
        raise ConfigurationError(
            "La sortie n'est pas un écran : des identifiants de personnes resteraient dans un fichier ou un journal.",
            remede="Relancer la commande dans un terminal ; ou, en sachant où ira la sortie, ajouter --hors-terminal.",
            code="personnes_hors_terminal",
        )


def show(heading: str, found: Explication, *, persons: bool, format_: Format) -> int:
    """Print it on the standard output, and answer the exit code."""
    if format_ is Format.JSON:
        typer.echo(json.dumps(to_json(found), ensure_ascii=False, indent=2))
    else:
        console = _console()
        _show_head(console, heading, found)
        _show_rows(console, found)
        _show_steps(console, found)
        _show_comparison(console, found)
        _show_persons(console, found, asked=persons)
    if found.ecarts:
        return ExitCode.BUG
    nothing = all(number is None for number in found.comptes.values())
    return ExitCode.BLOQUE if found.blocage or nothing else ExitCode.OK


def to_json(found: Explication) -> dict[str, Any]:
    """Numbers, words and civil dates of the window: nothing of a person. `fenetre.fin` is the first day out."""
    return {
        "indicateur": found.indicateur.model_dump(mode="json"),
        "libelle": found.libelle,
        "fenetre": found.fenetre.model_dump(mode="json"),
        "sites": list(found.sites),
        "lignes": [_tri_json(tri) for tri in found.tris],
        "etapes": [_etape_json(etape) for etape in found.etapes],
        "expliques": {compte.value: number for compte, number in found.expliques.items()},
        "comptes": {compte.value: number for compte, number in found.comptes.items()},
        "donnes": sorted(compte.value for compte in found.donnes),
        "ecarts": [compte.value for compte in found.ecarts],
        "blocage": found.blocage,
        "remarques": list(found.remarques),
    }


def _tri_json(tri: Tri) -> dict[str, Any]:
    return {
        "source": tri.source,
        "relation": tri.relation.value,
        "lues": tri.lues,
        "ecartees": _rules_json(tri.ecartees),
        "retenues": tri.retenues,
    }


def _etape_json(etape: Etape) -> dict[str, Any]:
    return {
        "compte": etape.compte.value,
        "depart": etape.depart,
        "nombre_depart": etape.nombre_depart,
        "ecartees": _rules_json(etape.ecartees),
        "nombre": etape.nombre_arrivee,
    }


def _rules_json(rules: Sequence[Ecartees]) -> list[dict[str, Any]]:
    return [{"regle": each.regle, "libelle": each.libelle, "nombre": each.nombre} for each in rules]


def _show_head(console: Console, heading: str, found: Explication) -> None:
    line = found.indicateur
    console.print()
    console.print(heading, style="bold")
    console.print(f"{found.libelle} ({line.code}), {found.fenetre.libelle()}")
    if line.cible is None:
        cible = ""
    else:
        cible = f", cible {format_pourcent(line.cible) if line.code.startswith('taux_') else line.cible}"
    result = format_taux(line)
    state = "" if result.startswith(ETATS[line.etat]) else f", {ETATS[line.etat]}{_short_by(line)}"
    label = "Résultat" if found.blocage is None else "Résultat, si le calcul n'était pas bloqué"
    console.print(f"{label} : {result}{cible}{state}", style="bold")


def _short_by(line: Indicateur) -> str:
    """How many more would reach the target of a rate, with the same denominator."""
    if line.etat is not EtatIndicateur.NON_ATTEINT or line.cible is None or line.denominateur is None:
        return ""
    wanted = ceil(Fraction(line.cible) * line.denominateur / 100)
    return f" (il en manque {format_nombre(wanted - (line.numerateur or 0))})"


def _show_rows(console: Console, found: Explication) -> None:
    if not found.tris:
        return
    several = len({tri.source for tri in found.tris}) > 1
    table = _table("1. Ce que les sources ont rendu pour cet établissement", "Lignes")
    for tri in found.tris:
        whence = f", source « {tri.source} »" if several else ""
        table.add_row(Text(f"{RELATIONS[tri.relation]}{whence}", "bold"), format_nombre(tri.lues))
        for each in tri.ecartees:
            table.add_row(f"  − {each.libelle}", f"−{format_nombre(each.nombre)}")
        table.add_row("  = lignes retenues", Text(format_nombre(tri.retenues), "bold"))
        table.add_section()
    console.print()
    console.print(table)


def _show_steps(console: Console, found: Explication) -> None:
    if not found.etapes:
        return
    table = _table("2. Des lignes retenues au résultat", "Nombre")
    roles = dict.fromkeys(found.comptes, "")
    if len(roles) > 1:
        below, above = roles
        roles |= {below: " (dénominateur)", above: " (numérateur)"}
    standing: str | None = None
    for etape in found.etapes:
        if etape.depart != standing:
            table.add_row(etape.depart.capitalize(), format_nombre(etape.nombre_depart))
        for each in etape.ecartees:
            if each.nombre:
                table.add_row(f"  − {each.libelle}", f"−{format_nombre(each.nombre)}")
        arrived = Text(f"  = {etape.arrivee}{roles.get(etape.compte, '')}", "bold")
        table.add_row(arrived, Text(format_nombre(etape.nombre_arrivee), "bold"))
        standing = etape.arrivee
    console.print()
    console.print(table)


def _show_comparison(console: Console, found: Explication) -> None:
    console.print()
    for remarque in found.remarques:
        console.print(remarque)
    if found.blocage is not None:
        console.print(f"Le calcul ne donne aucun chiffre à cet établissement : {found.blocage}", style="bold red")
        console.print("  Les nombres ci-dessus n'ont donc pas pu être comparés.")
        return
    for compte in found.ecarts:
        _show_gap(console, compte, found)
    compared = [c for c in found.expliques if c not in found.donnes]
    if compared and not found.ecarts:
        numbers = ", ".join(f"{COMPTES[c]} : {format_nombre(found.expliques[c])}" for c in compared)
        console.print(f"Vérifié : le calcul (« temoin compute ») trouve la même chose ({numbers}).", style="green")


def _show_gap(console: Console, compte: Compte, found: Explication) -> None:
    counted = found.comptes[compte]
    said = "rien" if counted is None else format_nombre(counted)
    console.print(
        f"ÉCART sur « {COMPTES[compte]} » : l'explication donne {format_nombre(found.expliques[compte])}, le calcul "
        f"{said}.",
        style="bold red",
    )
    console.print(
        "  Que faire : relancez la même commande, le DUI a pu changer entre les deux lectures. Si l'écart demeure, "
        "c'est un défaut de Témoin : signalez-le, sans joindre de données."
    )


def _show_persons(console: Console, found: Explication, *, asked: bool) -> None:
    missing = found.personnes
    if missing is None:
        if asked:
            console.print("Cet indicateur ne se compte pas par personne : il n'y a personne à nommer.")
        return
    if not missing:
        console.print("Personne ne manque au numérateur.")
        return
    if not asked:
        console.print("Pour voir, sur place et à l'écran, de quelles personnes il s'agit : ajoutez --personnes.")
        return
    console.print()
    console.print(AVERTISSEMENT, style="bold yellow")
    console.print()
    console.print(_persons(missing))


def _persons(missing: Sequence[Absente]) -> Table:
    sites = len({site for each in missing for site in each.sites}) > 1
    title = f"3. Personnes à regarder : {len(missing)}"
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, title=title, title_justify="left")
    table.add_column("Identifiant dans le DUI", overflow="fold")
    if sites:
        table.add_column("Site", overflow="fold")
    table.add_column("Pourquoi", overflow="fold")
    for each in missing:
        first, *others = each.usagers
        named = f"{first} (réuni avec {', '.join(others)})" if others else first
        table.add_row(named, *([", ".join(each.sites)] if sites else []), each.pourquoi)
    return table


def _table(title: str, unit: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, title=title, title_justify="left")
    table.add_column("", overflow="fold", min_width=70)
    table.add_column(unit, justify="right", no_wrap=True)
    return table


def _console() -> Console:
    terminal = sys.stdout.isatty()
    return Console(
        width=None if terminal else _WIDTH,
        no_color=None if terminal else True,
        markup=False,
        highlight=False,
        emoji=False,
    )
