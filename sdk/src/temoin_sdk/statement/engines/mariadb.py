"""MariaDB 10.5 and later, and MySQL 8, through PyMySQL: one read-only snapshot, rows as the server sends them.

The session is the same at every site, whatever its server is set to: the modes of a new server, UTC, UTF-8. PyMySQL is
slow by the column (35 µs for a row of 30) and quick by the row: MariaDBDialect hands a row over as one JSON text.
"""

import json
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib import import_module
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Executable, event
from sqlalchemy.sql import ClauseElement

from temoin_sdk.statement.dialects.mariadb_rows import PACKED
from temoin_sdk.statement.engines.base import BATCH, Access, Row
from temoin_sdk.statement.engines.causes import Cause
from temoin_sdk.statement.engines.deadline import Deadline

_MODES: Final = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
"""Those of a new server that both engines know. Above all neither ANSI_QUOTES nor NO_BACKSLASH_ESCAPES: texts are
tokenised by the rules that hold without them."""

_SESSION: Final = (
    "SET time_zone = '+00:00'",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET net_write_timeout = 600",  # we may be slower to read than the server to send
    "SET max_error_count = 0",  # a warning for each unreadable date is of use to nobody
    "SET SESSION TRANSACTION READ ONLY",  # CREATE TABLE would end our transaction and write in none
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)

_NO_SNAPSHOT: Final = (
    "SELECT 1 FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND engine NOT IN "
    "('InnoDB', 'ROCKSDB', 'TokuDB') AND table_schema NOT IN "
    "('mysql', 'information_schema', 'performance_schema', 'sys') LIMIT 1"
)
"""Tables of other engines (MyISAM, Aria, MEMORY) are read as they are at the moment, whatever the transaction."""

_CAUSES: Final = {
    **dict.fromkeys((1045, 1130, 1251, 1396, 1524, 1698, 1820, 1862, 2059, 2061), Cause.COMPTE),
    **dict.fromkeys((2002, 2003, 2005), Cause.SERVEUR),
    **dict.fromkeys((1044, 1049), Cause.BASE),  # 1044 hides from an account whether the base exists
    **dict.fromkeys((2026, 3159), Cause.CHIFFREMENT),
    **dict.fromkeys((1040, 1203, 1205, 1213, 1226), Cause.OCCUPEE),
    **dict.fromkeys((1142, 1143, 1227, 1370), Cause.DROIT),
    **dict.fromkeys((1223, 1290, 1792, 1836), Cause.ECRITURE),
    **dict.fromkeys((0, 1053, 1080, 1927, 2006, 2013, 2055, 4031), Cause.COUPEE),
    **dict.fromkeys((1317, 1969, 3024), Cause.ARRETEE),
}

_TELLING: Final = frozenset(
    {1044, 1045, 1049, 1052, 1054, 1055, 1060, 1066, 1109, 1111, 1130, 1140, 1142, 1143, 1146, 1222, 1227, 1241, 1242}
    | {1248, 1267, 1270, 1271, 1305, 1317, 1356, 1370, 1582, 1583, 1630, 1698, 1792, 1969, 2003, 2013, 3024}
)
"""Messages that quote names of the base and of the account, never a value."""

_SYNTAX: Final = 1064
_NEAR: Final = re.compile(r"near '([^']*)")
"""Up to the first quote: what stands between quotes in a query may be a parameter, and that a secret."""


class MariaDBAccess(Access):
    """A MariaDB or MySQL server."""

    moteur = "MariaDB ou MySQL"
    drivername = "mysql+pymysql"
    pilote = "pymysql"
    extra = "mariadb"

    def create(self, url: URL, deadline: Deadline, source: str) -> Engine:
        patience = self.connecting(deadline)
        engine = self.pooled(
            url,
            connect_args={
                "charset": "utf8mb4",
                "sql_mode": _MODES,
                "connect_timeout": patience,
                "read_timeout": patience,  # the server's greeting comes after what PyMySQL calls connecting
                "program_name": "temoin",
            },
        )

        @event.listens_for(engine, "connect")
        def opened(raw: Any, _record: object) -> None:
            raw._read_timeout = None  # noqa: SLF001 # a query may think for longer: the deadline watches it

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            for statement in _SESSION:
                connection.exec_driver_sql(statement)

        @event.listens_for(engine, "rollback")
        def leave(connection: Connection) -> None:
            if _cut_short(connection.connection.driver_connection):
                connection.invalidate()

        self._engine = engine
        return engine

    def snapshot(self, connection: Connection) -> bool:
        return connection.exec_driver_sql(_NO_SNAPSHOT).first() is None

    def interrupt(self, raw: Any) -> None:
        other = self._engine.raw_connection()
        with closing(other), closing(other.cursor()) as cursor:
            cursor.execute(f"KILL QUERY {raw.thread_id()}")

    def sever(self, raw: Any) -> None:
        wire: socket.socket | None = raw._sock  # noqa: SLF001 # PyMySQL has no other way to its socket
        if wire is not None:
            wire.shutdown(socket.SHUT_RDWR)

    def batches(self, connection: Connection, statement: Executable) -> Iterator[list[Row]]:
        if not isinstance(statement, ClauseElement):
            raise TypeError(type(statement).__name__)
        compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
        raw: Any = connection.connection.driver_connection
        cursor = raw.cursor(import_module("pymysql.cursors").SSCursor)
        try:
            cursor.execute(str(compiled), compiled.construct_params())
            packed = [described[0] for described in cursor.description or ()] == [PACKED]
            while rows := cursor.fetchmany(BATCH):
                yield _opened(rows) if packed else list(rows)
        finally:
            _cut_short(raw)
            cursor.close()

    def cause(self, error: BaseException) -> Cause | None:
        return _CAUSES.get(_code(error))

    def said(self, error: BaseException) -> str:
        code = _code(error)
        words = str(error.args[1]) if len(error.args) > 1 else ""
        if code in _TELLING and words:
            return f"{words.splitlines()[0][:300]}, code {code}"
        near = _NEAR.search(words) if code == _SYNTAX else None
        if near is not None and near[1].strip():
            return f"syntaxe, près de « {near[1].strip()[:80]} », code {code}"
        return f"{self.moteur}, code {code}"


def _cut_short(raw: Any) -> bool:
    """Close a connection whose rows are not all read, which PyMySQL would first read to the end; whether it was so."""
    result = raw._result  # noqa: SLF001 # not public, and nothing public tells
    if result is None or not result.unbuffered_active:
        return False
    result.unbuffered_active = False
    raw._force_close()  # noqa: SLF001 # `close` is not quiet about a socket that is gone
    return True


def _opened(rows: Sequence[Row]) -> list[Row]:
    """Rows that come as one JSON array each, all in one call."""
    return [tuple(row) for row in json.loads(f"[{','.join([row[0] for row in rows])}]")]


def _code(error: BaseException) -> int:
    code = error.args[0] if error.args else None
    return code if isinstance(code, int) else -1
