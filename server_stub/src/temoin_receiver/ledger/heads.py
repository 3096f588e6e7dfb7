"""Heads: one row for each transaction that added entries; a receipt keeps the head that first covered its entry."""

from typing import Final

from sqlalchemy import Connection

from temoin_receiver.ledger.nodes import Nodes, driver
from temoin_sdk.errors import LedgerError
from temoin_sdk.ledger.tree import root_of

_LAST: Final = "SELECT taille, racine FROM tetes ORDER BY taille DESC LIMIT 1"
_COVERING: Final = "SELECT taille, racine FROM tetes WHERE taille > ? ORDER BY taille LIMIT 1"
_NEW: Final = "SELECT rang, octets FROM entrees WHERE rang >= ? ORDER BY rang"
_COUNT: Final = "SELECT coalesce(max(rang) + 1, 0) FROM entrees"
_PUT: Final = "INSERT INTO tetes (taille, racine) VALUES (?, ?)"

Head = tuple[int, bytes]
"""Size and root."""


def last_head(connection: Connection) -> Head:
    """The head of everything committed."""
    row = driver(connection).execute(_LAST).fetchone()
    return (0, root_of(Nodes(connection), 0)) if row is None else (int(row[0]), bytes(row[1]))


def covering_head(connection: Connection, rang: int) -> Head | None:
    """The first head under which this entry stands."""
    row = driver(connection).execute(_COVERING, (rang,)).fetchone()
    return None if row is None else (int(row[0]), bytes(row[1]))


def root_at(connection: Connection, taille: int) -> bytes:
    """The root of the first `taille` entries. Raises LedgerError when some are missing."""
    return root_of(Nodes(connection), taille)


def seal(connection: Connection) -> None:
    """Give the entries appended since the last head a head of their own, within the transaction that appended them."""
    taille, _ = last_head(connection)
    rows = driver(connection).execute(_NEW, (taille,)).fetchall()
    if [rang for rang, _ in rows] != list(range(taille, taille + len(rows))) or _count(connection) < taille:
        raise LedgerError(
            "Les entrées du registre ne se suivent plus : la base a été modifiée ou est abîmée. Rien n'a été écrit.",
            code="registre_altere",
            remede="Arrêter le récepteur, garder une copie de ce dossier, puis lancer « temoin-receiver fsck ».",
        )
    if rows:
        nodes = Nodes(connection)
        nodes.grow(taille, [bytes(octets) for _, octets in rows])
        size = taille + len(rows)
        driver(connection).execute(_PUT, (size, root_of(nodes, size)))


def _count(connection: Connection) -> int:
    return int(driver(connection).execute(_COUNT).fetchone()[0])
