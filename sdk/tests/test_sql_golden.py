"""The one statement, engine by engine, held by files: a change of it is seen before it is run.

TEMOIN_GOLDEN=1 pytest sdk/tests/test_sql_golden.py writes the files anew; read the difference before committing it.
Oracle and SQL Server cannot run here: these files, and the checks below of what those engines refuse though others take
it, stand in for a run.
"""

import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Date, DateTime, Integer, String, bindparam, text
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.dialects.mssql import base as mssql_words
from sqlalchemy.dialects.mssql import mssqlpython
from sqlalchemy.dialects.mysql import reserved_words as mysql_words
from sqlalchemy.dialects.oracle import base as oracle_words
from sqlalchemy.dialects.oracle import oracledb
from sqlalchemy.dialects.postgresql import base as postgresql_words
from sqlalchemy.dialects.sqlite import base as sqlite_words
from sqlalchemy.types import TypeEngine

from temoin_sdk import EpochMs, EpochS, Instant, Jour
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.natures import Nature
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.statement.building import Question, build_statement
from temoin_sdk.statement.dialects import Probed, Seen, dialect_for
from temoin_sdk.statement.engines.spark_sqlalchemy import SparkSQL
from temoin_sdk.statement.lone_rows import build_lone_rows
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre

FOLDER = Path(__file__).parent / "sql_golden"
FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
ANNEE = Fenetre(debut=date(2025, 11, 1), fin=date(2026, 11, 1))
REGLAGES = load_campaign("generalisation-2025").campagne.reglages
CARTE = {"A": "010780054", "B": "010780054", "l'annexe": "2A0000154", "C": ""}

ENGINES = ("sqlite", "postgresql", "mariadb", "oracle", "mssql")

QUESTIONS: Mapping[str, Question] = {
    "generalisation-2025": Question(FENETRE, FENETRE, REGLAGES, CARTE, "Europe/Paris", og=True, keys=frozenset()),
    "annee-tout-un-jour": Question(
        FENETRE,
        ANNEE,
        REGLAGES.model_copy(update={"base_personnes": "annee", "agenda": "tout", "projet": "un_jour"}),
        CARTE,
        "Indian/Reunion",
        og=False,
        keys=frozenset(),
    ),
    "plusieurs-sources": Question(
        FENETRE,
        FENETRE,
        REGLAGES,
        CARTE,
        "America/Miquelon",
        og=True,
        keys=frozenset({Relation.MESSAGES_MSS}),
    ),
}

COLUMNS: Mapping[Relation, tuple[str, Nature, TypeEngine[Any]]] = {
    Relation.SEJOURS: ("SELECT * FROM sejour", Jour(), DateTime()),
    Relation.MISES_A_JOUR: (
        "WITH ecrits AS (SELECT * FROM note WHERE quand >= :debut) SELECT * FROM ecrits",
        Instant("Europe/Paris"),
        DateTime(),
    ),
    Relation.PROJETS: ("SELECT * FROM projet", EpochS(), Integer()),
    Relation.EVENEMENTS: (
        "WITH ecrits AS (SELECT * FROM agenda) SELECT * FROM ecrits",
        Instant("locale_etablissement"),
        String(40),
    ),
    Relation.MESSAGES_MSS: ("SELECT * FROM message", Instant("UTC"), DateTime(timezone=True)),
    Relation.DEPOTS_DMP: ("SELECT * FROM depot", Jour(), String(10)),
    Relation.PRESCRIPTIONS: ("SELECT * FROM ordonnance", EpochMs(), Integer()),
}


def relations(moteur: str) -> dict[Relation, Probed]:
    """Every shape of date, and two texts that give one name to a part of theirs."""
    found = {}
    for relation, (texte, nature, kind) in COLUMNS.items():
        shape = SHAPES[relation]
        names = {n: kind if n in shape.dates else Integer() if n == "usager" else String(60) for n in shape.columns}
        clause = text(texte)
        if ":debut" in texte:
            clause = clause.bindparams(bindparam("debut", FENETRE.debut, type_=Date))
        vues = {name: Seen(name, type_) for name, type_ in names.items()}
        found[relation] = Probed(relation, clause, dict.fromkeys(shape.dates, nature), vues)
    return found


def sqlalchemy_dialect(moteur: str) -> Any:
    """The dialect as it is once connected to a server of today."""
    match moteur:
        case "sqlite":
            return sqlite.dialect()
        case "postgresql":
            return postgresql.dialect(paramstyle="named")
        case "mariadb":
            return mysql.dialect(is_mariadb=True, paramstyle="named")
        case "oracle":
            dialect = oracledb.dialect()
            dialect.server_version_info = (19,)
            return dialect
    dialect = mssqlpython.dialect(paramstyle="named")
    dialect.server_version_info = (16, 0, 0, 0)
    dialect._setup_version_attributes()  # what connecting does
    return dialect


