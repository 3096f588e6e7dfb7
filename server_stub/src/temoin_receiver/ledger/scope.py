"""The register as one digest: whoever holds the same tables finds the same, and the ledger says when it changed."""

import hashlib
import json
from typing import Final

from sqlalchemy import Connection, select

from temoin_receiver.storage.tables import (
    etablissements,
    organismes,
    projets,
    projets_etablissements,
    projets_organismes,
)

_TABLES: Final = (organismes, etablissements, projets, projets_organismes, projets_etablissements)


def digest_scope(connection: Connection) -> str:
    """SHA-256 of a JSON line for each row: the table's name, then its columns, rows in the order of their keys."""
    found = hashlib.sha256()
    for table in _TABLES:
        for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
            line = json.dumps([table.name, *row], ensure_ascii=False, separators=(",", ":"), default=str)
            found.update(line.encode() + b"\n")
    return found.hexdigest()
