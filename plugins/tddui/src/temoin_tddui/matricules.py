"""By which INS persons of the store may meet those of other sources: hashes under the key of the configuration.

The store knows an INS by a hash of its own, which no other source can make. Beside it stands the hash that every source
of one configuration makes; its key comes with a count, or by « temoin-tddui joindre », and is kept beside the store's,
for exports come at any time. Another key, of a site whose own was changed, empties what the former one made.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from temoin_sdk.contract import CleIns
from temoin_sdk.durable import replace_files
from temoin_sdk.envelope import read_secret

CLE_INS: Final = "ins.cle"

_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS partage (temoin TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS matricule (ins BLOB PRIMARY KEY, partage TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS relu (empreinte BLOB PRIMARY KEY) WITHOUT ROWID",
    "DELETE FROM partage",
    "DELETE FROM matricule",
    "DELETE FROM relu",
)
"""Made when a key first comes: a store of before has no other schema. `relu`: exports that were read with the key."""

_PERSONNES: Final = """
SELECT DISTINCT m.partage, coalesce(l.pi, m.ins) FROM matricule m LEFT JOIN lien l ON l.ins = m.ins ORDER BY 1, 2
"""

_LIEUX: Final = """
SELECT DISTINCT usager, coalesce(finess, finess_identifiant) FROM ressource
WHERE nature = 'sejour' AND usager IS NOT NULL AND coalesce(finess, finess_identifiant) IS NOT NULL
"""


def witness(cle: CleIns) -> str:
    """What says of a store by which key its hashes were made."""
    return cle("temoin")


def read_key(folder: Path, connection: sqlite3.Connection) -> CleIns | None:
    """The key by which this store's hashes are made, None before it has one. Raises KeyFileError."""
    found = _witness(connection)
    if found is None or not (folder / CLE_INS).exists():
        return None
    cle = CleIns(read_secret(folder / CLE_INS))
    return cle if witness(cle) == found else None


def adopt(folder: Path, connection: sqlite3.Connection, cle: CleIns) -> None:
    """Make hashes under this key from now on, within the open transaction. A crash leaves a store to adopt again."""
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("INSERT INTO partage VALUES (?)", (witness(cle),))
    replace_files({folder / CLE_INS: cle.octets})


def keep(
    connection: sqlite3.Connection, empreinte: bytes, temoin: str | None, pairs: Iterable[tuple[bytes, str]]
) -> None:
    """The pairs of an export (own hash, shared one), if the store's key still is the one they were made with."""
    if temoin is None or _witness(connection) != temoin:
        return
    connection.executemany("INSERT OR REPLACE INTO matricule VALUES (?, ?)", pairs)
    connection.execute("INSERT OR IGNORE INTO relu VALUES (?)", (empreinte,))


def is_read(connection: sqlite3.Connection, empreinte: bytes, cle: CleIns | None) -> bool:
    """Whether nothing of a known export is still to be learnt: no key, or read with it."""
    if cle is None:
        return True
    return connection.execute("SELECT 1 FROM relu WHERE empreinte = ?", (empreinte,)).fetchone() is not None


def count_known(connection: sqlite3.Connection) -> int | None:
    """How many INS may meet those of other sources, None without a key."""
    if _witness(connection) is None:
        return None
    return int(connection.execute("SELECT count(DISTINCT partage) FROM matricule").fetchone()[0])


def stream_persons(connection: sqlite3.Connection, cle: CleIns) -> Iterator[tuple[str, list[bytes]]]:
    """(shared hash, persons of the store), the first of whom stands for all; nothing under another key.

    Several persons of one INS are one person of several establishments. Two of one establishment may be a mistake in
    the INS (that of a parent, for a child): such an INS is nobody's, for joining them would lower a denominator.
    """
    if _witness(connection) != witness(cle):
        return
    several = [group for _, group in _groups(connection) if len(group) > 1]
    claims = Counter(usager for group in several for usager in group)
    places = _places(connection, claims) if several else {}
    for found, group in _groups(connection):
        if len(group) == 1 or (_apart(group, places) and all(claims[usager] == 1 for usager in group)):
            yield found, group


def _groups(connection: sqlite3.Connection) -> Iterator[tuple[str, list[bytes]]]:
    for found, rows in groupby(connection.execute(_PERSONNES), key=itemgetter(0)):
        yield found, [usager for _, usager in rows]


def _places(connection: sqlite3.Connection, usagers: Container[bytes]) -> Mapping[bytes, set[str]]:
    places: defaultdict[bytes, set[str]] = defaultdict(set)
    for usager, finess in connection.execute(_LIEUX):
        if usager in usagers:
            places[usager].add(finess)
    return places


def _apart(group: list[bytes], places: Mapping[bytes, set[str]]) -> bool:
    found = [places.get(usager, set()) for usager in group]
    return len(set[str]().union(*found)) == sum(map(len, found))


def _witness(connection: sqlite3.Connection) -> str | None:
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'partage'").fetchone() is None:
        return None
    found = connection.execute("SELECT temoin FROM partage").fetchone()
    return None if found is None else str(found[0])
