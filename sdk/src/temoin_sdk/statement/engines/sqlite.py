"""SQLite: a file, opened read-only, one BEGIN over probes and statement."""

import sqlite3
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, event

from temoin_sdk.errors import ConnectionRefused
from temoin_sdk.statement.engines.base import Access
from temoin_sdk.statement.engines.causes import Cause
from temoin_sdk.statement.engines.deadline import Deadline

_BUSY: Final = 5.0
"""Seconds to wait for a writer that holds the file."""

_CAUSES: Final = {
    "SQLITE_READONLY": Cause.ECRITURE,
    "SQLITE_BUSY": Cause.OCCUPEE,
    "SQLITE_LOCKED": Cause.OCCUPEE,
    "SQLITE_INTERRUPT": Cause.ARRETEE,
    "SQLITE_PERM": Cause.DROIT,
    "SQLITE_CANTOPEN": Cause.DROIT,
    "SQLITE_AUTH": Cause.DROIT,
}

_TELLING: Final = (
    "no such ",
    "ambiguous column",
    "near ",
    "misuse of ",
    "wrong number of ",
    "incomplete input",
    "unrecognized token",
    "file is not a database",
    "database disk image is malformed",
    "attempt to write a readonly database",
    "database is locked",
    "unable to open database file",
    "SELECTs to the left and right",
)
"""How messages begin that can only quote the text of the query."""


class SQLiteAccess(Access):
    """A database file of the machine."""

    moteur = "SQLite"
    drivername = "sqlite"

    def create(self, url: URL, deadline: Deadline, source: str) -> Engine:
        path = url.database or ""
        if not Path(path).is_file():
            raise ConnectionRefused(
                f"Le fichier de base de données « {path} » n'existe pas.",
                remede="Vérifier l'adresse « url » de cette source, et que le compte de Témoin peut lire ce dossier.",
                ou=f"source {source}",
            )

        def connect() -> sqlite3.Connection:
            raw = sqlite3.connect(
                f"file:{quote(path)}?mode=ro", uri=True, isolation_level=None, timeout=_BUSY, check_same_thread=False
            )
            raw.execute("PRAGMA query_only = ON")
            return raw

        engine = self.pooled("sqlite://", creator=connect)

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")  # one snapshot for probes and statement

        return engine

    def interrupt(self, raw: Any) -> None:
        raw.interrupt()

    def cause(self, error: BaseException) -> Cause | None:
        name = getattr(error, "sqlite_errorname", None) or ""
        return next((cause for known, cause in _CAUSES.items() if name.startswith(known)), None)

    def said(self, error: BaseException) -> str:
        line = str(error).strip()
        if line.startswith(_TELLING):
            return line[:300]
        return f"code {getattr(error, 'sqlite_errorname', None) or type(error).__name__}"
