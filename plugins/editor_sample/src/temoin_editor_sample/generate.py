"""Command `temoin-editor-sample`: write the sample DUI's database. One seed and one end give one file."""

import sqlite3
from contextlib import closing
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from temoin_editor_sample.agenda import plan_agenda
from temoin_editor_sample.bords import place_edges
from temoin_editor_sample.calendrier import Calendrier
from temoin_editor_sample.dossiers import write_dossiers
from temoin_editor_sample.echanges import deposit_documents, exchange_liaison, import_prescriptions
from temoin_editor_sample.etablissements import FIN_PAR_DEFAUT, etablissements_at
from temoin_editor_sample.messages import send_all
from temoin_editor_sample.personnes import admit_all
from temoin_editor_sample.projets import write_projets
from temoin_editor_sample.registre import Registre, Site
from temoin_editor_sample.structure import create_automates, create_site
from temoin_sdk.cli.running import create_app, run
from temoin_sdk.durable import storage_error
from temoin_sdk.errors import StorageError

GRAINE: Final = 2026
_FIN: Final = FIN_PAR_DEFAUT.isoformat()

app = create_app("Residia, un DUI fictif : de quoi essayer Témoin sans aucune donnée réelle.")


def generate(path: Path, *, graine: int = GRAINE, fin: date = FIN_PAR_DEFAUT) -> dict[str, int]:
    """Write two years of invented life that end with the day `fin`; a file already there is replaced at the end.

    Answers the number of rows per table. Raises StorageError when the file cannot be written.
    """
    registre = _live(graine, fin)
    brouillon = path.with_name(path.name + ".partiel")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        brouillon.unlink(missing_ok=True)
        _write(brouillon, registre)
        brouillon.replace(path)
    except OSError as error:
        raise storage_error(error, path) from error
    except sqlite3.Error as error:
        brouillon.unlink(missing_ok=True)
        raise StorageError(
            f"La base d'exemple n'a pas pu être écrite ({error}).",
            remede="Vérifier le dossier, ses droits et la place libre, puis relancer.",
            ou=str(path),
        ) from error
    return {table: len(rows) for table, rows in registre.tables.items()}


def _live(graine: int, fin: date) -> Registre:
    registre, calendrier = Registre(), Calendrier(fin)
    automates = create_automates(registre)
    sites: dict[str, Site] = {}
    for fiche in etablissements_at(fin):
        sites[fiche.code] = create_site(registre, fiche, calendrier, automates, graine)
    for code in sorted(sites, key=lambda code: len(sites[code].profil.voisins)):
        admit_all(sites[code], sites)
    for site in sites.values():
        write_dossiers(site)
        write_projets(site)
        plan_agenda(site)
        deposit_documents(site)
        import_prescriptions(site)
        exchange_liaison(site)
    send_all(sites)
    place_edges(sites)
    return registre


def _write(path: Path, registre: Registre) -> None:
    schema = files("temoin_editor_sample").joinpath("schema.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        connection.executescript(schema)
        with connection:
            for table, rows in registre.tables.items():
                places = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 # our own table names


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"« {text} » n'est pas une date (AAAA-MM-JJ).") from error


@app.callback()
def commands() -> None:
    """Keep the name `generate` on the command line: a lone command would lose it."""


@app.command("generate")
def generate_command(
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="Fichier SQLite à écrire ; remplacé s'il existe.")],
    graine: Annotated[int, typer.Option(help="Une même graine donne la même base.")] = GRAINE,
    fin: Annotated[str, typer.Option(metavar="AAAA-MM-JJ", help="Dernier jour des données.")] = _FIN,
) -> None:
    """Écrit la base : douze établissements, environ 1 500 personnes, deux ans de vie."""
    rows = generate(out, graine=graine, fin=_day(fin))
    typer.echo(
        f"Base Residia écrite dans {out} : {rows['etablissement']} établissements, {rows['resident']} dossiers, "
        f"{sum(rows.values())} lignes."
    )


def main() -> NoReturn:
    """Entry point of `temoin-editor-sample`."""
    run(app, "temoin-editor-sample")