def compiled(moteur: str, question: Question) -> Any:
    statement: Any = build_statement(question, relations(moteur), dialect_for(moteur))
    return statement.compile(dialect=sqlalchemy_dialect(moteur), compile_kwargs={"render_postcompile": True})


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("moteur", ENGINES)
def test_the_statement_is_the_one_that_was_read(moteur: str, name: str) -> None:
    path = FOLDER / f"{moteur}-{name}.sql"
    statement = re.sub(r"[ ]+\n", "\n", str(compiled(moteur, QUESTIONS[name]))) + "\n"
    if os.environ.get("TEMOIN_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(statement, encoding="utf-8")
    assert statement == path.read_text(encoding="utf-8"), "TEMOIN_GOLDEN=1 writes it anew, once it was read"


ORACLE_RESERVED = frozenset(
    # Oracle Database SQL Language Reference, appendix « Oracle SQL Reserved Words »
    [
        "access",
        "add",
        "all",
        "alter",
        "and",
        "any",
        "as",
        "asc",
        "audit",
        "between",
        "by",
        "char",
        "check",
        "cluster",
        "column",
        "column_value",
        "comment",
        "compress",
        "connect",
        "create",
        "current",
        "date",
        "decimal",
        "default",
        "delete",
        "desc",
        "distinct",
        "drop",
        "else",
        "exclusive",
        "exists",
        "file",
        "float",
        "for",
        "from",
        "grant",
        "group",
        "having",
        "identified",
        "immediate",
        "in",
        "increment",
        "index",
        "initial",
        "insert",
        "integer",
        "intersect",
        "into",
        "is",
        "level",
        "like",
        "lock",
        "long",
        "maxextents",
        "minus",
        "mlslabel",
        "mode",
        "modify",
        "nested_table_id",
        "noaudit",
        "nocompress",
        "not",
        "nowait",
        "null",
        "number",
        "of",
        "offline",
        "on",
        "online",
        "option",
        "or",
        "order",
        "pctfree",
        "prior",
        "public",
        "raw",
        "rename",
        "resource",
        "revoke",
        "row",
        "rowid",
        "rownum",
        "rows",
        "select",
        "session",
        "set",
        "share",
        "size",
        "smallint",
        "start",
        "successful",
        "synonym",
        "sysdate",
        "table",
        "then",
        "to",
        "trigger",
        "uid",
        "union",
        "unique",
        "update",
        "user",
        "validate",
        "values",
        "varchar",
        "varchar2",
        "view",
        "whenever",
        "where",
        "with",
    ]
)

RESERVED: Mapping[str, frozenset[str]] = {
    # the lists that SQLAlchemy keeps from the manuals of these engines
    "sqlite": frozenset(sqlite_words.SQLiteIdentifierPreparer.reserved_words),
    "postgresql": frozenset(postgresql_words.RESERVED_WORDS),
    "mariadb": frozenset(mysql_words.RESERVED_WORDS_MARIADB),
    "mysql": frozenset(mysql_words.RESERVED_WORDS_MYSQL),
    "oracle": ORACLE_RESERVED | {word.lower() for word in oracle_words.RESERVED_WORDS},
    "mssql": frozenset(mssql_words.RESERVED_WORDS),
}


NO_NAMES = frozenset({"date", "datetime2", "second", "minute", "day", "julianday"})
"""What stands in lower case as an argument of functions: types and units."""


def names_of(statement: str) -> set[str]:
    """Every name the statement makes or uses: keywords are in capitals, a function is followed by a parenthesis."""
    bare = re.sub(r"'(?:[^']|'')*'|(?<![\w:])[:?@]\w+|%\(\w+\)s", " ", statement)
    return set(re.findall(r"(?<![\w.\"])[a-z_]\w*\b(?! *\()|(?<=\.)\w+", bare)) - NO_NAMES


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("moteur", ENGINES)
def test_no_name_of_ours_is_reserved_anywhere(moteur: str, name: str) -> None:
    canonical = {column for shape in SHAPES.values() for column in shape.columns}
    ours = canonical | names_of(str(compiled(moteur, QUESTIONS[name])))
    assert {"date_fait", "faits", "part", "r_sejours"} <= ours
    taken = {engine: sorted(ours & words) for engine, words in RESERVED.items() if ours & words}
    assert taken == {}


@pytest.mark.parametrize("name", QUESTIONS)
def test_oracle_takes_the_form_of_the_statement(name: str) -> None:
    compilation = compiled("oracle", QUESTIONS[name])
    statement = str(compilation)
    assert not re.search(r"\) AS [a-z_]+\s*(LEFT|WHERE|GROUP|\)|$)", statement), "no AS before the alias of a table"
    assert not re.search(r"\bVALUES\b|\bLIMIT\b|\b(true|false)\b", statement, re.IGNORECASE)
    assert "!= ''" not in statement, "an empty text is NULL"
    assert "" not in compilation.params.values(), "nor does a parameter hold one"
    assert max(map(len, [*names_of(statement), *compilation.params])) <= 30
    assert not re.search(r"\b(at time zone|from_tz|new_time|current_timestamp|sysdate)\b", statement, re.IGNORECASE)


@pytest.mark.parametrize("name", QUESTIONS)
def test_sql_server_takes_the_form_of_the_statement(name: str) -> None:
    compilation = compiled("mssql", QUESTIONS[name])
    statement = str(compilation)
    assert statement.startswith("WITH ")
    assert not re.search(r"\(\s*WITH\b", statement), "no WITH in a derived table"
    assert "mises_a_jour_ecrits AS" in statement
    assert "evenements_ecrits AS" in statement
    assert not re.search(r"\bORDER BY\b|\bLIMIT\b|\b(true|false)\b|\bSYSDATETIME|\bAT TIME ZONE\b", statement)
    assert not re.search(r"AS VARCHAR|\(max\)", statement), "every text is NVARCHAR with a length"
    assert len(re.findall(r"(?<![\d:]):\w+", statement)) < 2_100


@pytest.mark.parametrize("relation", COLUMNS)
@pytest.mark.parametrize("moteur", [*ENGINES, "spark"])
def test_rows_that_are_explained_are_asked_for_in_the_same_forms(moteur: str, relation: Relation) -> None:
    probed = relations(moteur)[relation]
    asked = (FENETRE, ANNEE, REGLAGES, "Indian/Reunion")
    lone: Any = build_lone_rows(relation, probed, dialect_for(moteur), ["A", "l'annexe"], asked)
    dialect = SparkSQL() if moteur == "spark" else sqlalchemy_dialect(moteur)
    statement = str(lone.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
    assert {
        engine: words & names_of(statement) for engine, words in RESERVED.items() if words & names_of(statement)
    } == {}
    assert not re.search(r"\bORDER BY\b|\b(true|false)\b|\bAT TIME ZONE\b", statement)
    if moteur == "mssql":
        assert not re.search(r"\(\s*WITH\b", statement), "no WITH in a derived table"
        assert not re.search(r"AS VARCHAR|\(max\)|\bLIMIT\b", statement)
    if moteur == "oracle":
        assert not re.search(r"\) AS [a-z_]+\s*(LEFT|WHERE|GROUP|\)|$)", statement), "no AS before the alias of a table"
        assert max(map(len, names_of(statement))) <= 30


@pytest.mark.parametrize(("moteur", "most"), [("oracle", 0), ("mssql", 1_000)])
def test_thousands_of_sites_are_literals(moteur: str, most: int) -> None:
    carte = {f"site {number}": "" for number in range(3_500)}
    statement: Any = build_statement(
        Question(FENETRE, FENETRE, REGLAGES, carte, "Europe/Paris", og=True, keys=frozenset()),
        {Relation.SEJOURS: relations(moteur)[Relation.SEJOURS]},
        dialect_for(moteur),
    )
    result = statement.compile(dialect=sqlalchemy_dialect(moteur), compile_kwargs={"render_postcompile": True})
    assert len([value for value in result.params.values() if str(value).startswith("site ")]) == 0
    assert str(result).count("'site ") == 3_500
    rows = [part.count("'site ") for part in re.findall(r"\(VALUES .*?\) AS sites", str(result), re.DOTALL)]
    assert max(rows, default=0) == most
    assert sum(rows) == (3_500 if most else 0)


def test_a_recursion_asked_for_stands_at_the_end_of_the_whole() -> None:
    texte = "WITH jours (jour) AS (SELECT :debut) SELECT * FROM jours OPTION (MAXRECURSION 400)"
    probed = relations("mssql")[Relation.EVENEMENTS]
    clause = text(texte).bindparams(bindparam("debut", FENETRE.debut, type_=Date))
    recursive = Probed(Relation.EVENEMENTS, clause, probed.natures, probed.vues)
    question = QUESTIONS["generalisation-2025"]
    statement: Any = build_statement(question, {Relation.EVENEMENTS: recursive}, dialect_for("mssql"))
    spelled = str(statement.compile(dialect=sqlalchemy_dialect("mssql")))
    assert spelled.rstrip().endswith("OPTION (MAXRECURSION 400)")
    assert spelled.count("OPTION") == 1
    assert "evenements_jours(jour) AS" in spelled
