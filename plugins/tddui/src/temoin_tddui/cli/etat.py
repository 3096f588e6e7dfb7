"""`temoin-tddui etat`: what the store holds, in numbers."""

import json
from collections import Counter
from datetime import date
from itertools import pairwise

import typer

from temoin_sdk.windows import jour_en_lettres
from temoin_tddui.accumulating import Datation
from temoin_tddui.cli.options import DepotOption
from temoin_tddui.cli.words import tell_oddities
from temoin_tddui.matricules import count_known
from temoin_tddui.store import open_store

_HISTORY = 35
"""Days of history that an export of the SSIAD use case holds at most: a longer gap loses facts."""

_PAR_SITE = """
SELECT coalesce(finess, finess_identifiant), count(DISTINCT usager), count(*) FROM ressource
WHERE nature = 'sejour' GROUP BY 1 ORDER BY 1
"""
_PAR_NATURE = "SELECT nature, count(*) FROM ressource GROUP BY 1 ORDER BY 1"


def etat(depot: DepotOption) -> None:
    """Dit ce que le dépôt contient : exports, dates, établissements, et ce qui a été toléré."""
    store = open_store(depot)
    with store.reading() as connection:
        exports = connection.execute("SELECT ordre, datation, compteurs FROM export ORDER BY ordre").fetchall()
        sites = connection.execute(_PAR_SITE).fetchall()
        ins = count_known(connection)
        natures = connection.execute(_PAR_NATURE).fetchall()
    typer.echo(f"Dépôt {store.folder}")
    _tell_exports(exports)
    typer.echo("Ressources : " + (", ".join(f"{number} {nature}" for nature, number in natures) or "aucune"))
    for finess, persons, stays in sites:
        typer.echo(f"  {finess or 'sans FINESS'} : {persons} usagers, {stays} séjours")
    if ins is not None:
        typer.echo(f"Usagers reconnus par leur INS, à joindre aux dépôts DMP d'une autre source : {ins}")
    compteurs: Counter[str] = Counter()
    for _, _, text in exports:
        compteurs.update(json.loads(text))
    for line in tell_oddities(compteurs):
        typer.echo(f"  {line}")


def _tell_exports(exports: list[tuple[str, str, str]]) -> None:
    days = [date.fromisoformat(ordre[:10]) for ordre, _, _ in exports if ordre]
    spread = f", du {jour_en_lettres(days[0])} au {jour_en_lettres(days[-1])}" if days else ""
    typer.echo(f"Exports : {len(exports)}{spread}")
    kinds = Counter(datation for _, datation, _ in exports)
    weak = {
        Datation.PERIODE: "datés par la période de leur nom",
        Datation.RECEPTION: "datés de leur réception",
        Datation.AUCUNE: "sans date",
    }
    for kind, told in weak.items():
        if kinds[kind]:
            typer.echo(f"  {kinds[kind]} {told} : ils ne prouvent pas quand un dossier a changé")
    for before, after in pairwise(dict.fromkeys(days)):
        if (gap := (after - before).days) > _HISTORY:
            typer.echo(
                f"  {gap} jours sans export après le {jour_en_lettres(before)} : un export couvre cinq semaines "
                "au plus, des faits peuvent manquer"
            )
