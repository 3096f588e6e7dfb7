"""`temoin-tddui import`: the exports of a folder into the store."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from temoin_sdk.errors import ConfigurationError, ExitCode
from temoin_tddui import clock
from temoin_tddui.accumulating import Datation
from temoin_tddui.cli.options import DepotOption
from temoin_tddui.cli.words import tell_oddities
from temoin_tddui.folder import Imported, import_folder
from temoin_tddui.moments import to_moment
from temoin_tddui.store import create_store


def importer(
    dossier: Annotated[Path, typer.Argument(help="Dossier des exports, ou un seul fichier.")],
    depot: DepotOption,
    motif: Annotated[
        list[str] | None, typer.Option("--motif", help="Noms des fichiers à prendre (*.json et *.json.gz) ; répétable.")
    ] = None,
    date: Annotated[
        str | None,
        typer.Option("--date", help="Date des exports qui n'en portent pas : 2026-10-05, ou un instant avec décalage."),
    ] = None,
) -> int:
    """Prend les exports d'un dossier. Relancer ne change rien ; l'ordre ne compte pas : la date de l'export décide."""
    imported = import_folder(create_store(depot), dossier, motif or ("*.json", "*.json.gz"), clock.now(), _date(date))
    _tell(imported)
    return ExitCode.SOURCE if imported.refuses else ExitCode.OK


def _date(text: str | None) -> str | None:
    if text is None:
        return None
    moment = to_moment(text)
    if moment is None:
        raise ConfigurationError(
            "La date donnée par --date ne se lit pas.",
            remede="Écrire un jour (2026-10-05) ou un instant avec son décalage (2026-10-05T03:00:00+02:00).",
            code="tddui_date",
        )
    return moment


def _tell(imported: Imported) -> None:
    new = [taken for _, taken in imported.pris if taken.nouveau]
    typer.echo(
        f"{len(new)} exports pris, {len(imported.pris) - len(new)} déjà connus, {len(imported.refuses)} refusés."
    )
    compteurs: Counter[str] = Counter()
    for taken in new:
        compteurs += taken.compteurs
        compteurs[f"datation_{taken.date.datation}"] += 1
    for line in tell_oddities(compteurs):
        typer.echo(f"  {line}")
    if undated := compteurs[f"datation_{Datation.AUCUNE}"]:
        typer.echo(f"  {undated} exports ne portent aucune date : ils passent après tous les autres (voir --date).")
    for refused in imported.refuses:
        typer.echo(f"Refusé : {refused.erreur.phrase()}", err=True)
