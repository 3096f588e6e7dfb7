"""Reading without harm: nothing is written, one snapshot, one deadline whatever is slow, and nobody held up."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from servers import ENGINES, Base, counted, open_base, postgresql_server, reading, sqlite_base
from sqlalchemy import text

from temoin_sdk import Jour, Logiciel, SqlSource, sql
from temoin_sdk.errors import SourceError
from temoin_sdk.statement.engines.deadline import Deadline
from temoin_sdk.vocabulary import Compte

SOON = 20
"""Seconds that are far more than any of these tests needs, and far less than what would go on without a deadline."""


COLUMNS = {"code": "varchar(9)", "usager": "int", "entree": "date"}
COUNTING_UP = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n"


class Dui(SqlSource):
    nom = "dui"
    logiciel = Logiciel("DUI fictif", "1.0")
    espace_usagers = "dui.usager"
    etablissements = "SELECT 'A' AS code"
    sejours = sql("SELECT code, usager, entree FROM sejour", dates=Jour())


@pytest.fixture(params=ENGINES)
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    with open_base(request.param, tmp_path) as opened:
        opened.load(
            "sejour",
            {"code": "varchar(9)", "usager": "int", "entree": "date"},
            [("A", n, "2026-01-01") for n in (1, 2)],
        )
        yield opened


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[Base]:
    with open_base("postgresql", tmp_path) as opened:
        yield opened


def test_a_statement_that_writes_is_refused_and_nothing_is_written(base: Base) -> None:
    for write in ("DELETE FROM sejour", "INSERT INTO sejour (usager) VALUES (3)", "CREATE TABLE ailleurs (x int)"):
        with reading(base) as reader, pytest.raises(SourceError) as refused:
            reader.connection.execute(text("SELECT 1"))
            with reader.named("essai"):
                reader.connection.exec_driver_sql(write)
        assert refused.value.code in ("ecriture_refusee", "droit_absent")
    assert counted(base, Dui).etablissements[0].comptes[Compte.PERSONNES_ACCOMPAGNEES] == 2


@pytest.mark.parametrize(
    "texte",
    [
        "WITH parti AS (DELETE FROM sejour RETURNING *) SELECT code, usager, entree FROM parti",
        "SELECT code, usager, entree FROM sejour, effacer()",
        "SELECT code, usager, entree FROM sejour, set_config('transaction_read_only', 'off', true), effacer()",
        "SELECT code, nextval('compteur') AS usager, entree FROM sejour",
    ],
)
def test_a_text_that_writes_is_refused_whoever_the_account_is(postgresql: Base, texte: str) -> None:
    postgresql.load("sejour", {"code": "text", "usager": "int", "entree": "date"}, [("A", 1, "2026-01-01")])
    postgresql.run(
        "CREATE FUNCTION effacer() RETURNS int LANGUAGE sql AS 'DELETE FROM sejour; SELECT 1'",
        "CREATE SEQUENCE compteur",
    )
    postgresql.run("GRANT ALL ON sejour, compteur TO lecteur")

    class Efface(Dui):
        sejours = sql(texte, dates=Jour())

    with pytest.raises(SourceError) as refused:
        counted(postgresql, Efface)
    assert refused.value.code in ("ecriture_refusee", "requete_refusee")
    assert counted(postgresql, Dui).etablissements[0].comptes[Compte.PERSONNES_ACCOMPAGNEES] == 1


def slow_view(base: Base) -> str:
    """A view of which nothing comes for minutes."""
    if base.moteur == "postgresql":
        return "SELECT 'A' AS code, 1 AS usager, date '2026-01-01' AS entree FROM pg_sleep(300)"
    if base.moteur == "mariadb":
        return "SELECT 'A' AS code, SLEEP(300) AS usager, date '2026-01-01' AS entree"
    return (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
        "SELECT 'A' AS code, max(i) AS usager, '2026-01-01' AS entree FROM n"
    )


def test_the_deadline_stops_a_slow_view(base: Base) -> None:
    class Lent(Dui):
        sejours = sql(slow_view(base), dates=Jour())

    started = time.monotonic()
    with pytest.raises(SourceError) as refused:
        counted(base, Lent, delai=1)
    assert (refused.value.code, refused.value.retryable) == ("delai_depasse", True)
    assert time.monotonic() - started < SOON


def test_the_deadline_stops_a_stream_whose_every_row_is_quick(base: Base) -> None:
    slow = {
        "postgresql": "SELECT n FROM generate_series(1, 100000) n, LATERAL (SELECT pg_sleep(0.02 + n * 0)) s",
        "mariadb": "SELECT seq, SLEEP(0.02) FROM seq_1_to_100000",
        "sqlite": COUNTING_UP.format(2_000_000_000),
    }[base.moteur]
    started = time.monotonic()
    with reading(base, delai=1) as reader, pytest.raises(SourceError) as refused:
        for _ in reader.batches(text(slow), ou="essai"):
            pass
    assert refused.value.code == "delai_depasse"
    assert time.monotonic() - started < SOON


def test_a_reader_that_is_slow_itself_is_stopped_between_two_batches(base: Base) -> None:
    rows = {
        "postgresql": "SELECT n FROM generate_series(1, 100000) n",
        "mariadb": "SELECT seq FROM seq_1_to_100000",
        "sqlite": COUNTING_UP.format(100_000),
    }[base.moteur]
    with reading(base, delai=1) as reader, pytest.raises(SourceError) as refused:
        for _ in reader.batches(text(rows), ou="essai"):
            time.sleep(0.3)
    assert refused.value.code == "delai_depasse"


def test_a_server_that_does_not_obey_is_left(postgresql: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temoin_sdk.statement.engines.deadline._PATIENCE", 1.0)
    with reading(postgresql, delai=2) as reader, pytest.raises(SourceError) as refused:
        pid = reader.value("SELECT pg_backend_pid()", ou="essai")
        assert isinstance(pid, int)
        os.kill(pid, signal.SIGSTOP)
        try:
            list(reader.batches(text("SELECT 1"), ou="essai"))
        finally:
            os.kill(pid, signal.SIGCONT)
    assert refused.value.code == "delai_depasse"


def test_a_session_that_the_administrator_ends_is_told(postgresql: Base) -> None:
    with reading(postgresql) as reader, pytest.raises(SourceError) as refused:
        pid = reader.value("SELECT pg_backend_pid()", ou="essai")
        with postgresql_server().connect() as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", [pid])
        list(reader.batches(text("SELECT 1"), ou="essai"))
    assert (refused.value.code, refused.value.retryable) == ("connexion_coupee", True)


def test_rows_committed_during_a_read_do_not_appear(base: Base) -> None:
    if base.moteur == "sqlite":
        base.run("PRAGMA journal_mode = WAL")
    count = text("SELECT usager FROM sejour")
    with reading(base) as reader:
        before = [row for batch in reader.batches(count, ou="essai") for row in batch]
        base.run("INSERT INTO sejour VALUES ('A', 3, '2026-01-01')")
        after = [row for batch in reader.batches(count, ou="essai") for row in batch]
        assert reader.instantane
    assert before == after == [(1,), (2,)]
    assert counted(base, Dui).sources[0].instantane


def test_a_writer_waits_only_for_the_read_of_a_file_without_wal(tmp_path: Path) -> None:
    base = sqlite_base(tmp_path / "dui.db")
    base.load("sejour", {"code": "text", "usager": "int", "entree": "text"}, [("A", 1, "2026-01-01")])
    written = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(tmp_path / "dui.db", timeout=SOON)) as connection, connection:
            connection.execute("INSERT INTO sejour VALUES ('A', 2, '2026-01-01')")
        written.set()

    with reading(base) as reader:
        assert len(list(reader.batches(text("SELECT * FROM sejour"), ou="essai"))) == 1
        writer = threading.Thread(target=write)
        writer.start()
        assert not written.wait(0.5), "a journal of its own would be another test"
    assert written.wait(SOON)
    writer.join()


def test_the_watch_ends_with_the_read() -> None:
    calls: list[str] = []
    with Deadline(1).watch(lambda: calls.append("interrupt"), lambda: calls.append("sever")):
        pass
    time.sleep(1.2)
    assert calls == []
    assert not any(thread.name == "temoin-delai" for thread in threading.enumerate())


def test_the_servers_own_limits_follow_the_deadline(postgresql: Base) -> None:
    with reading(postgresql, delai=77) as reader:
        settings = [reader.value(f"SELECT current_setting('{name}')", ou="essai") for name in (
            "statement_timeout", "idle_in_transaction_session_timeout", "TimeZone", "transaction_read_only",
            "transaction_isolation",
        )]  # fmt: skip
    assert settings == ["77s", "77s", "UTC", "on", "repeatable read"]
