"""The one statement: its shape, the editor's index, reading without harm, types probed before anything is counted."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from temoin_sdk import EpochS, Instant, Jour, Logiciel, SqlSource, sql
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.settings import ReglagesSql
from temoin_sdk.contract.sources import RelationSql
from temoin_sdk.errors import ConnectionRefused, MappingError, SourceError
from temoin_sdk.gathering.from_sql import SqlReading, fingerprint_queries, open_sql
from temoin_sdk.gathering.groups import Astray, Group, bring_together
from temoin_sdk.gathering.spool import Spool
from temoin_sdk.gathering.sql_fold import SqlFold
from temoin_sdk.statement.building import Question, build_statement
from temoin_sdk.statement.reading import Reader, open_reader
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre

FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
FINESS = "010780054"

SCHEMA = """
CREATE TABLE site (code TEXT);
CREATE TABLE sejour (code TEXT, usager, entree TEXT, sortie TEXT);
CREATE TABLE maj (code TEXT, usager, quand TEXT);
CREATE INDEX maj_quand ON maj (quand);
CREATE TABLE message (code TEXT, parti INTEGER);
CREATE INDEX message_parti ON message (parti);
INSERT INTO site VALUES ('A');
INSERT INTO sejour VALUES ('A', 1, '2026-01-01', NULL);
INSERT INTO maj VALUES ('A', 1, '2026-09-01 08:00:00');
INSERT INTO message VALUES ('A', 1790000000);
"""


class Dui(SqlSource):
    nom = "dui"
    logiciel = Logiciel("DUI fictif", "1.0")
    espace_usagers = "dui.usager"
    etablissements = "SELECT code FROM site"
    sejours = sql("SELECT code, usager, entree, sortie FROM sejour", dates=Jour())
    mises_a_jour = sql("SELECT code, usager, quand AS date_fait FROM maj", dates=Instant("Europe/Paris"))
    messages_mss = sql("SELECT code, parti AS date_fait FROM message", dates=EpochS())


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "dui.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(SCHEMA)
    return path


def change(base: Path, *statements: str) -> None:
    with closing(sqlite3.connect(base)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def reading(base: Path, classe: type[SqlSource] = Dui, delai: int = 60) -> Iterator[tuple[SqlReading, Reader]]:
    source = classe(ReglagesSql(url=f"sqlite:///{base}", delai=delai))
    with open_reader(source.reglages, "dui", FENETRE) as reader:
        yield open_sql(source, reader), reader


def question() -> Question:
    reglages = load_campaign("generalisation-2025").campagne.reglages
    return Question(FENETRE, FENETRE, reglages, {"A": FINESS}, "Europe/Paris", True, frozenset())


def fold(sql_reading: SqlReading, folder: Path) -> tuple[Group, Astray]:
    """The one establishment of this file, and what fitted nowhere."""
    asked, astray = question(), Astray()
    with Spool(folder, "dui.usager") as spool:
        sql_reading.gather(asked, frozenset(Relation), SqlFold(spool, astray))
        spool.flush()
        assert spool.finess() <= {FINESS}
        return bring_together(spool.blocks(FINESS), {}, asked.reglages, asked.fenetre), astray


def gather(base: Path, classe: type[SqlSource] = Dui) -> tuple[Group, Astray]:
    with reading(base, classe) as (sql_reading, _):
        return fold(sql_reading, base.parent)


class Signe(Dui):
    """The same, where every update has its author: an ordinary person takes the short way."""

    mises_a_jour = sql("SELECT code, usager, quand AS date_fait, 'humain' AS auteur FROM maj", dates=Jour())


@pytest.mark.parametrize("classe", [Dui, Signe])
def test_identifiers_that_are_one_person_are_one_row(base: Path, classe: type[SqlSource]) -> None:
    change(
        base,
        "INSERT INTO sejour VALUES ('A', 7, '2026-01-01', NULL), ('A', 7.0, '2026-01-01', NULL)",
        "INSERT INTO sejour VALUES ('A', '7   ', '2026-01-01', NULL), ('A', 'abc', '2026-01-01', NULL)",
        "INSERT INTO sejour VALUES ('A', 'ABC', '2026-01-01', NULL), ('A', 'é', '2026-01-01', NULL)",
        "INSERT INTO sejour VALUES ('A', 'e\u0301', '2026-01-01', NULL)",
    )
    group, _ = gather(base, classe)
    assert set(group.personnes) == {("dui.usager", u) for u in ("1", "7", "abc", "ABC", "é")}


@pytest.mark.parametrize("identifiant", ["NULL", "''", "'   '", "7.5", "x'00ff'"])
def test_rows_whose_person_cannot_be_told_are_counted_apart(base: Path, identifiant: str) -> None:
    change(base, f"INSERT INTO sejour VALUES ('A', {identifiant}, '2026-01-01', NULL)")
    group, astray = gather(base)
    assert len(group.personnes) == 1
    assert astray.usagers_absents == {Relation.SEJOURS: 1}


def test_the_editors_index_on_dates_serves(base: Path) -> None:
    with reading(base) as (sql_reading, reader):
        statement = build_statement(question(), sql_reading.relations, sql_reading.dialect)
        compiled = statement.compile(reader.connection, compile_kwargs={"literal_binds": True})
        plan = [
            row[3] for row in reader.connection.execute(text("EXPLAIN QUERY PLAN " + str(compiled).replace(":", "\\:")))
        ]
    assert any("USING INDEX maj_quand" in line for line in plan), plan
    assert any("USING INDEX message_parti" in line or "USING COVERING INDEX" in line for line in plan), plan


def test_a_write_is_refused(base: Path) -> None:
    with reading(base) as (_, reader), pytest.raises(MappingError) as refused:
        list(reader.stream(text("DELETE FROM maj"), ou="essai"))
    assert "readonly" in refused.value.message


def test_the_dui_goes_on_writing_during_a_read(base: Path) -> None:
    change(base, "PRAGMA journal_mode = WAL")
    with reading(base) as (sql_reading, _):
        sites = sql_reading.sites()
        writer = threading.Thread(target=change, args=(base, "INSERT INTO maj VALUES ('A', 1, '2026-09-02 08:00:00')"))
        writer.start()
        writer.join(10)
        assert not writer.is_alive()
        group, _ = fold(sql_reading, base.parent)
    assert sites == ["A"]
    assert group.personnes["dui.usager", "1"].maj == 1, "the read is one snapshot"


def test_the_deadline_stops_a_slow_view(base: Path) -> None:
    class Lent(Dui):
        mises_a_jour = sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
            "SELECT 'A' AS code, i AS usager, '2026-09-01' AS date_fait FROM n",
            dates=Jour(),
        )

    with reading(base, Lent, delai=1) as (sql_reading, _), pytest.raises(SourceError) as refused:
        fold(sql_reading, base.parent)
    assert refused.value.code == "delai_depasse"
    assert refused.value.retryable


def test_a_bind_of_the_window_limits_an_editors_text(base: Path) -> None:
    class Limite(Dui):
        mises_a_jour = sql(
            "SELECT code, usager, quand AS date_fait FROM maj WHERE quand >= :debut AND quand < :fin",
            dates=Instant("Europe/Paris"),
        )

    group, _ = gather(base, Limite)
    assert group.personnes["dui.usager", "1"].maj == 1


def test_an_absent_file_is_the_gestionnaires_error(tmp_path: Path) -> None:
    with pytest.raises(ConnectionRefused) as refused, reading(tmp_path / "absent.db"):
        pytest.fail("nothing can be read")
    assert refused.value.acteur == "gestionnaire"


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("ceci n'est pas une base" * 100)
    with pytest.raises(SourceError) as refused, reading(path):
        pytest.fail("nothing can be read")
    assert "database" in refused.value.message


def test_the_fingerprint_follows_texts_and_natures_and_not_the_address(tmp_path: Path) -> None:
    class AutreNature(Dui):
        sejours = RelationSql("SELECT code, usager, entree, sortie FROM sejour", nature=Instant("Europe/Paris"))

    class AutreTexte(Dui):
        sejours = sql("SELECT code, usager, entree, sortie FROM sejour WHERE 1 = 1", dates=Jour())

    ici, ailleurs = (ReglagesSql(url=f"sqlite:////{place}/dui.db") for place in ("ici", "ailleurs"))
    assert fingerprint_queries(Dui(ici)) == fingerprint_queries(Dui(ailleurs))
    assert len({fingerprint_queries(c(ici)) for c in (Dui, AutreNature, AutreTexte)}) == 3
