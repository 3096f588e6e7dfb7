"""The ways the same base reaches the sdk: SQL over a SQLite file, generators of rows, both at once."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract import Identite, Instant, Jour, Logiciel, RecordSource, SqlSource, sql
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.contract.relations import PERSON_RELATIONS, SHAPES
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.testing.reference.facts import CLE_PSEUDONYME, CLE_SITE, EJ, ESPACE, PROJET, Base
from temoin_sdk.testing.reference.words import identifier
from temoin_sdk.vocabulary import Relation

CAMPAGNE = load_campaign("generalisation-2025").campagne
NOBODY = (Identite("nulle.part", "x", "nulle.part", "y"),)
OTHER_SPACE = "autre.logiciel"


@dataclass(frozen=True)
class Prepared:
    """A source class and what its configuration says."""

    classe: type[Any]
    reglages: Mapping[str, Any]


def through_sql(base: Base, folder: Path, *, intervals: bool) -> list[Prepared]:
    """Everything in one SQLite file; `intervals` adds an identity map that joins nobody."""
    lignes = dict(base.lignes)
    if intervals:
        lignes[Relation.IDENTITES] = (*lignes.get(Relation.IDENTITES, ()), *NOBODY)
    return [sql_source(base, lignes, folder / "dui.db")]


def through_records(base: Base, *, objects: bool) -> list[Prepared]:
    """Everything from generators, dates as they are stored or as Python's own."""
    return [record_source(base, base.lignes, objects=objects)]


def through_both(base: Base, folder: Path) -> list[Prepared]:
    """Every relation in two halves, each program having its own identifiers, joined by an identity map."""
    first = {relation: rows[::2] for relation, rows in base.lignes.items()}
    second = {relation: rows[1::2] for relation, rows in base.lignes.items()}
    usagers = {
        usager
        for relation in (Relation.SEJOURS, *PERSON_RELATIONS)
        for row in second.get(relation, ())
        if (usager := identifier(row.usager)) is not None
    }
    joined = tuple(Identite(OTHER_SPACE, usager, ESPACE, usager) for usager in sorted(usagers))
    first[Relation.IDENTITES] = base.rows(Relation.IDENTITES)
    second[Relation.IDENTITES] = joined
    return [
        sql_source(base, first, folder / "moitie.db"),
        record_source(base, second, objects=False, espace=OTHER_SPACE),
    ]


def sql_source(base: Base, lignes: Mapping[Relation, Iterable[Any]], path: Path) -> Prepared:
    """A SqlSource over these rows, written to a new SQLite file as they are."""
    members: dict[str, Any] = {
        "nom": "essai_sql",
        "logiciel": Logiciel("Essai", version="1"),
        "espace_usagers": ESPACE,
        "etablissements": "SELECT code FROM etablissements",
    }
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    _write(connection, Relation.ETABLISSEMENTS, [(site,) for site in base.sites])
    for relation, rows in lignes.items():
        columns = _write(connection, relation, list(rows))
        members[relation.value] = sql(f"SELECT {columns} FROM {relation.value}", dates=base.natures.get(relation))
    connection.execute("COMMIT")
    connection.close()
    return Prepared(type("EssaiSql", (SqlSource,), members), {"url": f"sqlite:///{path}"})


def _write(connection: sqlite3.Connection, relation: Relation, rows: list[Any]) -> str:
    """Write a table whose columns have no type, so that values stay as they are; gives the columns to select.

    An optional column in which nothing is written is left out of the SELECT: the contract allows it.
    """
    columns = SHAPES[relation].columns
    connection.execute(f"CREATE TABLE {relation.value} ({', '.join(columns)})")
    connection.executemany(f"INSERT INTO {relation.value} VALUES ({', '.join('?' * len(columns))})", rows)
    empty = {name for rank, name in enumerate(columns) if all(row[rank] is None for row in rows)}
    return ", ".join(name for name in columns if name not in empty or name in SHAPES[relation].required)


def record_source(
    base: Base, lignes: Mapping[Relation, Iterable[Any]], *, objects: bool, espace: str = ESPACE
) -> Prepared:
    """A RecordSource that yields these rows."""
    rows = {relation: _as_objects(base, relation, facts) if objects else facts for relation, facts in lignes.items()}
    members: dict[str, Any] = {
        "nom": "essai_lignes",
        "logiciel": Logiciel("Essai", version="1"),
        "espace_usagers": espace,
        "dates_par_colonne": {
            f"{relation.value}.{name}": nature
            for relation, nature in base.natures.items()
            for name in SHAPES[relation].dates
        },
        "etablissements": lambda self: iter(base.sites),
        **{relation.value: _method(relation, facts) for relation, facts in rows.items()},
    }
    return Prepared(type("EssaiLignes", (RecordSource,), members), {})


def _method(relation: Relation, facts: Iterable[Any]) -> Any:
    if relation is Relation.IDENTITES:
        return lambda self: iter(facts)
    return lambda self, periode: iter(facts)


def _as_objects(base: Base, relation: Relation, facts: Iterable[Any]) -> list[Any]:
    """The same rows, texts that Python reads as dates and hours made so."""
    nature = base.natures.get(relation)
    if not isinstance(nature, (Jour, Instant)):
        return list(facts)
    return [
        row._replace(**{name: _object(getattr(row, name), nature) for name in SHAPES[relation].dates}) for row in facts
    ]


def _object(value: Any, nature: Jour | Instant) -> Any:
    if not value:
        return None
    try:
        if isinstance(nature, Jour) or len(value) == len("2026-08-01"):
            return date.fromisoformat(value[:10])
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def run(base: Base, sources: list[Prepared], dossier: Path) -> Resultat:
    """What the sdk counts; sources of one run complete each other."""
    return count(*asked(base, sources, dossier))


def asked(base: Base, sources: list[Prepared], dossier: Path) -> tuple[Demande, Catalogue]:
    """What the sdk is asked; the folder is made."""
    dossier.mkdir()
    sites = {code: one.finess for one in base.etablissements for code in one.codes}
    demande = Demande(
        fenetre=base.fenetre,
        campagne=CAMPAGNE.model_copy(update={"reglages": base.reglages}),
        ej=EJ,
        projet=PROJET,
        etablissements=tuple(EtablissementDemande(finess=e.finess, fuseau=e.fuseau) for e in base.etablissements),
        fuseau_og=base.fuseau_og,
        sources=tuple(
            SourceDemande(
                nom=f"source-{rank}",
                plugin=one.classe.nom,
                reglages=one.reglages,
                sites=sites,
                cumule=len(sources) > 1,
            )
            for rank, one in enumerate(sources)
        ),
        cle_pseudonyme=CLE_PSEUDONYME,
        cle_site=CLE_SITE,
        dossier=dossier,
    )
    return demande, Catalogue({s.classe.nom: FoundSource(s.classe, "temoin-essai", "1") for s in sources}, {})
