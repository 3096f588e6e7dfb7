"""SQL Server: an editor's text in a derived table, what the driver says of a column, an account that may not write."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import mssql_python
import pytest
from sqlalchemy import DateTime, Numeric, Unicode, column, text
from sqlalchemy.dialects.mssql import mssqlpython
from sqlalchemy.types import LargeBinary, TypeEngine, Uuid

from temoin_sdk import EpochS, Instant, Jour
from temoin_sdk.errors import ConnectionRefused, MappingError
from temoin_sdk.statement.dialects.base import Clock, Probed, Seen
from temoin_sdk.statement.dialects.mssql import MSSQLDialect, described_type
from temoin_sdk.statement.dialects.mssql_text import Cte, rename_ctes, take_apart
from temoin_sdk.statement.engines.causes import Cause
from temoin_sdk.statement.engines.mssql import MSSQLAccess
from temoin_sdk.vocabulary import Relation

CLOCK = Clock("Indian/Reunion", date(2026, 8, 1), date(2026, 11, 1))


def spelled(expression: Any) -> str:
    dialect = mssqlpython.dialect()
    dialect.server_version_info = (16, 0, 0, 0)
    dialect._setup_version_attributes()  # what connecting does
    return str(expression.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def test_a_with_is_hoisted_whole() -> None:
    hoisted = take_apart(
        "WITH jours (jour) AS (SELECT :debut UNION ALL SELECT DATEADD(day, 1, jour) FROM jours), [du site] AS "
        "(SELECT 'WITH x AS (' AS piège FROM site) SELECT jour FROM jours CROSS JOIN [du site] "
        "OPTION (MAXRECURSION 400)",
        ou="essai",
    )
    assert hoisted.ctes == (
        Cte("jours", ("jour",), "SELECT :debut UNION ALL SELECT DATEADD(day, 1, jour) FROM jours"),
        Cte("du site", (), "SELECT 'WITH x AS (' AS piège FROM site"),
    )
    assert hoisted.reste == "SELECT jour FROM jours CROSS JOIN [du site]"
    assert hoisted.recursion == 400


@pytest.mark.parametrize(
    ("texte", "renamed"),
    [
        ("SELECT base.code FROM base", "SELECT base.code FROM [n_base] AS [base]"),
        ("SELECT b.code AS base FROM base AS b", "SELECT b.code AS base FROM [n_base] AS b"),
        ("SELECT 1 FROM autre a, Base, dbo.base", "SELECT 1 FROM autre a, [n_base] AS [Base], dbo.base"),
        ("SELECT 'FROM base' FROM x JOIN [base] ON 1=1", "SELECT 'FROM base' FROM x JOIN [n_base] AS [base] ON 1=1"),
        ("SELECT base, code FROM fiche", "SELECT base, code FROM fiche"),
        ("SELECT 1 WHERE EXISTS (SELECT 1 FROM base)", "SELECT 1 WHERE EXISTS (SELECT 1 FROM [n_base] AS [base])"),
        ("SELECT f(base, 1) FROM base WITH (NOLOCK)", "SELECT f(base, 1) FROM [n_base] AS [base] WITH (NOLOCK)"),
    ],
)  # fmt: skip
def test_a_renamed_part_is_only_renamed_where_it_is_a_table(texte: str, renamed: str) -> None:
    hoisted = take_apart(f"WITH base AS (SELECT 1 AS code) {texte}", ou="essai")
    assert rename_ctes(hoisted, {"base": "n_base"}).reste == renamed


@pytest.mark.parametrize(
    "texte",
    [
        "SELECT code FROM t ORDER BY code",
        "WITH a AS (SELECT code FROM t ORDER BY code) SELECT code FROM a",
        "SELECT code FROM t OPTION (RECOMPILE)",
        "WITH XMLNAMESPACES ('u' AS n) SELECT code FROM t",
        "WITH a AS (SELECT code FROM t",
        "WITH a AS (SELECT code FROM t)",
    ],
)
def test_what_no_derived_table_admits_is_refused_in_a_sentence(texte: str) -> None:
    with pytest.raises(MappingError) as refused:
        take_apart(texte, ou="relation sejours")
    assert refused.value.code == "requete_texte"
    assert "SQL Server" in refused.value.message
    assert refused.value.ou == "relation sejours"


@pytest.mark.parametrize(
    "texte",
    [
        "SELECT TOP 3 code FROM t ORDER BY code",
        "SELECT code FROM t ORDER BY code OFFSET 0 ROWS",
        "SELECT ROW_NUMBER() OVER (ORDER BY code) AS rang FROM t",
        "SELECT (SELECT TOP 1 a FROM u ORDER BY a) AS code FROM t",
    ],
)
def test_an_order_that_means_something_stays(texte: str) -> None:
    assert take_apart(texte, ou="essai").reste == texte


@pytest.mark.parametrize(
    ("kind", "size", "scale", "aware"),
    [
        (datetime, 27, 7, False),  # datetime2
        (datetime, 26, 6, False),  # datetime2(6)
        (datetime, 19, 0, False),  # datetime2(0)
        (datetime, 23, 3, False),  # datetime
        (datetime, 16, 0, False),  # smalldatetime
        (datetime, 34, 7, True),  # datetimeoffset
        (datetime, 26, 0, True),  # datetimeoffset(0)
    ],
)
def test_a_moment_with_an_offset_is_known_by_its_size(kind: Any, size: int, scale: int, aware: bool) -> None:
    found = described_type(("quand", kind, None, size, size, scale, True))
    assert isinstance(found, DateTime)
    assert found.timezone is aware


def test_an_instant_with_its_offset_needs_no_zone_of_the_engine() -> None:
    raw: Any = column("quand", DateTime(timezone=True))
    day = spelled(MSSQLDialect().day(raw, Instant("Europe/Paris"), CLOCK))
    assert "dateadd(second, 14400, CAST(switchoffset(quand, '+00:00') AS DATETIME2))" in day


def test_seconds_are_added_as_days_which_an_int_holds() -> None:
    day = spelled(MSSQLDialect().day(column("quand", Numeric(20, 0)), EpochS(), CLOCK))
    assert "THEN dateadd(day, CAST(floor(" in day
    assert "dateadd(second" not in day


def test_an_exit_in_1900_is_an_empty_text_that_became_a_date() -> None:
    dialect = MSSQLDialect()
    assert "19000101" in spelled(dialect.absent(column("sortie", DateTime())))
    assert "19000101" not in spelled(dialect.absent(column("entree", DateTime())))
    assert spelled(dialect.day(column("sortie", DateTime()), Jour(), CLOCK)).startswith("CAST(nullif(sortie")


@pytest.mark.parametrize("kind", [Numeric(10, 2), LargeBinary(), described_type(("x", float, None, 53, 53, 0, True))])
def test_what_cannot_be_an_identifier_is_refused_by_name(kind: TypeEngine[Any]) -> None:
    vues = {"code": Seen("code", Unicode(9)), "usager": Seen("usager", kind)}
    nobody: Any = None
    with pytest.raises(MappingError) as refused:
        MSSQLDialect().probe_types(nobody, Probed(Relation.MISES_A_JOUR, text("SELECT * FROM note"), {}, vues))
    assert refused.value.code == "usager_type"


def test_identifiers_are_compared_byte_by_byte_whatever_the_collation() -> None:
    guid = described_type(("usager", UUID, None, 36, 36, 0, True))
    assert isinstance(guid, Uuid)
    assert spelled(MSSQLDialect().usager(column("usager", guid))) == (
        "CAST(nullif(lower(CAST(usager AS NVARCHAR(36))), '') AS NVARCHAR(400)) COLLATE Latin1_General_100_BIN2"
    )
    whole = described_type(("usager", Decimal, None, 10, 10, 0, True))
    assert "CAST(usager AS NUMERIC(38, 0))" in spelled(MSSQLDialect().usager(column("usager", whole)))


class Cursor:
    """A cursor that answers what a server would, and remembers what it was asked."""

    def __init__(self, raw: "Raw") -> None:
        self.raw = raw
        self.answer: Any = None

    def execute(self, statement: str) -> "Cursor":
        self.raw.said.append(statement)
        self.answer = self.raw.writes if "HAS_PERMS" in statement else self.raw.snapshot
        return self

    def fetchone(self) -> Any:
        return (self.answer,)

    def close(self) -> None:
        self.raw.said.append("close")


class Raw:
    """A connection of the driver, as far as it is prepared."""

    def __init__(self, writes: int, snapshot: int) -> None:
        self.writes, self.snapshot = writes, snapshot
        self.said: list[str] = []

    def cursor(self) -> Cursor:
        return Cursor(self)

    def rollback(self) -> None:
        self.said.append("rollback")


def test_an_account_that_may_write_is_refused() -> None:
    with pytest.raises(ConnectionRefused) as refused:
        MSSQLAccess()._prepare(Raw(writes=1, snapshot=1), "dui")  # no server runs here
    assert refused.value.code == "compte_ecrit"
    assert "db_datareader" in refused.value.remede


@pytest.mark.parametrize(("state", "level", "one"), [(1, "SNAPSHOT", True), (0, "READ COMMITTED", False)])
def test_whether_the_read_is_one_snapshot_is_what_the_database_allows(state: int, level: str, one: bool) -> None:
    access, raw, nobody = MSSQLAccess(), Raw(writes=0, snapshot=state), None
    access._prepare(raw, "dui")  # no server runs here
    assert raw.said[-3:] == [f"SET TRANSACTION ISOLATION LEVEL {level}", "close", "rollback"]
    assert access.snapshot(nobody) is one  # type: ignore[arg-type] # the connection is not asked again


def test_a_query_is_cancelled_from_another_thread_by_its_statement() -> None:
    class Statement:
        cancelled = 0

        def _cancel(self) -> None:
            self.cancelled += 1

    class Running:
        hstmt = Statement()

    access, cursor = MSSQLAccess(), Running()
    access._cursors.add(cursor)  # what executing does
    access.interrupt(None)
    assert cursor.hstmt.cancelled == 1


@pytest.mark.parametrize(
    ("driver", "ddbc", "cause", "said"),
    [
        ("Invalid authorization specification", "[Microsoft][SQL Server]Login failed for user 'lecteur'.", Cause.COMPTE,
         "Login failed for user 'lecteur'."),
        ("Column not found", "[Microsoft][SQL Server]Invalid column name 'quand'.", None,
         "Invalid column name 'quand'."),
        ("Invalid character value for cast specification",
         "[Microsoft][SQL Server]Conversion failed when converting the varchar value 'Mme Fictive' to data type int.",
         None, "SQL Server, Invalid character value for cast specification"),
        ("Operation canceled", "[Microsoft][SQL Server]Operation canceled", Cause.ARRETEE,
         "SQL Server, Operation canceled"),
        ("Communication link failure", "[Microsoft][SQL Server]Communication link failure", Cause.COUPEE,
         "SQL Server, Communication link failure"),
    ],
)  # fmt: skip
def test_an_error_is_told_without_any_value(driver: str, ddbc: str, cause: Cause | None, said: str) -> None:
    error = mssql_python.DatabaseError(driver, ddbc)
    assert MSSQLAccess().cause(error) is cause
    assert MSSQLAccess().said(error) == said
