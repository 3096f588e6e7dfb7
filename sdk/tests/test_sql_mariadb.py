"""MariaDB as editors really use it: dates that do not exist, collations that confuse, comments that are executed."""

import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from servers import FENETRE, FINESS, Base, counted, mariadb_server, open_base, reading
from sqlalchemy import literal_column, select, text

from temoin_sdk import EpochMs, EpochS, Instant, Jour, Logiciel, SqlSource, sql
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract import Nature
from temoin_sdk.contract.settings import ReglagesSql
from temoin_sdk.errors import MappingError, SourceError
from temoin_sdk.figures import Figures
from temoin_sdk.gathering.from_sql import open_sql
from temoin_sdk.statement.building import Question, build_statement
from temoin_sdk.statement.columns import PLACES, Ecart
from temoin_sdk.vocabulary import Compte

PARIS = Instant("Europe/Paris")
SITE = "SELECT 'A' AS code"


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with open_base("mariadb", tmp_path) as opened:
        yield opened


def dui(sejours: str, maj: str | None = None, dates: Nature = PARIS, entree: Nature | None = None) -> type[SqlSource]:
    """A source of stays and, if given, of updates whose dates hold this nature."""
    members: dict[str, Any] = {
        "nom": "dui",
        "logiciel": Logiciel("DUI fictif", "1.0"),
        "espace_usagers": "dui.usager",
        "etablissements": SITE,
        "sejours": sql(sejours, dates=entree or Jour()),
    }
    if maj is not None:
        members["mises_a_jour"] = sql(maj, dates=dates)
    return type("Dui", (SqlSource,), members)


def figures(base: Base, classe: type[SqlSource], fuseau: str = "Europe/Paris") -> Figures:
    [found] = counted(base, classe, fuseau=fuseau).etablissements
    assert found.finess == FINESS
    return found


def accompanied(base: Base, classe: type[SqlSource]) -> int | None:
    return figures(base, classe).comptes[Compte.PERSONNES_ACCOMPAGNEES]


def active(base: Base, classe: type[SqlSource], fuseau: str = "Europe/Paris") -> int | None:
    return figures(base, classe, fuseau).comptes[Compte.DOSSIERS_ACTIFS]


def refused(base: Base, classe: type[SqlSource]) -> SourceError:
    with pytest.raises(SourceError) as error:
        counted(base, classe)
    return error.value


def of(usager: str) -> str:
    return f"SELECT 'A' AS code, {usager} AS usager, DATE'2026-01-01' AS entree, NULL AS sortie"


def test_persons_that_the_columns_collation_takes_for_one_are_told_apart(base: Base) -> None:
    base.run("CREATE TABLE s (u varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci)")
    base.run("INSERT INTO s VALUES ('abc'), ('ABC'), ('âbc'), ('abc '), ('abc  ')")
    assert accompanied(base, dui("SELECT 'A' AS code, u AS usager, '2026-01-01' AS entree FROM s")) == 3


def test_two_columns_of_two_alphabets_and_collations_meet(base: Base) -> None:
    base.run("CREATE TABLE s (u varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_swedish_ci)")
    base.run("CREATE TABLE m (u varchar(20) CHARACTER SET latin1 COLLATE latin1_german2_ci)")
    base.run("INSERT INTO s VALUES ('élise')", "INSERT INTO m VALUES ('élise'), ('Élise')")
    maj = "SELECT 'A' AS code, u AS usager, '2026-09-01' AS date_fait FROM m"
    assert active(base, dui("SELECT 'A' AS code, u AS usager, '2026-01-01' AS entree FROM s", maj)) == 1


