"""Hashes of whole subtrees, kept as the tree grows: a proof then reads as many rows as the tree has levels.

Level 0 is not kept: the hash of an entry is that of its bytes. Statements go straight to the driver: a proof makes
about twenty of them for each receipt.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy import Connection

from temoin_sdk.errors import LedgerError
from temoin_sdk.ledger.tree import hash_leaf, hash_nodes, split

_NODE: Final = "SELECT empreinte FROM noeuds WHERE niveau = ? AND rang = ?"
_ENTRY: Final = "SELECT octets FROM entrees WHERE rang = ?"
_PUT: Final = "INSERT INTO noeuds (niveau, rang, empreinte) VALUES (?, ?, ?)"


def driver(connection: Connection) -> sqlite3.Connection:
    """The connection below SQLAlchemy's, inside the same transaction."""
    return cast("sqlite3.Connection", connection.connection.driver_connection)


class Nodes:
    """Roots of subtrees as one connection sees them; each is read once. To be forgotten with its transaction."""

    def __init__(self, connection: Connection) -> None:
        self._sqlite = driver(connection)
        self._known: dict[tuple[int, int], bytes] = {}

    def __call__(self, first: int, last: int) -> bytes:
        """The root of the entries from `first` to the one before `last` (`temoin_sdk.ledger.tree.Subtree`)."""
        found = self._known.get((first, last))
        if found is None:
            found = self._known[first, last] = self._find(first, last)
        return found

    def grow(self, size: int, entries: Sequence[bytes]) -> None:
        """Keep the subtrees that these entries complete, the first of them at index `size`."""
        new: list[tuple[int, int, bytes]] = []
        for index, octets in enumerate(entries, start=size):
            self._known[index, index + 1] = found = hash_leaf(octets)
            level, rank = 0, index
            while rank & 1:
                found = hash_nodes(self((rank - 1) << level, rank << level), found)
                level, rank = level + 1, rank >> 1
                self._known[rank << level, (rank + 1) << level] = found
                new.append((level, rank, found))
        self._sqlite.executemany(_PUT, new)

    def _find(self, first: int, last: int) -> bytes:
        size = last - first
        if size == 1:
            return hash_leaf(self._read(_ENTRY, (first,)))
        if size & (size - 1) == 0 and first % size == 0:
            level = size.bit_length() - 1
            return self._read(_NODE, (level, first >> level))
        middle = first + split(size)
        return hash_nodes(self(first, middle), self(middle, last))

    def _read(self, query: str, place: tuple[int, ...]) -> bytes:
        row = self._sqlite.execute(query, place).fetchone()
        if row is None:
            raise LedgerError(
                "Il manque au registre une entrée ou une empreinte : la base a été modifiée ou est abîmée.",
                code="registre_altere",
                remede="Arrêter le récepteur, garder une copie de ce dossier, puis lancer « temoin-receiver fsck ».",
            )
        return bytes(row[0])
