"""SQL Server 2012 and later through mssql-python, Microsoft's own driver: it brings what pyodbc needs installed.

The engine has no read-only transaction. What stands in its place: every text is one SELECT, everything is rolled back,
and an account that may write is refused. One snapshot where the database allows it, else each query sees what was
committed when it began, and the report says so.
"""

import re
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any, Final
from weakref import WeakSet

from sqlalchemy import URL, Connection, Engine, Executable, event

from temoin_sdk.errors import ConnectionRefused
from temoin_sdk.statement.engines.base import Access, Row
from temoin_sdk.statement.engines.causes import Cause
from temoin_sdk.statement.engines.deadline import Deadline

_SESSION: Final = (
    "SET LANGUAGE us_english",  # dates and messages the same at every site
    "SET ANSI_WARNINGS ON",
    "SET DEADLOCK_PRIORITY LOW",  # the software wins
    "SET LOCK_TIMEOUT 60000",
)

_MAY_WRITE: Final = (
    "SELECT MAX(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', p.nom)) "
    "FROM (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('ALTER')) AS p (nom)"
)
_SNAPSHOT_ALLOWED: Final = "SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()"

_BY_WORDS: Final = (
    (r"login failed|cannot open server", Cause.COMPTE),
    (r"cannot open database", Cause.BASE),
    (r"ssl provider|certificate|encryption", Cause.CHIFFREMENT),
    (r"permission was denied|does not have permission", Cause.DROIT),
    (r"database is read-only", Cause.ECRITURE),
    (r"deadlock|lock request time out|snapshot isolation transaction", Cause.OCCUPEE),
    (r"query timeout expired|operation cancell?ed", Cause.ARRETEE),
    (r"login timeout|server is not found|not accessible|unable to establish connection", Cause.SERVEUR),
    (r"communication link failure|connection is closed|closed connection|connection is broken", Cause.COUPEE),
    (r"invalid authorization specification", Cause.COMPTE),
)

_TELLING: Final = re.compile(
    r"(Invalid column name|Invalid object name|Incorrect syntax near|Ambiguous column name|The multi-part identifier"
    r"|The \w+ permission was denied|Cannot open database|Login failed|Operand type clash"
    r"|Cannot resolve the collation conflict|Could not find|No column name was specified|Recursive common table"
    r"|The maximum recursion|Snapshot isolation transaction failed)"
)
"""How messages begin that quote names of the base and of the account, never a value."""

_NOT_LOADED: Final = "Failed to load the driver"


class MSSQLAccess(Access):
    """A SQL Server, by host, port and name of the base; `?Trusted_Connection=yes` for a Windows account."""

    moteur = "SQL Server"
    drivername = "mssql+mssqlpython"
    pilote = "mssql_python"
    extra = "mssql"
    instantane = False

    def __init__(self) -> None:
        self._cursors: WeakSet[Any] = WeakSet()
        self._in_snapshot = False

    def create(self, url: URL, deadline: Deadline, source: str) -> Engine:
        # qmark: a % of an editor's text stays as it is
        engine = self.pooled(
            url.update_query_dict({"ApplicationIntent": "ReadOnly"}),
            paramstyle="qmark",
            connect_args={"timeout": self.connecting(deadline)},
        )

        @event.listens_for(engine, "connect")
        def prepare(raw: Any, _record: object) -> None:
            raw.timeout = deadline.seconds  # of one query; the deadline is over all of them
            self._prepare(raw, source)

        @event.listens_for(engine, "before_cursor_execute")
        def remember(_connection: object, cursor: Any, *_rest: object) -> None:
            self._cursors.add(cursor)

        return engine

    def _prepare(self, raw: Any, source: str) -> None:
        with closing(raw.cursor()) as cursor:
            for statement in _SESSION:
                cursor.execute(statement)
            if _value(cursor, _MAY_WRITE):
                raise _may_write(source)
            self._in_snapshot = _value(cursor, _SNAPSHOT_ALLOWED) == 1
            raw.rollback()  # the level cannot change in a transaction
            level = "SNAPSHOT" if self._in_snapshot else "READ COMMITTED"
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        raw.rollback()

    def snapshot(self, connection: Connection) -> bool:
        return self._in_snapshot

    def interrupt(self, raw: Any) -> None:
        for cursor in list(self._cursors):
            with suppress(Exception):  # one that is done cannot be stopped
                cursor.hstmt._cancel()  # noqa: SLF001 # the driver's only way to SQLCancel, made for another thread

    def batches(self, connection: Connection, statement: Executable) -> Iterator[list[Row]]:
        for rows in super().batches(connection, statement):
            yield [tuple(row) for row in rows]

    def cause(self, error: BaseException) -> Cause | None:
        return next((cause for words, cause in _BY_WORDS if re.search(words, str(error), re.IGNORECASE)), None)

    def said(self, error: BaseException) -> str:
        if _NOT_LOADED in str(error):
            return "le pilote ODBC de Microsoft ne se charge pas ; sous Debian, installer le paquet libltdl7"
        words = re.sub(r"^(\[[^]]*\])+", "", str(getattr(error, "ddbc_error", ""))).strip()
        if _TELLING.match(words):
            return words.splitlines()[0][:300]
        return f"SQL Server, {getattr(error, 'driver_error', type(error).__name__)}"


def _value(cursor: Any, query: str) -> Any:
    row = cursor.execute(query).fetchone()
    return None if row is None else row[0]


def _may_write(source: str) -> ConnectionRefused:
    return ConnectionRefused(
        "Le compte de lecture peut écrire dans cette base SQL Server, qui n'a pas de transaction en lecture seule.",
        remede="Demander à l'administrateur de la base un compte qui n'a que le rôle db_datareader : "
        "ALTER ROLE db_datareader ADD MEMBER [compte].",
        ou=f"source {source}",
        code="compte_ecrit",
        retryable=False,
    )
