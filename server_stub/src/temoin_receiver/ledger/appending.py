"""One more entry, at the next index, within the caller's transaction."""

from typing import Final

from sqlalchemy import Connection

from temoin_sdk.ledger.entries import Entree, ej_of
from temoin_sdk.report import to_octets

_APPEND: Final = (
    "INSERT INTO entrees (rang, ej, octets) SELECT coalesce(max(rang) + 1, 0), ?, ? FROM entrees RETURNING rang"
)


def append(connection: Connection, entree: Entree) -> int:
    """Its index. What the entry says must be written in the same transaction, so that neither stands alone."""
    return int(connection.exec_driver_sql(_APPEND, (ej_of(entree), to_octets(entree))).scalar_one())
