"""Oracle: what its driver says of a column, what is refused of it by name, how the session only reads."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import oracledb
import pytest
from sqlalchemy import Date, DateTime, Integer, Numeric, String, column, text
from sqlalchemy.dialects.oracle import NVARCHAR2, TIMESTAMP
from sqlalchemy.dialects.oracle import oracledb as dialect_module
from sqlalchemy.types import LargeBinary, TypeEngine

from temoin_sdk import Instant, Jour
from temoin_sdk.contract.natures import Nature
from temoin_sdk.errors import MappingError
from temoin_sdk.statement.dialects.base import Clock, Probed, Seen
from temoin_sdk.statement.dialects.oracle import OracleDialect, described_type
from temoin_sdk.statement.engines.causes import Cause
from temoin_sdk.statement.engines.oracle import OracleAccess
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre

FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
CLOCK = Clock("America/Guadeloupe", FENETRE.debut, FENETRE.fin)


def described(kind: Any, precision: int | None = None, scale: int | None = None, name: str = "DATE_FAIT") -> Any:
    """A description as the driver's FetchInfo gives it by position."""
    return (name, kind, None, None, precision, scale, True)


def spelled(expression: Any) -> str:
    return str(expression.compile(dialect=dialect_module.dialect()))


@pytest.mark.parametrize(
    ("one", "kind", "text_of_it"),
    [
        (described(oracledb.DB_TYPE_DATE), DateTime, "DATETIME"),
        (described(oracledb.DB_TYPE_TIMESTAMP), TIMESTAMP, "TIMESTAMP"),
        (described(oracledb.DB_TYPE_TIMESTAMP_TZ), TIMESTAMP, "TIMESTAMP WITH TIME ZONE"),
        (described(oracledb.DB_TYPE_TIMESTAMP_LTZ), TIMESTAMP, "TIMESTAMP WITH LOCAL TIME ZONE"),
        (described(oracledb.DB_TYPE_VARCHAR), String, ""),
        (described(oracledb.DB_TYPE_NCHAR), NVARCHAR2, ""),
        (described(oracledb.DB_TYPE_RAW), LargeBinary, ""),
        (described(oracledb.DB_TYPE_NUMBER, 10, 0), Numeric, "NUMERIC(10, 0)"),
        (described(oracledb.DB_TYPE_NUMBER, 10, 2), Numeric, "NUMERIC(10, 2)"),
        (described(oracledb.DB_TYPE_NUMBER, 0, -127), Numeric, "NUMERIC"),
    ],
)
def test_the_drivers_types_are_told_apart(one: Any, kind: type[TypeEngine[Any]], text_of_it: str) -> None:
    found = described_type(one)
    assert isinstance(found, kind)
    if text_of_it:
        assert found.compile(dialect=dialect_module.dialect()).replace("DATE", "DATETIME", 1) in (
            text_of_it,
            text_of_it.replace("DATE", "DATETIME", 1),
        ) or isinstance(found, Numeric)


def probed(usager: TypeEngine[Any], date_fait: TypeEngine[Any] | None = None) -> Probed:
    vues = {"code": Seen("code", String(9)), "usager": Seen("usager", usager)}
    natures: dict[str, Nature] = {}
    if date_fait is not None:
        vues["date_fait"], natures = Seen("date_fait", date_fait), {"date_fait": Instant("Europe/Paris")}
    return Probed(Relation.MISES_A_JOUR, text("SELECT * FROM note"), natures, vues)


@pytest.mark.parametrize(
    "usager",
    [
        described_type(described(oracledb.DB_TYPE_NUMBER, 10, 2)),
        described_type(described(oracledb.DB_TYPE_RAW)),
        described_type(described(oracledb.DB_TYPE_CLOB)),
        described_type(described(oracledb.DB_TYPE_BINARY_DOUBLE)),
        described_type(described(oracledb.DB_TYPE_DATE)),
    ],
    ids=["NUMBER(10,2)", "RAW", "CLOB", "BINARY_DOUBLE", "DATE"],
)
def test_what_cannot_be_an_identifier_is_refused_by_name(usager: TypeEngine[Any]) -> None:
    nobody: Any = None
    with pytest.raises(MappingError) as refused:
        OracleDialect().probe_types(nobody, probed(usager))
    assert refused.value.code == "usager_type"
    assert "« usager »" in refused.value.message
    if isinstance(usager, LargeBinary):
        assert "RAWTOHEX" in refused.value.remede