@pytest.mark.parametrize(
    ("kind", "value", "usager"),
    [
        ("int(6) zerofill", "12", "'12'"),
        ("bigint unsigned", "18446744073709551615", "'18446744073709551615'"),
        ("tinyint", "12", "12"),
        ("char(8)", "'12'", "12"),
        ("varchar(8)", "'12 '", "12"),
        ("uuid", "'6F1C2A9E-58b0-4d0e-9a63-0b6a1f1f2c77'", "'6f1c2a9e-58b0-4d0e-9a63-0b6a1f1f2c77'"),
        ("enum('12')", "'12'", "12"),
    ],
)
def test_one_person_in_two_types_is_one_person(base: Base, kind: str, value: str, usager: str) -> None:
    base.run(f"CREATE TABLE s (u {kind})", f"INSERT INTO s VALUES ({value})")
    maj = f"SELECT 'A' AS code, {usager} AS usager, '2026-09-01' AS date_fait"
    assert active(base, dui("SELECT 'A' AS code, u AS usager, '2026-01-01' AS entree FROM s", maj)) == 1


@pytest.mark.parametrize("kind", ["decimal(10,0)", "decimal(10,2)", "double", "date", "binary(16)", "blob", "bit(4)"])
def test_a_type_that_identifies_nobody_is_refused_by_name(base: Base, kind: str) -> None:
    base.run(f"CREATE TABLE s (u {kind})")
    error = refused(base, dui("SELECT 'A' AS code, u AS usager, '2026-01-01' AS entree FROM s"))
    assert (error.code, error.ou) == ("usager_type", "relation sejours")
    assert "usager" in error.message


def test_zero_dates_are_no_date_and_partial_ones_are_unreadable(base: Base) -> None:
    base.run("CREATE TABLE s (u int, entree date, sortie date)")
    base.run("INSERT INTO s VALUES (1, '2026-01-01', '0000-00-00'), (2, '2026-01-01', '2026-09-00')")
    base.run("SET sql_mode = 'ALLOW_INVALID_DATES'")
    resultat = counted(base, dui("SELECT 'A' AS code, u AS usager, entree, sortie FROM s"))
    [found] = resultat.etablissements
    assert found.comptes[Compte.PERSONNES_ACCOMPAGNEES] == 1
    assert "dates_illisibles" in {one.code for one in resultat.avertissements}


@pytest.mark.parametrize(
    ("kind", "zero"), [("datetime", "0000-00-00 00:00:00"), ("varchar(19)", "0000-00-00 00:00:00"), ("char(10)", "")]
)
def test_a_zero_exit_is_no_exit(base: Base, kind: str, zero: str) -> None:
    base.run(f"CREATE TABLE s (sortie {kind})", f"INSERT INTO s VALUES ('{zero}')")
    stays = "SELECT 'A' AS code, 1 AS usager, '2026-01-01' AS entree, sortie FROM s"
    assert accompanied(base, dui(stays)) == 1


EDGES: list[tuple[str, Nature, tuple[str, ...], int]] = [
    ("date", Jour(), ("'2026-07-31'", "'2026-08-01'", "'2026-10-31'", "'2026-11-01'"), 2),
    ("datetime", Jour(), ("'2026-07-31 23:59:59'", "'2026-10-31 23:59:59'"), 1),
    ("datetime(6)", PARIS, ("'2026-10-31 23:59:59.999999'", "'2026-11-01 00:00:00'"), 1),
    ("datetime", Instant("UTC"), ("'2026-10-31 22:59:59'", "'2026-10-31 23:00:00'"), 1),
    ("datetime", Instant("UTC"), ("'2026-07-31 21:59:59'", "'2026-07-31 22:00:00'"), 1),
    ("date", Instant("UTC"), ("'2026-07-31'", "'2026-08-01'"), 1),
    ("varchar(40)", Instant("UTC"), ("'2026-10-31T23:59:59+01:00'", "'2026-11-01T00:00:00+0100'"), 1),
    ("varchar(40)", Jour(), ("'2026-08-01T23:59:59Z'", "'2026-09-31'", "NULL", "''"), 1),
    ("int", EpochS(), ("1785535199", "1785535200"), 1),
    ("double", EpochS(), ("1785535199.999", "1785535200.5"), 1),
    ("bigint", EpochMs(), ("1785535199999", "1785535200000"), 1),
    ("decimal(16,3)", EpochS(), ("1785535199.999", "NULL"), 0),
]


