"""PostgreSQL's own traps: types that cannot be what is declared, days beyond the calendar, zones, indexes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import FENETRE, FINESS, Base, counted, open_base, postgresql_server, reading

from temoin_sdk import EpochMs, EpochS, Instant, Jour, Logiciel, Nature, SqlSource, sql
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.errors import MappingError
from temoin_sdk.statement.building import Question, build_statement
from temoin_sdk.statement.dialects import dialect_for
from temoin_sdk.statement.probing import probe
from temoin_sdk.vocabulary import Compte

PARIS = Instant("Europe/Paris")


class Dui(SqlSource):
    nom = "dui"
    logiciel = Logiciel("DUI fictif", "1.0")
    espace_usagers = "dui.usager"
    etablissements = "SELECT 'A' AS code"
    sejours = sql("SELECT code, usager, entree, sortie FROM sejour", dates=Jour())


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with open_base("postgresql", tmp_path) as opened:
        columns = {"code": "text", "usager": "int", "entree": "date", "sortie": "date"}
        opened.load("sejour", columns, [("A", 1, "2026-01-01", None), ("A", 2, "2026-01-01", None)])
        yield opened


@pytest.mark.parametrize(
    ("usager", "entree", "nature", "code"),
    [
        ("usager::numeric(10,2)", "entree", Jour(), "usager_type"),
        ("usager::numeric", "entree", Jour(), "usager_type"),
        ("usager > 1", "entree", Jour(), "usager_type"),
        ("usager::float", "entree", Jour(), "usager_type"),
        ("entree", "entree", Jour(), "usager_type"),
        ("usager", "usager", Jour(), "date_nature"),
        ("usager", "usager", PARIS, "date_nature"),
        ("usager", "entree", EpochS(), "date_nature"),
        ("usager", "entree::timestamp", EpochMs(), "date_nature"),
        ("usager", "entree::text", EpochS(), "date_nature"),
        ("usager", "entree::timestamptz", Jour(), "date_nature"),
        ("usager", "usager > 1", Jour(), "date_nature"),
        ("usager", "to_char(entree, 'DD/MM/YYYY')", Jour(), "date_illisible"),
        ("usager", "NULL::date", Jour(), "date_absente"),
        ("usager", "1790000000000", EpochS(), "date_unite"),
    ],
)
def test_a_type_that_cannot_be_is_refused_by_name(
    base: Base, usager: str, entree: str, nature: Nature, code: str
) -> None:
    class Faux(Dui):
        sejours = sql(f"SELECT code, {usager} AS usager, {entree} AS entree FROM sejour", dates=nature)

    with pytest.raises(MappingError) as refused:
        counted(base, Faux)
    assert refused.value.code == code
    assert ("usager" if code == "usager_type" else "entree") in refused.value.message
    assert refused.value.remede
    assert "sejours" in (refused.value.ou or "")


@pytest.mark.parametrize("kind", ["numeric(10,0)", "smallint", "bigint", "text", "char(12)", "varchar(9)", "rang"])
def test_identifiers_of_any_sound_type_meet(base: Base, kind: str) -> None:
    base.run("CREATE TYPE rang AS ENUM ('1', '2')")
    cast = "usager::text::rang" if kind == "rang" else f"usager::{kind}"

    class Autre(Dui):
        mises_a_jour = sql(f"SELECT code, {cast} AS usager, date '2026-09-01' AS date_fait FROM sejour", dates=Jour())

    assert counted(base, Autre).etablissements[0].comptes[Compte.DOSSIERS_ACTIFS] == 2


def test_case_and_accents_are_told_apart_whatever_the_collation(base: Base) -> None:
    base.run(
        "CREATE COLLATION sans_casse (provider = icu, locale = 'und-u-ks-level1', deterministic = false)",
        "CREATE TABLE personne (code text COLLATE sans_casse, usager text COLLATE sans_casse)",
        "INSERT INTO personne VALUES ('A', 'abc'), ('A', 'ABC'), ('A', 'âbc'), ('A', U&'a\\0302bc'), ('a', 'x')",
    )

    class Accents(Dui):
        sejours = sql("SELECT code, usager, date '2026-01-01' AS entree FROM personne", dates=Jour())

    assert counted(base, Accents).etablissements[0].comptes[Compte.PERSONNES_ACCOMPAGNEES] == 3


@pytest.mark.parametrize("kind", ["date", "timestamp", "timestamptz"])
@pytest.mark.parametrize(
    ("entree", "sortie", "present"),
    [
        ("-infinity", "infinity", 2),
        ("0044-03-15 BC", "12026-01-01", 2),
        ("4713-01-01 BC", "9999-12-31", 2),
        ("infinity", "infinity", 0),
        ("-infinity", "-infinity", 0),
    ],
)
def test_days_beyond_the_calendar_are_always_and_for_ever(
    base: Base, kind: str, entree: str, sortie: str, present: int
) -> None:
    base.run(
        f"CREATE TABLE long AS SELECT code, usager, '{entree}'::{kind} AS entree, '{sortie}'::{kind} AS sortie "
        "FROM sejour"
    )
    nature = Jour() if kind == "date" else Instant("Pacific/Wallis")

    class Toujours(Dui):
        sejours = sql("SELECT * FROM long", dates=nature)
        projets = sql("SELECT code, usager, 'actif' AS statut, entree AS debut, sortie AS fin FROM long", dates=nature)
        identites = "SELECT 'x' AS espace, 'x' AS usager, 'y' AS espace_maitre, 'y' AS usager_maitre"

    assert counted(base, Toujours).etablissements[0].comptes[Compte.PERSONNES_ACCOMPAGNEES] == present


def test_unreadable_text_dates_are_counted_and_stop_nothing(base: Base) -> None:
    class Texte(Dui):
        mises_a_jour = sql(
            "SELECT code, usager, '2026-09-01 10:00' AS date_fait FROM sejour, generate_series(1, 600) "
            "UNION ALL SELECT 'A', 1, '2026-09-31' UNION ALL SELECT 'A', 1, '2026-09-02 25:61'"
            "UNION ALL SELECT 'A', 1, '2026-09-03 10:00+99:00' UNION ALL SELECT 'A', 1, '2026-09-04 n''importe quoi'",
            dates=PARIS,
        )

    resultat = counted(base, Texte)
    assert resultat.etablissements[0].comptes[Compte.DOSSIERS_ACTIFS] == 2
    [told] = [a for a in resultat.avertissements if a.code == "dates_illisibles"]
    assert "4" in told.message


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Noronha"])
@pytest.mark.parametrize(("moment", "active"), [("2026-10-31 23:59:59+01", 2), ("2026-11-01 00:00:00+01", 0)])
def test_the_zone_of_server_and_account_changes_nothing(base: Base, zone: str, moment: str, active: int) -> None:
    class Absolu(Dui):
        mises_a_jour = sql(
            f"SELECT code, usager, timestamptz '{moment}' AS date_fait FROM sejour "
            "UNION ALL SELECT code, usager, timestamptz '2020-01-01 00:00+00' FROM sejour",
            dates=PARIS,
        )

    with postgresql_server().connect() as connection:
        connection.execute(f"ALTER ROLE lecteur SET TimeZone = '{zone}'".encode())
        try:
            assert counted(base, Absolu).etablissements[0].comptes[Compte.DOSSIERS_ACTIFS] == active
        finally:
            connection.execute("ALTER ROLE lecteur RESET TimeZone")


@pytest.mark.parametrize(
    ("kind", "value", "nature"),
    [
        ("date", "date '2020-01-01' + n", Jour()),
        ("timestamp", "timestamp '2020-01-01' + n * interval '1 day'", PARIS),
        ("timestamp", "timestamp '2020-01-01' + n * interval '1 day'", Instant("Indian/Reunion")),
        ("timestamptz", "timestamptz '2020-01-01' + n * interval '1 day'", PARIS),
        ("text", "to_char(date '2020-01-01' + n, 'YYYY-MM-DD HH24:MI')", PARIS),
        ("bigint", "1577836800 + n * 86400::bigint", EpochS()),
    ],
)
def test_the_editors_index_on_dates_serves(base: Base, kind: str, value: str, nature: Nature) -> None:
    base.run(
        f"CREATE TABLE fiche (code text, usager int, quand {kind})",
        f"INSERT INTO fiche SELECT 'A', 1 + n % 2, {value} FROM generate_series(1, 20000) n",
        "CREATE INDEX fiche_quand ON fiche (quand)",
        "ANALYZE fiche",
    )

    class Indexe(Dui):
        mises_a_jour = sql("SELECT code, usager, quand AS date_fait FROM fiche", dates=nature)

    reglages = load_campaign("generalisation-2025").campagne.reglages
    question = Question(FENETRE, FENETRE, reglages, {"A": FINESS}, "Europe/Paris", True, frozenset())
    with reading(base) as reader:
        source, dialect = Indexe(None), dialect_for("postgresql")
        relations = {r: probe(source, r, one, reader, dialect) for r, one in source.texts().items()}
        compiled = build_statement(question, relations, dialect).compile(
            dialect=reader.connection.dialect, compile_kwargs={"render_postcompile": True}
        )
        rows = reader.connection.exec_driver_sql(f"EXPLAIN {compiled}", compiled.construct_params())
        plan = "\n".join(row[0] for row in rows)
    assert "fiche_quand" in plan, plan


def test_a_statement_holds_as_many_sites_as_a_host_of_thousands_has(base: Base) -> None:
    base.run("INSERT INTO sejour SELECT 'S' || n, n, '2026-01-01', NULL FROM generate_series(3, 70000) n")

    class Hote(Dui):
        etablissements = "SELECT DISTINCT code FROM sejour"

    assert counted(base, Hote).etablissements[0].comptes[Compte.PERSONNES_ACCOMPAGNEES] == 2
