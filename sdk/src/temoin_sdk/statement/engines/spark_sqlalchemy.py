"""Spark SQL for SQLAlchemy: what its grammar spells otherwise, over the HiveServer2 protocol of Spark's Thrift server.

That protocol has no parameters. A driver that has them writes values into the text by rules of another engine, so they
are written here, each by its type and by Spark's own rules for literals.
"""

import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from importlib import import_module
from types import ModuleType
from typing import Any, Final
from weakref import WeakSet

from sqlalchemy import URL, types
from sqlalchemy.dialects import registry
from sqlalchemy.engine import default
from sqlalchemy.sql import compiler

NAME: Final = "spark"

_SESSION: Final = {
    "set:hiveconf:spark.sql.parser.escapedStringLiterals": "false",
    "set:hiveconf:spark.sql.thriftServer.incrementalCollect": "true",
}
"""The same at every site; rows are handed over partition by partition, and never gathered on the server first."""

_ESCAPED: Final = re.compile(r"['\\\x00-\x1f\x7f]")
_OPTIONS: Final = frozenset({"auth_mechanism", "use_ssl", "ca_cert", "kerberos_service_name"})
"""What an address may say besides machine, port, account and base."""


@contextmanager
def told() -> Iterator[None]:
    """What the wire raises becomes an error of the driver, which alone is understood further up."""
    known = import_module("impala.error")
    try:
        yield
    except known.Error:
        raise
    except Exception as error:
        raise known.OperationalError(f"{type(error).__name__}: {error}") from error


class SparkConnection:
    """A connection that can be stopped from another thread; each of its cursors is a session of its own."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = dict(options)
        self._wire: Any = self._connect()
        self._latest: Any = None
        self._cursors: WeakSet[Any] = WeakSet()

    def _connect(self) -> Any:
        return import_module("impala.dbapi").connect(**self._options, retries=1)

    def cursor(self) -> Any:
        """A session and its cursor."""
        with told():
            self._latest = self._wire.cursor(user=self._options.get("user") or NAME, configuration=_SESSION)
        self._cursors.add(self._latest)
        return self._latest

    def close(self) -> None:
        """Close every session, then the wire: a cursor that is collected later would open it again to say goodbye."""
        for cursor in list(self._cursors):
            with suppress(Exception):  # a wire that was cut
                cursor.close()
        self._wire.close()

    def commit(self) -> None:
        """There are no transactions."""

    def rollback(self) -> None:
        """There are no transactions."""

    def cancel(self) -> None:
        """Ask the server, over a wire of its own, to stop what the latest cursor runs: a wire carries one call."""
        operation = getattr(self._latest, "_last_operation", None)
        if operation is not None:
            other = self._connect()
            try:
                import_module("impala.hiveserver2").Operation(other.service, operation.handle).cancel()
            finally:
                other.close()

    def cut(self) -> None:
        """Shut the wire, whatever waits for an answer on it."""
        wire = self._wire.service.client._iprot.trans  # noqa: SLF001 # impyla hands its socket to nobody
        while not hasattr(wire, "handle"):
            wire = getattr(wire, "_trans", None) or vars(wire)[f"_{type(wire).__name__}__trans"]
        wire.handle.shutdown(socket.SHUT_RDWR)


def quoted(text: str) -> str:
    """A literal of exactly this text: a quote or a backslash is escaped, two quotes in a row are two literals."""
    return "'" + _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "'"


class _Text(types.String):
    def literal_processor(self, dialect: Any) -> Any:
        return quoted


class _Day(types.Date):
    def literal_processor(self, dialect: Any) -> Any:
        def spelled(value: date) -> str:
            return f"DATE'{value.isoformat()}'"

        return spelled


class _Moment(types.DateTime):
    def literal_processor(self, dialect: Any) -> Any:
        def spelled(value: datetime) -> str:
            kind = "TIMESTAMP" if self.timezone else "TIMESTAMP_NTZ"
            return f"{kind}'{value.isoformat(' ')}'"

        return spelled


class _Compiler(compiler.SQLCompiler):
    def visit_bindparam(self, bindparam: Any, *args: Any, **options: Any) -> str:
        options["literal_binds"] = True
        spelled: str = super().visit_bindparam(bindparam, *args, **options)  # type: ignore[no-untyped-call] # so it is
        return spelled


class _TypeCompiler(compiler.GenericTypeCompiler):
    def visit_string(self, type_: Any, **options: Any) -> str:
        return "STRING"

    visit_text = visit_unicode = visit_unicode_text = visit_string

    def visit_datetime(self, type_: Any, **options: Any) -> str:
        return "TIMESTAMP" if type_.timezone else "TIMESTAMP_NTZ"


class _Preparer(compiler.IdentifierPreparer):
    reserved_words = {"anti", "cross", "except", "full", "inner", "left", "minus", "natural", "on", "right"}  # noqa: RUF012 # as SQLAlchemy has it

    def __init__(self, dialect: Any) -> None:
        super().__init__(dialect, initial_quote="`")


class SparkSQL(default.DefaultDialect):
    """The dialect; what it executes has no parameter left."""

    name = NAME
    driver = "impyla"
    preparer: type[compiler.IdentifierPreparer] = _Preparer
    statement_compiler = _Compiler
    type_compiler_cls = _TypeCompiler
    default_paramstyle = "named"
    supports_statement_cache = False  # a compiled statement holds the values of one execution
    supports_native_boolean = True
    div_is_floordiv = False
    colspecs = {types.String: _Text, types.Date: _Day, types.DateTime: _Moment}  # noqa: RUF012 # as SQLAlchemy has it

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        return import_module("impala.dbapi")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"paramstyle": "named"})

    def create_connect_args(self, url: URL) -> Any:
        named = {"host": url.host, "port": url.port or 10_000, "database": url.database or "default"}
        account = {"user": url.username, "password": url.password} if url.username else {}
        options: dict[str, Any] = {name: value for name, value in url.query.items() if name in _OPTIONS}
        if "use_ssl" in options:
            options["use_ssl"] = options["use_ssl"] == "true"
        return [], named | {"auth_mechanism": "PLAIN" if url.password else "NOSASL"} | account | options

    def connect(self, *_: Any, **options: Any) -> Any:
        with told():
            return SparkConnection(options)

    def initialize(self, connection: Any) -> None:
        """Nothing is asked of the server: a version or a base of its own would change nothing here."""

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        # a write may follow WITH, but nowhere in a derived table
        wrapped = f"SELECT * FROM (\n{statement}\n)" if statement.lstrip()[:4].upper() == "WITH" else statement  # noqa: S608 # a whole statement of ours
        with told():
            cursor.execute(wrapped)


registry.register(NAME, __name__, SparkSQL.__name__)