@pytest.mark.parametrize(("kind", "nature", "moments", "counts"), EDGES)
def test_the_edges_of_the_window_in_every_type(
    base: Base, kind: str, nature: Nature, moments: tuple[str, ...], counts: int
) -> None:
    base.run(f"CREATE TABLE m (u int AUTO_INCREMENT PRIMARY KEY, d {kind})")
    base.run(f"INSERT INTO m (d) VALUES {', '.join(f'({one})' for one in moments)}")
    stays = "SELECT 'A' AS code, u AS usager, '2026-01-01' AS entree FROM m"
    assert active(base, dui(stays, "SELECT 'A' AS code, u AS usager, d AS date_fait FROM m", nature)) == counts


@pytest.mark.parametrize("declared", ["UTC", "Indian/Reunion"])
def test_a_timestamp_is_the_same_instant_whatever_the_servers_zone_and_the_declared_one(
    base: Base, declared: str
) -> None:
    base.run(
        "CREATE TABLE m (u int, d timestamp)",
        "SET time_zone = '+00:00'",
        "INSERT INTO m VALUES (1, '2026-10-31 22:59:59'), (2, '2026-10-31 23:00:00')",
    )
    stays = "SELECT 'A' AS code, u AS usager, '2026-01-01' AS entree FROM m"
    maj = "SELECT 'A' AS code, u AS usager, d AS date_fait FROM m"
    assert active(base, dui(stays, maj, Instant(declared))) == 1


def test_a_timestamp_is_no_civil_day(base: Base) -> None:
    base.run("CREATE TABLE m (d timestamp)")
    error = refused(base, dui("SELECT 'A' AS code, 1 AS usager, d AS entree FROM m"))
    assert error.code == "date_nature"


ODD = {
    "reserved words and accents as names": "SELECT `select` AS code, `é t é` AS usager, `order` AS entree FROM odd",
    "a percent and a colon in literals": of("1") + " WHERE 'a%b:c' LIKE 'a%:c' AND '%s' <> ':debut'",
    "a quote after a backslash": of("1") + r" WHERE 'it\'s; DROP' <> '' AND 'b' = 'b'",
    "a backslash before the quote": of("1") + r" WHERE 'c:\\' <> 'x:y' AND ':z' = ':z'",
    "double quotes are text": 'SELECT "A" AS code, 1 AS usager, "2026-01-01" AS entree WHERE "it\'s;" <> ""',
    "a comment by a hash": of("1") + " # it's a comment; DROP TABLE odd\n",
    "comments by dashes": of("1") + " -- it's a comment\n;  ",
    "minus a negative number": of("5--4"),
    "an executable comment": of("1") + " /*! UNION ALL SELECT 'A', 2, DATE'2026-01-01', NULL */",
    "a trailing semicolon": of("1") + " ;\n",
    "WITH": "WITH x AS (SELECT 1 AS u) SELECT 'A' AS code, u AS usager, '2026-01-01' AS entree FROM x",
    "UNION and aggregates": "SELECT 'A' AS code, u AS usager, MIN(e) AS entree FROM (SELECT 1 AS u, '2026-01-01' AS e "
    "UNION ALL SELECT 1, '2026-02-01') x GROUP BY u",
    "upper case names and more columns": "SELECT 7 AS AUTRE, 'A' AS CODE, 1 AS USAGER, '2026-01-01' AS ENTREE",
    "a typed null": "SELECT 'A' AS code, 1 AS usager, '2026-01-01' AS entree, NULL AS sortie, NULL AS "
    "motif_non_eligible",
}


