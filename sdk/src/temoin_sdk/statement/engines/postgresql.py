"""PostgreSQL 13 and later through psycopg 3: REPEATABLE READ READ ONLY, rows in chunks and never by a cursor.

DECLARE CURSOR disables parallel plans; libpq's single-row and chunked modes stream the very same plan.
"""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Executable, event
from sqlalchemy.sql import ClauseElement

from temoin_sdk.statement.engines.base import BATCH, Access, Row
from temoin_sdk.statement.engines.causes import Cause
from temoin_sdk.statement.engines.deadline import Deadline

_STATES: Final = {
    "28": Cause.COMPTE,
    "3D000": Cause.BASE,
    "42501": Cause.DROIT,
    "25006": Cause.ECRITURE,
    "57014": Cause.ARRETEE,
    "25P03": Cause.ARRETEE,
    "57": Cause.COUPEE,
    "08": Cause.COUPEE,
    "53": Cause.OCCUPEE,
    "55P03": Cause.OCCUPEE,
    "40": Cause.OCCUPEE,
}
"""Cases by SQLSTATE or the class it begins with, the longest first match wins."""

_ON_OPENING: Final = (
    (r"pg_hba|password|mot de passe|role|rôle|no encryption", Cause.COMPTE),
    (r"database|base de données", Cause.BASE),
    (r"SSL|certificate|certificat", Cause.CHIFFREMENT),
    (r"too many|trop de|starting up|démarrage", Cause.OCCUPEE),
    (r"", Cause.SERVEUR),
)
"""libpq gives no SQLSTATE before a session exists: only the words of client and server, English or French."""

_QUOTING: Final = ("22", "23", "P0", "38", "39", "44")
"""Classes of errors about values: their words quote them."""


class PostgreSQLAccess(Access):
    """A PostgreSQL server, or anything that speaks its protocol well."""

    moteur = "PostgreSQL"
    drivername = "postgresql+psycopg"
    pilote = "psycopg"
    extra = "postgresql"

    def create(self, url: URL, deadline: Deadline, source: str) -> Engine:
        engine = self.pooled(
            url,
            isolation_level="REPEATABLE READ",
            connect_args={
                "connect_timeout": self.connecting(deadline),
                "application_name": "temoin",
                "client_encoding": "utf8",
                "tcp_user_timeout": 30_000,
            },
        )

        @event.listens_for(engine, "connect")
        def prepare(raw: Any, _record: object) -> None:
            raw.read_only = True
            raw.prepare_threshold = None

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            # for this transaction alone, so that a pooler between us hands nothing of it to others
            limit = f"{deadline.seconds}s"
            for name, value in (
                ("TimeZone", "UTC"),
                ("DateStyle", "ISO, YMD"),
                ("statement_timeout", limit),
                ("idle_in_transaction_session_timeout", limit),
                ("jit", "off"),  # it costs seconds for a statement that is run once
                ("enable_sort", "off"),  # it expects more groups than there are: hashing them costs a sixth less
            ):
                connection.exec_driver_sql(f"SET LOCAL {name} = '{value}'")

        return engine

    def interrupt(self, raw: Any) -> None:
        raw.cancel_safe(timeout=2)

    def sever(self, raw: Any) -> None:
        with socket.socket(fileno=os.dup(raw.fileno())) as wire:
            wire.shutdown(socket.SHUT_RDWR)

    def batches(self, connection: Connection, statement: Executable) -> Iterator[list[Row]]:
        if not isinstance(statement, ClauseElement):
            raise TypeError(type(statement).__name__)
        from psycopg import capabilities  # an extra

        compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
        size = BATCH if capabilities.has_stream_chunked() else 1
        raw: Any = connection.connection.driver_connection
        with (
            raw.cursor(binary=True) as cursor,
            closing(cursor.stream(str(compiled), compiled.construct_params(), size=size)) as rows,
        ):
            while batch := list(islice(rows, BATCH)):
                yield batch

    def cause(self, error: BaseException) -> Cause | None:
        state = getattr(error, "sqlstate", None)
        if state:
            return _STATES.get(state) or _STATES.get(state[:2])
        if re.search("connection failed|connection timeout|failed to resolve", str(error)):
            return next(cause for words, cause in _ON_OPENING if re.search(words, str(error), re.IGNORECASE))
        return Cause.COUPEE if type(error).__name__ == "OperationalError" else None

    def said(self, error: BaseException) -> str:
        state, diagnosis = getattr(error, "sqlstate", None), getattr(error, "diag", None)
        if not state or diagnosis is None:
            return f"PostgreSQL, {type(error).__name__}"
        if state.startswith(_QUOTING) or diagnosis.context or not diagnosis.message_primary:
            return f"PostgreSQL, code {state}"
        return f"{diagnosis.message_primary[:300]}, code {state}"
