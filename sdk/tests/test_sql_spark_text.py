"""What is written for Spark, without a server: literals, types, addresses, and what its errors tell."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Date, DateTime, String, cast, column, literal, make_url, select

from temoin_sdk.contract import EpochMs, EpochS, Instant, Jour
from temoin_sdk.errors import ConfigurationError
from temoin_sdk.statement.dialects import Clock, dialect_for
from temoin_sdk.statement.engines import access_for
from temoin_sdk.statement.engines.causes import Cause
from temoin_sdk.statement.engines.spark_sqlalchemy import SparkSQL, quoted

CLOCK = Clock("Indian/Reunion", date(2026, 8, 1), date(2026, 11, 1))


def spelled(expression: object) -> str:
    return str(select(expression).compile(dialect=SparkSQL())).removeprefix("SELECT ")  # type: ignore[call-overload] # any column


@given(st.text())
def test_a_literal_has_no_bare_quote_or_backslash_and_reads_back(text: str) -> None:
    inside = re.fullmatch(r"'((?:[^'\\\x00-\x1f\x7f]|\\u[0-9a-f]{4})*)'", quoted(text))
    assert inside is not None
    assert re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found.group(1), 16)), inside.group(1)) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (literal("l'été"), "'l\\u0027été' AS anon_1"),
        (literal(date(2026, 8, 1), Date), "DATE'2026-08-01' AS anon_1"),
        (literal(datetime(2026, 8, 1), DateTime), "TIMESTAMP_NTZ'2026-08-01 00:00:00' AS anon_1"),  # noqa: DTZ001 # naive on purpose
        (
            literal(datetime(2026, 8, 1, tzinfo=UTC), DateTime(timezone=True)),
            "TIMESTAMP'2026-08-01 00:00:00+00:00' AS anon_1",
        ),
        (cast(column("x"), String(400)), "CAST(x AS STRING) AS x"),
        (cast(column("x"), DateTime(timezone=True)), "CAST(x AS TIMESTAMP) AS x"),
        (column("naïf"), "`naïf`"),
    ],
)
def test_values_types_and_names_are_spelled_as_spark_reads_them(value: object, expected: str) -> None:
    assert spelled(value) == expected


@pytest.mark.parametrize("nature", [Jour(), Instant("Europe/Paris"), EpochS(), EpochMs()], ids=str)
def test_no_expression_asks_the_session_s_zone(nature: Jour | Instant | EpochS | EpochMs) -> None:
    dialect = dialect_for("spark")
    for kind in ("string", "timestamp", "timestamp_ntz", "date", "bigint", "decimal(20,3)"):
        raw = column("x", dialect.type_of(kind))
        fits = kind in ("bigint", "decimal(20,3)") if isinstance(nature, (EpochS, EpochMs)) else "i" not in kind[:3]
        if fits and not (kind == "timestamp" and isinstance(nature, Jour)):
            text = spelled(dialect.day(raw, nature, CLOCK))
            assert "AS TIMESTAMP)" not in text
            assert "current_" not in text


def test_the_address_says_who_connects_and_how() -> None:
    def options(address: str) -> dict[str, object]:
        found: dict[str, object] = SparkSQL().create_connect_args(make_url(address))[1]
        return found

    assert options("spark://machine") == {
        "host": "machine",
        "port": 10_000,
        "database": "default",
        "auth_mechanism": "NOSASL",
    }
    assert options("spark://moi:secret@machine:1/b?use_ssl=true&inconnu=1") == {
        "host": "machine",
        "port": 1,
        "database": "b",
        "auth_mechanism": "PLAIN",
        "user": "moi",
        "password": "secret",
        "use_ssl": True,
    }


@pytest.mark.parametrize(
    ("message", "cause", "said"),
    [
        ("[CAST_INVALID_INPUT] The value 'DUPONT' of the type", None, "Spark, CAST_INVALID_INPUT"),
        ("[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column `x`", None, "Spark, UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        ("TTransportException: Could not connect to any of", Cause.SERVEUR, "Spark, OSError"),
        ("Operation is in CANCELED_STATE", Cause.ARRETEE, "Spark, OSError"),
        ("BrokenPipeError: [Errno 32] Broken pipe", Cause.COUPEE, "Spark, OSError"),
        ("[INSUFFICIENT_PERMISSIONS] DUPONT", Cause.DROIT, "Spark, INSUFFICIENT_PERMISSIONS"),
    ],
)
def test_errors_tell_their_class_and_no_value(message: str, cause: Cause | None, said: str) -> None:
    access, error = access_for("spark", "dui"), OSError(message)
    assert (access.cause(error), access.said(error)) == (cause, said)


def test_an_engine_that_is_not_read_is_still_refused() -> None:
    with pytest.raises(ConfigurationError, match="spark"):
        access_for("hive", "dui")