@pytest.mark.parametrize("case", ODD)
def test_what_editors_really_write(base: Base, case: str) -> None:
    base.run("CREATE TABLE odd (`select` varchar(5), `é t é` int, `order` date)")
    base.run("INSERT INTO odd VALUES ('A', 1, '2026-01-01')")
    assert accompanied(base, dui(ODD[case])) == 1


def test_a_person_is_read_as_the_text_says_after_two_dashes(base: Base) -> None:
    """`5--4` is 9: only dashes followed by a space begin a comment here."""
    maj = "SELECT 'A' AS code, 9 AS usager, '2026-09-01' AS date_fait"
    assert active(base, dui(of("5--4"), maj)) == 1


@pytest.mark.parametrize(
    "hidden",
    [
        "/*!50000 ; DELETE FROM odd */",
        "/*M! ; DELETE FROM odd */",
        "; DELETE FROM odd",
        "# \n; DELETE FROM odd",
        r"WHERE 'a\'' = 'a' ; DELETE FROM odd -- '",
    ],
)
def test_nothing_hidden_in_a_text_is_executed(base: Base, hidden: str) -> None:
    base.run("CREATE TABLE odd (x int)", "INSERT INTO odd VALUES (1)")
    try:
        counted(base, dui(of("1") + " " + hidden))
    except MappingError as error:
        assert error.code in ("requete_texte", "requete_refusee")
    with base.admin.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM odd").scalar_one() == 1


@pytest.mark.parametrize("write", ["DELETE FROM t", "CREATE TABLE u (x int)", "UPDATE t SET x = 2"])
def test_a_write_is_refused_even_to_an_account_that_may_write(base: Base, write: str) -> None:
    base.run("CREATE TABLE t (x int) ENGINE=InnoDB", "INSERT INTO t VALUES (1)")
    with base.admin.connect() as connection:
        name = connection.exec_driver_sql("SELECT DATABASE()").scalar_one()
    mariadb_server().execute(f"GRANT ALL ON {name}.* TO lecteur@127.0.0.1")
    with reading(base) as reader, pytest.raises(MappingError) as error:
        list(reader.stream(text(write), ou="essai"))
    assert error.value.code == "ecriture_refusee"


def test_a_writer_goes_on_and_the_read_sees_one_state(base: Base) -> None:
    base.run("CREATE TABLE t (x int) ENGINE=InnoDB", "INSERT INTO t VALUES (1)")
    with reading(base) as reader:
        writer = threading.Thread(target=base.run, args=("INSERT INTO t VALUES (2)",))
        writer.start()
        writer.join(10)
        assert not writer.is_alive()
        assert reader.value("SELECT count(*) FROM t", ou="essai") == 1
        assert reader.instantane


@pytest.mark.parametrize("engine", ["MyISAM", "Aria", "MEMORY"])
def test_tables_that_no_transaction_covers_are_said(base: Base, engine: str) -> None:
    base.run(f"CREATE TABLE t (x int) ENGINE={engine}")
    with reading(base) as reader:
        assert not reader.instantane


def slow(rows: int) -> Any:
    """A stream that gives some rows at once, and then one every tenth of a second."""
    return select(literal_column("seq"), literal_column("SLEEP(IF(seq > 3000, 0.1, 0))")).select_from(
        text(f"seq_1_to_{rows}")
    )


@pytest.mark.parametrize("rows", [3_200, 100_000])
def test_the_deadline_stops_a_slow_stream(base: Base, rows: int) -> None:
    started = time.monotonic()
    with reading(base, delai=1) as reader, pytest.raises(SourceError) as error:
        list(reader.stream(slow(rows), ou="essai"))
    assert (error.value.code, error.value.retryable) == ("delai_depasse", True)
    assert time.monotonic() - started < 10


