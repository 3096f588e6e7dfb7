"""The same base in typed tables of a real server, read by a SqlSource."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import servers

from reference.routes import NOBODY, Prepared
from reference.typing_columns import Typage, stored
from temoin_sdk.contract import Logiciel, SqlSource, sql
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.testing.reference.facts import ESPACE, Base
from temoin_sdk.vocabulary import Relation

TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    "postgresql": {
        "texte": "text",
        "jour": "date",
        "naif": "timestamp",
        "absolu": "timestamptz",
        "entier": "bigint",
        "reel": "double precision",
        "uuid": "uuid",
        "caracteres": "char(60)",
    },
    "mariadb": {
        "texte": "varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
        "jour": "date",
        "naif": "datetime(6)",
        "entier": "bigint",
        "reel": "double",
        "uuid": "uuid",
        "caracteres": "char(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_swedish_ci",
    },
}
"""The type of a column of each kind, engine by engine; a kind that an engine lacks is absent."""

MEMBERS: Final[Mapping[str, Any]] = {
    "nom": "essai_sql",
    "logiciel": Logiciel("Essai", version="1"),
    "espace_usagers": ESPACE,
    "etablissements": "SELECT code FROM etablissements",
}


@contextmanager
def through_engine(
    base: Base, moteur: str, typage: Typage, folder: Path, *, intervals: bool
) -> Iterator[list[Prepared]]:
    """A canonical base in a new database of an engine; `intervals` adds an identity map that joins nobody."""
    lignes = dict(base.lignes)
    if intervals:
        lignes[Relation.IDENTITES] = (*lignes.get(Relation.IDENTITES, ()), *NOBODY)
    members = dict(MEMBERS)
    with servers.open_base(moteur, folder) as opened:
        opened.load("etablissements", {"code": TYPES[moteur]["texte"]}, [(str(site),) for site in base.sites])
        for relation, rows in lignes.items():
            kinds = kinds_of(base, relation, typage)
            values = [[stored(v, k) for v, k in zip(row, kinds.values(), strict=True)] for row in rows]
            opened.load(relation.value, {name: TYPES[moteur][kind] for name, kind in kinds.items()}, values)
            dates = base.natures.get(relation)
            members[relation.value] = sql(f"SELECT {', '.join(_filled(relation, values))} FROM {relation.value}", dates)
        yield [Prepared(type("EssaiSql", (SqlSource,), members), opened.reglages)]


def kinds_of(base: Base, relation: Relation, typage: Typage) -> dict[str, str]:
    """The kind of every column of a relation."""
    shape = SHAPES[relation]
    kinds = dict.fromkeys(shape.columns, "texte")
    if relation in base.natures:
        kinds |= dict.fromkeys(shape.dates, typage.date_kind(relation, base.natures[relation]))
    if "usager" in kinds:
        kinds["usager"] = typage.usager_kind(relation)
    return kinds


def _filled(relation: Relation, rows: list[list[Any]]) -> list[str]:
    """The columns to select: an optional one in which nothing is written is left out, the contract allows it."""
    shape = SHAPES[relation]
    columns = enumerate(shape.columns)
    return [n for rank, n in columns if n in shape.required or any(row[rank] is not None for row in rows)]
