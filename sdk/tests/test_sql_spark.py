"""Spark, really: the same counts and the same leaves, odd texts, no write, one deadline, the session's zone ignored."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from reference import routes
from reference.bases import crowd
from reference.comparing import Expectation
from reference.engines import MEMBERS, kinds_of
from reference.routes import NOBODY, Prepared
from reference.typing_columns import TYPAGES, Typage, canonical, stored
from servers.counting import counted, reading
from servers.spark import SparkBase, spark_server
from sqlalchemy import literal, select, text

from temoin_sdk import EpochMs, EpochS, Instant, Jour, Logiciel, SqlSource, sql
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.errors import ConnectionRefused, MappingError, SourceError
from temoin_sdk.testing.reference.facts import Base as Facts
from temoin_sdk.vocabulary import Compte, Relation

KINDS = {
    "texte": "string",
    "jour": "date",
    "naif": "timestamp_ntz",
    "absolu": "timestamp",
    "entier": "bigint",
    "reel": "double",
    "caracteres": "char(60)",
}
CROWDS = [(one, 3 + rank) for rank, one in enumerate(t for t in TYPAGES if "uuid" not in t.usagers)]
"""Each way to type the columns, with a crowd of its own: filling Spark's tables row by row is slow."""


@pytest.fixture
def base() -> Iterator[SparkBase]:
    with spark_server().base() as opened:
        assert isinstance(opened, SparkBase)
        yield opened


def prepared(base: SparkBase, facts: Facts, typage: Typage, *, intervals: bool) -> Prepared:
    """The facts in typed tables, and the source that reads them; `intervals` adds an identity map that joins nobody."""
    members: dict[str, Any] = dict(MEMBERS)
    lignes = dict(facts.lignes)
    if intervals:
        lignes[Relation.IDENTITES] = (*lignes.get(Relation.IDENTITES, ()), *NOBODY)
    base.load("etablissements", {"code": "string"}, [(str(site),) for site in facts.sites])
    for relation, rows in lignes.items():
        kinds = kinds_of(facts, relation, typage)
        values = [[stored(v, k) for v, k in zip(row, kinds.values(), strict=True)] for row in rows]
        base.load(relation.value, {name: KINDS[kind] for name, kind in kinds.items()}, values)
        dates = facts.natures.get(relation)
        members[relation.value] = sql(f"SELECT {', '.join(SHAPES[relation].columns)} FROM {relation.value}", dates)
    return Prepared(type("EssaiSpark", (SqlSource,), members), base.reglages | {"delai": 600})


@pytest.mark.parametrize(("typage", "seed"), CROWDS, ids=[one.nom for one, _ in CROWDS])
def test_a_crowd_gives_the_counts_and_leaves_of_the_calculator(base: SparkBase, typage: Typage, seed: int) -> None:
    facts = canonical(crowd(seed), typage)
    expectation = Expectation(facts)
    with TemporaryDirectory() as name:
        source = prepared(base, facts, typage, intervals=seed % 2 == 0)
        result = routes.run(facts, [source], Path(name) / "preuves")
        assert [one.instantane for one in result.sources] == [False]
        expectation.compare(result, Path(name) / "preuves", f"spark, {typage.nom}")


def essai(**relations: Any) -> type[SqlSource]:
    """A source of this test: stays of persons 1 and 2 at site A, and these relations."""
    members = {
        "nom": "essai",
        "logiciel": Logiciel("Essai", version_sql="SELECT '7'"),
        "espace_usagers": "essai.usager",
        "etablissements": "SELECT 'A' AS code",
        "sejours": sql(
            "SELECT 'A' AS code, usager, DATE'2026-01-01' AS entree FROM VALUES (1), (2) AS v(usager)", dates=Jour()
        ),
    }
    return type("Essai", (SqlSource,), members | relations)


def actifs(base: SparkBase, texte: str, nature: Any, **options: Any) -> int | None:
    [figures] = counted(base, essai(mises_a_jour=sql(texte, nature)), delai=300, **options).etablissements
    return figures.comptes[Compte.DOSSIERS_ACTIFS]


@pytest.mark.parametrize(
    ("last", "after", "nature"),
    [
        ("TIMESTAMP'2026-10-31 22:59:59+00:00'", "TIMESTAMP'2026-10-31 23:00:00+00:00'", Instant("America/Noronha")),
        ("TIMESTAMP_NTZ'2026-10-31 23:59:59.9'", "TIMESTAMP_NTZ'2026-11-01 00:00:00'", Instant("Europe/Paris")),
        ("'2026-10-31T23:59:59,99'", "'2026-11-01T00:00'", Instant("Europe/Paris")),
        ("'2026-11-01T01:59+03'", "'2026-11-01T02:00:00+0300'", Instant("Europe/Paris")),
        ("1793487599.9", "1793487600.0", EpochS()),
        ("1793487599999", "1793487600000", EpochMs()),
        ("DATE'2026-10-31'", "DATE'2026-11-01'", Jour()),
    ],
)
def test_the_last_moment_of_the_window_in_every_type(base: SparkBase, last: str, after: str, nature: Any) -> None:
    texte = f"SELECT 'A' AS code, u AS usager, d AS date_fait FROM VALUES ('1', {last}), ('2 ', {after}) AS v(u, d)"
    assert actifs(base, texte, nature) == 1