def test_the_deadline_stops_a_slow_view(base: Base) -> None:
    base.run("CREATE VIEW v AS SELECT 'A' AS code, 1 AS usager, '2026-01-01' AS entree, SLEEP(60) AS attente")
    started = time.monotonic()
    with pytest.raises(SourceError) as error:
        counted(base, dui("SELECT code, usager, entree FROM v WHERE attente = 0"), delai=1)
    assert error.value.code == "delai_depasse"
    assert time.monotonic() - started < 15
    with base.admin.connect() as connection:
        listed = connection.exec_driver_sql("SELECT info FROM information_schema.processlist").scalars()
        assert not [info for info in listed if info and "attente" in info and "processlist" not in info]


def test_a_stream_that_nobody_reads_to_its_end_is_not_read_to_its_end(base: Base) -> None:
    with reading(base) as reader:
        rows = reader.stream(select(literal_column("seq")).select_from(text("seq_1_to_2000000000")), ou="essai")
        assert next(rows) == (1,)
        started = time.monotonic()
    assert time.monotonic() - started < 5


def test_a_text_is_refused_with_the_servers_words_and_without_values(base: Base) -> None:
    assert "absente" in refused(base, dui("SELECT code, usager, entree FROM absente")).message
    error = refused(base, dui("SELECT 'canari-secret' 'x' FROM FROM odd"))
    assert error.code == "requete_refusee"
    assert "canari" not in error.phrase()


def test_the_modes_of_the_site_change_nothing(base: Base) -> None:
    """The server of these tests has ANSI_QUOTES, PIPES_AS_CONCAT, NO_BACKSLASH_ESCAPES, and is in another zone."""
    with reading(base) as reader:
        assert reader.value("SELECT CONCAT(\"a\", 0 || 1, '\\'', @@time_zone)", ou="essai") == "a1'+00:00"


def test_person_identifiers_without_normalisation_meet(base: Base) -> None:
    base.run("CREATE TABLE s (u varchar(20))", "INSERT INTO s VALUES ('e\u0301lise')")

    class Deux(dui("SELECT 'A' AS code, u AS usager, '2026-01-01' AS entree FROM s")):  # type: ignore[misc]
        projets = sql("SELECT 'A' AS code, 'élise' AS usager, 'actif' AS statut")
        mises_a_jour = sql("SELECT 'A' AS code, 'élise' AS usager, '2026-09-01' AS date_fait", dates=Jour())

    found = figures(base, Deux).comptes
    assert (found[Compte.PERSONNES_ACCOMPAGNEES], found[Compte.DOSSIERS_ACTIFS_PROJET]) == (1, 1)


def test_a_source_opens_with_either_name(base: Base) -> None:
    other = base.url.replace("mariadb://", "mysql://")
    source = dui(of("1"))(ReglagesSql(url=other, mot_de_passe=base.mot_de_passe))
    with reading(base) as reader:
        assert open_sql(source, reader).sites() == ["A"]


def rows_of(base: Base, classe: type[SqlSource]) -> list[dict[str, Any]]:
    """The rows of the statement, column by column."""
    reglages = load_campaign("generalisation-2025").campagne.reglages
    question = Question(FENETRE, FENETRE, reglages, {"A": FINESS}, "Europe/Paris", og=True, keys=frozenset())
    with reading(base) as reader:
        source = open_sql(classe(ReglagesSql(**base.reglages)), reader)
        statement = build_statement(question, source.relations, source.dialect)
        return [dict(zip(PLACES, row, strict=True)) for row in reader.stream(statement, ou="essai")]


