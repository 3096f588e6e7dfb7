"""Oracle and SQL Server played by PostgreSQL: the statement made for them, transpiled, run on the same facts.

A weak check: it tells that the statement says what is meant, not that those engines accept it. The real SQLAlchemy
dialect and the real driver's type objects are used; only the connection is ours. Functions that mean something else on
PostgreSQL are given other names before sqlglot reads the text, and defined as the vendor's manual says.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from unittest import mock
from uuid import UUID

import oracledb
import psycopg
import sqlglot
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from servers.bases import Base
from temoin_sdk.statement.engines.base import Access
from temoin_sdk.statement.engines.mssql import MSSQLAccess
from temoin_sdk.statement.engines.oracle import OracleAccess

TRANSPILED: Final = ("oracle", "mssql")

_SHARED: Final = """
CREATE FUNCTION v_rtrim(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT rtrim($1, ' ') $$;
CREATE FUNCTION v_ltrim(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT ltrim($1, ' ') $$;
CREATE FUNCTION v_parsed(text, text) RETURNS timestamp IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  IF $1 !~ $2 THEN RETURN NULL; END IF;
  RETURN $1::timestamp;
EXCEPTION WHEN others THEN RETURN NULL;
END $$;
"""

_ORACLE: Final = """
CREATE FUNCTION v_trim(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT nullif(trim($1), '') $$;
CREATE FUNCTION v_rtrim_(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT nullif(rtrim($1, ' '), '') $$;
CREATE FUNCTION v_substr(text, integer, integer) RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT nullif(CASE WHEN $2 < 0 THEN left(right($1, -$2), $3) ELSE substr($1, $2, $3) END, '') $$;
CREATE FUNCTION v_substr(text, integer) RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT nullif(CASE WHEN $2 < 0 THEN right($1, -$2) ELSE substr($1, $2) END, '') $$;
CREATE FUNCTION v_replace(text, text, text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT nullif(replace($1, $2, $3), '') $$;
CREATE FUNCTION v_regexp_substr(text, text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT substring($1, $2) $$;
CREATE FUNCTION v_to_number(text) RETURNS numeric IMMUTABLE LANGUAGE sql AS $$ SELECT $1::numeric $$;
CREATE FUNCTION v_to_char(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT $1 $$;
CREATE FUNCTION v_to_char(timestamp, text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT to_char($1, $2) $$;
CREATE FUNCTION v_lengthb(text) RETURNS integer IMMUTABLE LANGUAGE sql AS $$ SELECT octet_length($1) $$;
CREATE FUNCTION v_compose(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT normalize($1, NFC) $$;
CREATE FUNCTION v_to_nchar(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT $1 $$;
CREATE FUNCTION v_to_date(text, text) RETURNS timestamp IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE WHEN length($2) <= 12 THEN v_parsed($1, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
  ELSE v_parsed($1, '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2})?$') END $$;
CREATE FUNCTION v_trunc(timestamp) RETURNS timestamp IMMUTABLE LANGUAGE sql AS $$ SELECT date_trunc('day', $1) $$;
CREATE FUNCTION v_trunc(numeric) RETURNS numeric IMMUTABLE LANGUAGE sql AS $$ SELECT trunc($1) $$;
CREATE FUNCTION v_numtodsinterval(numeric, text) RETURNS interval IMMUTABLE LANGUAGE sql AS $$
  SELECT $1 * ('1 ' || $2)::interval $$;
CREATE FUNCTION v_sys_extract_utc(timestamptz) RETURNS timestamp IMMUTABLE LANGUAGE sql AS $$
  SELECT $1 AT TIME ZONE 'UTC' $$;
CREATE FUNCTION v_days(timestamp, timestamp) RETURNS numeric IMMUTABLE LANGUAGE sql AS $$
  SELECT extract(epoch FROM $1 - $2) / 86400 $$;
CREATE FUNCTION v_plus(date, numeric) RETURNS timestamp IMMUTABLE LANGUAGE sql AS $$
  SELECT $1 + $2 * interval '1 day' $$;
CREATE FUNCTION v_plus(date, double precision) RETURNS timestamp IMMUTABLE LANGUAGE sql AS $$
  SELECT $1 + $2 * interval '1 day' $$;
CREATE FUNCTION v_days(timestamp, date) RETURNS numeric IMMUTABLE LANGUAGE sql AS $$
  SELECT v_days($1, $2::timestamp) $$;
CREATE OPERATOR - (LEFTARG = timestamp, RIGHTARG = date, FUNCTION = v_days);
CREATE OPERATOR + (LEFTARG = date, RIGHTARG = numeric, FUNCTION = v_plus);
CREATE OPERATOR + (LEFTARG = date, RIGHTARG = double precision, FUNCTION = v_plus);
CREATE TABLE dual (dummy text);
INSERT INTO dual VALUES ('X');
"""

_MSSQL: Final = """
CREATE COLLATION latin1_general_100_bin2 FROM "C";
CREATE FUNCTION v_len(text) RETURNS integer IMMUTABLE LANGUAGE sql AS $$ SELECT length(rtrim($1, ' ')) $$;
CREATE FUNCTION v_left(text, integer) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT left($1, $2) $$;
CREATE FUNCTION v_right(text, integer) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT right($1, $2) $$;
CREATE FUNCTION v_substring(text, integer, integer) RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT substr($1, $2, $3) $$;
CREATE FUNCTION v_replace(text, text, text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT replace($1, $2, $3) $$;
CREATE FUNCTION v_patindex(text, text) RETURNS integer IMMUTABLE LANGUAGE sql AS $$
  SELECT coalesce(length(substring($2, '^([^+-]*)[+-]')) + 1, 0) $$;
CREATE FUNCTION v_try_date(text, integer) RETURNS date IMMUTABLE LANGUAGE sql AS $$
  SELECT v_parsed($1, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')::date $$;
CREATE FUNCTION v_try_moment(text, integer) RETURNS timestamp IMMUTABLE LANGUAGE sql AS $$
  SELECT v_parsed($1, '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2})?$') $$;
CREATE FUNCTION v_try_int(text) RETURNS integer IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE WHEN $1 ~ '^[+-]?[0-9]*$' THEN (CASE WHEN $1 ~ '[0-9]' THEN $1 ELSE '0' END)::integer END $$;
CREATE FUNCTION v_convert(text, integer) RETURNS timestamp IMMUTABLE LANGUAGE sql AS $$ SELECT $1::timestamp $$;
CREATE FUNCTION v_switchoffset(timestamptz, text) RETURNS timestamp IMMUTABLE LANGUAGE sql AS $$
  SELECT $1 AT TIME ZONE 'UTC' $$;
CREATE FUNCTION v_dateadd(text, numeric, timestamp) RETURNS timestamp IMMUTABLE LANGUAGE sql AS $$
  SELECT $3 + $2 * ('1 ' || $1)::interval $$;
CREATE FUNCTION v_datediff(text, timestamp, timestamp) RETURNS integer IMMUTABLE LANGUAGE sql AS $$
  SELECT $3::date - $2::date $$;
"""

_RENAMED: Final = {
    "oracle": (
        (r" DEFAULT NULL ON CONVERSION ERROR", ""),
        (r"\bNUMBER\(19\)", "BIGINT"),  # its driver gives whole numbers, as a bigint does
        (r"\brtrim\(", "v_rtrim_("),
        (
            r"\b(trim|substr|replace|regexp_substr|to_number|to_char|to_nchar|to_date|trunc|numtodsinterval"
            r"|lengthb|compose|sys_extract_utc)\(",
            r"v_\1(",
        ),
    ),
    "mssql": (
        (r"\btry_convert\(date, ", "v_try_date("),
        (r"\btry_convert\(datetime2\(0\), ", "v_try_moment("),
        (r"\btry_cast \((.*?) as integer\)", r"v_try_int(\1)"),
        (r"\bconvert\((date|datetime2), ", "v_convert("),
        (r"\b(dateadd|datediff)\((day|minute|second), ", r"v_\1('\2', "),
        (r"\b(rtrim|ltrim|len|left|right|substring|replace|patindex|switchoffset)\(", r"v_\1("),
        (r"\bN'", "'"),
    ),
}

_READ: Final = {"oracle": "oracle", "mssql": "tsql"}
_TOKEN: Final = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\[[^]]*\]|(?<![:\w]):([a-z]\w*)|\?", re.IGNORECASE)

_Described = Callable[[str, int, int, int], tuple[Any, ...]]


def _oracle_column(name: str, oid: int, precision: int, scale: int) -> tuple[Any, ...]:
    kinds = {
        25: oracledb.DB_TYPE_VARCHAR,
        1043: oracledb.DB_TYPE_VARCHAR,
        1042: oracledb.DB_TYPE_CHAR,
        1082: oracledb.DB_TYPE_DATE,
        1114: oracledb.DB_TYPE_TIMESTAMP,
        1184: oracledb.DB_TYPE_TIMESTAMP_TZ,
        701: oracledb.DB_TYPE_BINARY_DOUBLE,
        17: oracledb.DB_TYPE_RAW,
    }
    kind = kinds.get(oid, oracledb.DB_TYPE_NUMBER)
    numbers = {20: (19, 0), 23: (10, 0)}.get(oid, (precision, scale) if precision else (0, -127))
    return (name.upper(), kind, None, None, *(numbers if kind is oracledb.DB_TYPE_NUMBER else (None, None)), True)


def _mssql_column(name: str, oid: int, precision: int, scale: int) -> tuple[Any, ...]:
    kinds: dict[int, tuple[Any, int, int]] = {
        25: (str, 0, 0),
        1043: (str, 60, 0),
        1042: (str, 60, 0),
        1082: (date, 10, 0),
        1114: (datetime, 27, 7),
        1184: (datetime, 34, 7),
        701: (float, 53, 0),
        2950: (UUID, 36, 0),
        17: (bytes, 16, 0),
        20: (int, 19, 0),
        23: (int, 10, 0),
    }
    kind, size, digits = kinds.get(oid, (Decimal, precision or 38, scale))
    return (name, kind, None, size, size, digits, True)


_COLUMN: Final[dict[str, _Described]] = {"oracle": _oracle_column, "mssql": _mssql_column}


class _Cursor:
    """A cursor of the vendor's driver, as far as SQLAlchemy and the sdk use one."""

    arraysize = 1
    outputtypehandler: Any = None

    def __init__(self, connection: "_Connection") -> None:
        self._connection = connection
        self._inner = connection.inner.cursor()
        self.description: Sequence[Any] | None = None
        self._rows: list[Any] = []
        self.rowcount = -1

    def __enter__(self) -> "_Cursor":
        return self

    def __exit__(self, *_why: object) -> None:
        self.close()

    def setinputsizes(self, *_sizes: object, **_named: object) -> None:
        """Types of parameters are those of their values."""

    def execute(self, statement: str, parameters: Any = ()) -> "_Cursor":
        self._connection.said.append(statement)
        answer = next((rows for words, rows in _ANSWERS.items() if re.match(words, statement)), None)
        if answer is not None:
            self._rows, self.description = list(answer), (("valeur", str, None, None, None, None, True),)
            return self
        self._inner.execute(spelled_for_postgresql(statement, parameters, self._connection.moteur))
        if self._inner.description is None:
            return self
        column = _COLUMN[self._connection.moteur]
        self.description = [
            column(c.name, c.type_code, c.precision or 0, c.scale or 0) for c in self._inner.description
        ]
        self._rows = self._inner.fetchall()
        return self

    def fetchmany(self, size: int | None = None) -> list[Any]:
        taken, self._rows = self._rows[: size or 1], self._rows[size or 1 :]
        return taken

    def fetchone(self) -> Any:
        return next(iter(self.fetchmany(1)), None)

    def fetchall(self) -> list[Any]:
        return self.fetchmany(len(self._rows) or 1)

    def close(self) -> None:
        self._inner.close()


_ANSWERS: Final[dict[str, Sequence[tuple[Any, ...]]]] = {
    r"SELECT 1\.1 FROM DUAL": [("1.1",)],
    r"(?i)select sys_context": [("LECTEUR",)],
    r"ALTER SESSION|SET ": [],
    r"(?i)select @@version": [("Microsoft SQL Server 2022 - 16.0.1000.6",)],
    r"SELECT CAST\('test max|SELECT 1 FROM fn_list|SELECT schema_name": [("dbo",)],
    r"SELECT name FROM sys.system_views": [("dm_exec_sessions",)],
    r"(?s)\s*SELECT CASE transaction_isolation_level": [("SNAPSHOT",)],
    r"SELECT MAX\(HAS_PERMS": [(0,)],
    r"SELECT snapshot_isolation_state": [(1,)],
}
"""What a server says of itself: to SQLAlchemy when it connects, and to the engine of the sdk."""


class _Connection:
    """A connection of the vendor's driver, over one to PostgreSQL."""

    version = "19.3.0.0.0"
    max_identifier_length = 128
    thin = True
    autocommit = False
    call_timeout = 0
    timeout = 0
    outputtypehandler: Any = None

    def __init__(self, moteur: str, inner: Any, said: list[str]) -> None:
        self.moteur = moteur
        self.inner = inner
        self.said = said

    def cursor(self, *_scrollable: object) -> _Cursor:
        return _Cursor(self)

    def rollback(self) -> None:
        self.inner.rollback()

    def commit(self) -> None:
        raise AssertionError("a reader commits nothing")

    def close(self) -> None:
        self.inner.close()


def spelled_for_postgresql(statement: str, parameters: Any, moteur: str) -> str:
    """The same statement with its parameters in it, in PostgreSQL's words."""
    values = iter(parameters if isinstance(parameters, (list, tuple)) else ())

    def fill(found: re.Match[str]) -> str:
        if found[0] == "?":
            return _literal(next(values), "DATETIME2")
        return _literal(parameters[found[1]], "TIMESTAMP") if found[1] else found[0]

    text = _TOKEN.sub(fill, statement)
    for words, other in _RENAMED[moteur]:
        text = re.sub(words, other, text, flags=re.IGNORECASE if words != r"\bN'" else 0)
    return sqlglot.transpile(text, read=_READ[moteur], write="postgres", unsupported_level=sqlglot.ErrorLevel.RAISE)[0]


def _literal(value: Any, moment: str) -> str:
    if isinstance(value, datetime):
        return f"CAST('{value.isoformat(' ')}' AS {moment})"
    if isinstance(value, date):
        return f"CAST('{value.isoformat()}' AS DATE)"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


@contextmanager
def played_by(base: Base, moteur: str) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Settings of a source that reads this PostgreSQL base as Oracle or SQL Server, and what it was sent."""
    access: type[Access] = OracleAccess if moteur == "oracle" else MSSQLAccess
    said: list[str] = []
    with base.admin.begin() as connection:
        connection.exec_driver_sql(_SHARED + (_ORACLE if moteur == "oracle" else _MSSQL))

    def connect() -> _Connection:
        url = base.admin.url.set(drivername="postgresql")
        inner = psycopg.connect(url.render_as_string(hide_password=False), options="-c TimeZone=UTC -c DateStyle=ISO")
        return _Connection(moteur, inner, said)

    def pooled(url: Any, **options: Any) -> Any:
        options.pop("connect_args")
        return create_engine(url, poolclass=NullPool, pool_reset_on_return=None, creator=connect, **options)

    with mock.patch.object(access, "pooled", staticmethod(pooled)):
        yield {"url": f"{moteur}://lecteur@127.0.0.1/base"}, said