@pytest.mark.parametrize(
    "texte",
    [
        "WITH x AS (SELECT 1 AS u) SELECT 'A' AS code, u AS usager, DATE'2026-09-01' AS date_fait FROM x;",
        "SELECT 'A' AS code, 1 AS usager, DATE'2026-09-01' AS date_fait -- une fin ; de ligne\n",
        "SELECT 'A' AS code, 1 AS usager, DATE'2026-09-01' AS date_fait WHERE 'a:b%' LIKE '%:b\\\\%' AND \"x\" = 'x'",
        "SELECT 1 AS `naïf`, DATE'2026-09-01' AS DATE_FAIT, 'A' AS CODE, 1 AS Usager, 2 AS `select`",
        "SELECT 'A' AS code, 1 AS usager, explode(sequence(:debut, :fin, INTERVAL 1 MONTH)) AS date_fait",
        "SELECT 'A' AS code, max(u) AS usager, max(DATE'2026-09-01') AS date_fait FROM VALUES (1) AS v(u)"
        " UNION SELECT 'A', 1, DATE'2026-09-02'",
    ],
    ids=["with", "comment", "colons and percents", "names", "binds", "union"],
)
def test_texts_that_editors_write(base: SparkBase, texte: str) -> None:
    assert actifs(base, texte, Jour()) == 1


@pytest.mark.parametrize(
    "text_", ["l'été", "a\\b", "\\u0041", "%s :x ?", "deux\nlignes\tet\x01", "''", "\\'; --", "🙂"]
)
def test_a_literal_is_exactly_its_text(base: SparkBase, text_: str) -> None:
    with reading(base, delai=300) as reader:
        assert list(reader.stream(select(literal(text_)), ou="essai")) == [(text_,)]


def test_a_text_cannot_write(base: SparkBase) -> None:
    base.load("t", {"a": "int"}, [(1,)])
    for relation in ("WITH n AS (SELECT 2 AS a) INSERT INTO t SELECT a FROM n", "SELECT 1; DROP TABLE t"):
        with pytest.raises(MappingError):
            actifs(base, relation, Jour())
    version = Logiciel("Essai", version_sql="WITH n AS (SELECT 3 AS a) INSERT INTO t SELECT a FROM n")
    with pytest.raises(SourceError):
        counted(base, essai(logiciel=version), delai=300)
    with base.admin.connect() as connection:
        assert [tuple(row) for row in connection.execute(text("SELECT a FROM t"))] == [(1,)]


def test_a_slow_view_is_stopped_at_the_deadline_and_on_the_server(base: SparkBase) -> None:
    base.run("CREATE VIEW lente AS SELECT sum(sin(a.id * b.id)) AS v FROM range(3000000) a CROSS JOIN range(3000000) b")
    with pytest.raises(SourceError) as caught, reading(base, delai=5) as reader:
        list(reader.stream(text("SELECT v FROM lente"), ou="essai"))
    assert caught.value.code == "delai_depasse"
    with reading(base, delai=120) as reader:  # both executors are free again
        assert list(reader.stream(text("SELECT count(*) FROM range(100)"), ou="essai")) == [(100,)]


@pytest.mark.parametrize(
    ("texte", "code", "words"),
    [
        ("SELECT 'A' AS code, 1 AS usager, d AS date_fait FROM absente", "requete_refusee", "TABLE_OR_VIEW_NOT_FOUND"),
        ("SELECT 'A' AS code, u AS usager, DATE'2026-09-01' AS date_fait", "requete_refusee", "UNRESOLVED_COLUMN"),
        ("SELECT 'A' AS code, true AS usager, DATE'2026-09-01' AS date_fait", "usager_type", "usager"),
        ("SELECT 'A' AS code, 1.5 AS usager, DATE'2026-09-01' AS date_fait", "usager_type", "usager"),
        ("SELECT 'A' AS code, 1 AS usager, 12 AS date_fait", "date_nature", "date_fait"),
        ("SELECT 'A' AS code, 1 AS usager, TIMESTAMP'2026-09-01 10:00:00' AS date_fait", "date_nature", "instant"),
        ("SELECT 'A' AS code, 1 AS usager, CAST('SECRET' AS DATE) AS date_fait", "requete_refusee", "Spark"),
    ],
)
def test_what_does_not_fit_is_named_and_quotes_no_value(base: SparkBase, texte: str, code: str, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        actifs(base, texte, Jour())
    assert (caught.value.code, words in caught.value.message) == (code, True), caught.value.phrase()
    assert "SECRET" not in caught.value.phrase()


def test_a_server_that_is_not_there_is_said(base: SparkBase) -> None:
    elsewhere = SparkBase("spark", "spark://127.0.0.1:1/default", None, base.admin)
    with pytest.raises(ConnectionRefused) as caught, reading(elsewhere):
        pass
    assert caught.value.code == "connexion_serveur"