def test_facts_are_folded_by_what_is_written_and_told_by_what_it_says(base: Base) -> None:
    """Spellings of one word make one row, a word that is empty none, and unreadable days stay apart."""
    base.run("CREATE TABLE m (u int, d datetime, a varchar(20) COLLATE utf8mb4_general_ci)")
    base.run(
        "INSERT INTO m VALUES (1, '2026-09-01', 'humain'), (1, '2026-09-03', ' Humain '), "
        "(1, '2026-09-09', 'automate'), (1, '2026-09-05', NULL), (1, '2026-09-06', ''), (1, '2026-09-07', '  '), "
        "(1, '2026-09-08', 'humaín'), (1, '2026-09-00', 'humain'), (1, '2026-09-00', 'automate')"
    )
    found = rows_of(base, dui(of("1"), "SELECT 'A' AS code, u AS usager, d AS date_fait, a AS auteur FROM m"))
    told = {row["part"]: (row["maj"], row["maj_jour"]) for row in found}
    day = date(2026, 9, 1).toordinal()
    assert len(found) == len(told) == 4
    assert told[None] == (3, day + 2)
    assert told[Ecart.SANS_AUTEUR] == (3, day + 6)
    assert told[Ecart.INCONNU] == (1, None)
    assert told[Ecart.ILLISIBLE][0] == 2
    [ordinary] = [row for row in found if row["part"] is None]
    assert (ordinary["sejours"], ordinary["motif"], ordinary["projets"], ordinary["projet"]) == (1, 0, 0, None)


ODD_TEXT = "a\"b\\c/\n\t\x01 é\U0001f600' % :x null"


def test_any_text_comes_out_of_a_row_as_it_went_in(base: Base) -> None:
    base.load("s", {"c": "varchar(60)", "u": "varchar(60)"}, [(ODD_TEXT, ODD_TEXT), (None, None), (" A ", " u  ")])
    found = rows_of(base, dui("SELECT c AS code, u AS usager, '2026-01-01' AS entree FROM s"))
    assert {(row["site"], row["usager"]) for row in found} == {(ODD_TEXT, ODD_TEXT), (None, None), ("A", " u")}


def test_whole_numbers_of_every_size_are_one_person_each(base: Base) -> None:
    """A column without a sign and one with: what both can hold meets, what only one can is not turned over."""
    most = 2**64 - 1
    base.run("CREATE TABLE s (u bigint unsigned zerofill)", f"INSERT INTO s VALUES (7), ({most})")
    base.run("CREATE TABLE m (u smallint)", "INSERT INTO m VALUES (7), (-7)")
    maj = "SELECT 'A' AS code, u AS usager, '2026-09-01' AS date_fait FROM m"
    found = rows_of(base, dui("SELECT 'A' AS code, u AS usager, '2026-01-01' AS entree FROM s", maj))
    assert {row["usager"]: (row["sejours"], row["maj"]) for row in found} == {
        "7": (1, 1),
        "-7": (0, 1),
        str(most): (1, 0),
    }


def test_the_dates_of_the_window_are_looked_up_in_the_editors_index(base: Base) -> None:
    """The bounds on the raw column stand before what is computed from it, whatever the engine merges."""
    base.run("CREATE TABLE m (u int, d datetime, KEY par_date (d))", "INSERT INTO m VALUES (1, '2026-09-01')")
    base.run("INSERT INTO m SELECT seq, '2020-01-01' + INTERVAL seq % 900 DAY FROM seq_1_to_5000", "ANALYZE TABLE m")
    classe = dui(of("1"), "SELECT 'A' AS code, u AS usager, d AS date_fait FROM m")
    reglages = load_campaign("generalisation-2025").campagne.reglages
    question = Question(FENETRE, FENETRE, reglages, {"A": FINESS}, "Europe/Paris", og=True, keys=frozenset())
    with reading(base) as reader:
        source = open_sql(classe(ReglagesSql(**base.reglages)), reader)
        statement: Any = build_statement(question, source.relations, source.dialect)
        connection = reader.connection
        spelled = statement.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
        plan = connection.exec_driver_sql(f"EXPLAIN {spelled}", spelled.construct_params()).mappings().all()
    assert [(step["type"], step["key"]) for step in plan if step["table"] == "m"] == [("range", "par_date")]
    where = str(spelled).split("FROM m)")[1]
    assert where.index(".date_fait >= '") < where.index("timestampadd")
