"""What others read of the ledger: never beyond the published head, in pages of bounded size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, select

from temoin_receiver.ledger.nodes import Nodes
from temoin_receiver.storage.tables import entrees
from temoin_sdk.ledger import consistency_path

PAGE: Final = 256
"""Entries of a page at most."""

_RANGE: Final = (
    select(entrees.c.rang, entrees.c.octets)
    .where(entrees.c.rang >= bindparam("depuis"), entrees.c.rang < bindparam("avant"))
    .order_by(entrees.c.rang)
    .limit(bindparam("nombre"))
)
_NAMING: Final = _RANGE.where(entrees.c.ej == bindparam("ej"))


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in order, and where to go on; `suite` is None after the last."""

    entrees: Sequence[tuple[int, bytes]]
    suite: int | None


def read_entries(connection: Connection, depuis: int, avant: int, nombre: int, ej: str | None) -> Page:
    """Entries from `depuis` to the one before `avant`, those that name `ej` alone if it is given."""
    values = {"depuis": depuis, "avant": avant, "nombre": min(nombre, PAGE) + 1}
    rows = connection.execute(_RANGE, values) if ej is None else connection.execute(_NAMING, {**values, "ej": ej})
    found = [(int(row.rang), bytes(row.octets)) for row in rows]
    more = len(found) == values["nombre"]
    return Page(found[:-1] if more else found, found[-1][0] if more else None)


def read_consistency(connection: Connection, smaller: int, larger: int) -> list[bytes]:
    """The proof that the tree of `larger` entries only adds to that of `smaller`."""
    return consistency_path(Nodes(connection), smaller, larger)