@pytest.mark.parametrize("one", [(10, 0), (0, -127)], ids=["NUMBER(10)", "NUMBER"])
def test_a_whole_number_is_an_identifier(one: tuple[int, int]) -> None:
    nobody: Any = None
    OracleDialect().probe_types(nobody, probed(described_type(described(oracledb.DB_TYPE_NUMBER, *one))))


def test_a_name_is_folded_unless_it_was_quoted() -> None:
    dialect = OracleDialect()
    folded, quoted = (
        dialect.seen(described(oracledb.DB_TYPE_CHAR)),
        dialect.seen(described(oracledb.DB_TYPE_CHAR, name="date_fait")),
    )
    assert spelled(column(folded.nom)) == "date_fait"
    assert spelled(column(quoted.nom)) == '"date_fait"'


def test_a_date_with_an_hour_is_that_day_or_that_instant() -> None:
    raw: Any = column("date_fait", DateTime())
    assert spelled(OracleDialect().day(raw, Jour(), CLOCK)) == "trunc(date_fait)"
    instant = spelled(OracleDialect().day(raw, Instant("Europe/Paris"), CLOCK))
    assert "numtodsinterval(CASE WHEN (date_fait >= TIMESTAMP '2026-10-25 03:00:00') THEN -18000 ELSE -21600" in instant
    moment: Any = column("date_fait", TIMESTAMP())
    assert "to_char(date_fait, 'YYYY-MM-DD')" in spelled(OracleDialect().day(moment, Jour(), CLOCK))


def test_a_text_that_is_no_date_is_null_and_not_an_error() -> None:
    raw: Any = column("date_fait", String(10))
    day = spelled(OracleDialect().day(raw, Jour(), CLOCK))
    assert day == "trunc(TO_DATE(substr(date_fait, 1, 10) DEFAULT NULL ON CONVERSION ERROR, 'FXYYYY-MM-DD'))"


def test_national_text_is_kept_only_when_nothing_of_it_is_lost() -> None:
    raw: Any = column("usager", NVARCHAR2())
    assert "to_nchar(to_char(rtrim(usager))) = rtrim(usager)" in spelled(OracleDialect().usager(raw))


def test_nothing_holds_where_a_typed_null_has_another_type() -> None:
    raw: Any = column("sortie", Integer())
    assert spelled(OracleDialect().day(raw, Jour(), CLOCK)) == spelled(text("CAST(NULL AS DATE)"))
    assert isinstance(OracleDialect().day(raw, Jour(), CLOCK).type, Date)


@dataclass
class Words:
    """The one argument of an error of the driver."""

    full_code: str
    message: str

    def __str__(self) -> str:
        return self.message


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("ORA-01017", Cause.COMPTE),
        ("DPY-6005", Cause.SERVEUR),
        ("DPY-6001", Cause.BASE),
        ("ORA-01456", Cause.ECRITURE),
        ("ORA-01013", Cause.ARRETEE),
        ("ORA-01555", Cause.ARRETEE),
        ("DPY-4011", Cause.COUPEE),
        ("ORA-00942", None),
    ],
)
def test_an_error_is_told_by_its_code(code: str, cause: Cause | None) -> None:
    assert OracleAccess().cause(oracledb.DatabaseError(Words(code, f"{code}: words"))) is cause


def test_the_words_of_an_error_hold_no_value() -> None:
    access = OracleAccess()
    quoting = oracledb.DatabaseError(Words("ORA-01722", "ORA-01722: unable to convert string value 'Mme Fictive'"))
    assert access.said(quoting) == "Oracle, ORA-01722"
    naming = oracledb.DatabaseError(Words("ORA-00904", 'ORA-00904: "R"."QUAND": invalid identifier\nHelp: …'))
    assert access.said(naming) == 'ORA-00904: "R"."QUAND": invalid identifier'


def test_a_read_is_interrupted_by_the_drivers_own_call() -> None:
    class Raw:
        cancelled = 0

        def cancel(self) -> None:
            self.cancelled += 1

    raw = Raw()
    OracleAccess().interrupt(raw)
    assert raw.cancelled == 1
