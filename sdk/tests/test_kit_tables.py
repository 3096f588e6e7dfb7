"""Tables made from what SELECTs and a loader name, and what is refused of a loader or a base."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from temoin_sdk.errors import ConfigurationError, MappingError
from temoin_sdk.testing.supplying.database import Place, filled, state_of
from temoin_sdk.testing.supplying.named import named_in
from temoin_sdk.testing.supplying.tables import Tables


def names(texts: dict[str, str], engine: str = "sqlite", tables: Tables | None = None) -> dict[str, set[str]]:
    return named_in(texts, engine, tables or Tables()).columns


def place(folder: Path) -> Place:
    return Place(f"sqlite:///{folder / 'dui.db'}", None)


@pytest.mark.parametrize(
    ("texte", "expected"),
    [
        ("SELECT code FROM site", {"site": {"code"}}),
        (
            "SELECT s.code, r.id AS usager FROM site s JOIN resident r ON r.site_id = s.id",
            {"site": {"code", "id"}, "resident": {"id", "site_id"}},
        ),
        (
            "WITH x AS (SELECT id, nom FROM site WHERE actif = 1) SELECT nom AS code FROM x",
            {"site": {"id", "nom", "actif"}},
        ),
        (
            "SELECT code FROM site UNION ALL SELECT numero FROM annexe -- fini\n;",
            {"site": {"code"}, "annexe": {"numero"}},
        ),
        ("SELECT code FROM site WHERE ouvert < :debut AND nom <> ':fin'", {"site": {"code", "ouvert", "nom"}}),
        (
            "SELECT s.code FROM site s WHERE EXISTS (SELECT 1 FROM sejour j WHERE j.site_id = s.id)",
            {"site": {"code", "id"}, "sejour": {"site_id"}},
        ),
    ],
)
def test_tables_and_columns_are_those_that_texts_name(texte: str, expected: dict[str, set[str]]) -> None:
    assert names({"sejours": texte}) == expected


def test_columns_by_which_tables_meet_are_known_whatever_their_case() -> None:
    texte = (
        "SELECT s.code FROM Site s JOIN sejour j ON j.SITE_ID = s.id AND j.etat = 'A' AND j.entree = j.sortie "
        "WHERE EXISTS (SELECT 1 FROM depart d WHERE d.sejour_id = j.id)"
    )
    tables = Tables()
    tables.insert("sejour", site_id=1, id=1)
    joined = named_in({"sejours": texte}, "sqlite", tables).joined
    assert joined == {"Site": {"id"}, "sejour": {"site_id"}, "depart": {"sejour_id"}}


def test_columns_by_which_tables_meet_have_an_index(tmp_path: Path) -> None:
    tables = Tables()
    tables.insert("site", id=1, code="A")
    tables.insert("sejour", site_id=1, entree=date(2024, 1, 1))
    texte = "SELECT s.code, j.entree FROM site s JOIN sejour j ON j.site_id = s.id"
    shape = named_in({"sejours": texte}, "sqlite", tables)
    with (
        filled(place(tmp_path), tables, shape),
        closing(sqlite3.connect(tmp_path / "dui.db")) as connection,
    ):
        found = connection.execute("SELECT m.tbl_name, i.name FROM sqlite_master m, pragma_index_info(m.name) i")
        assert sorted(found) == [("sejour", "site_id"), ("site", "id")]


def test_a_column_without_its_table_is_found_where_the_loader_wrote_it() -> None:
    tables = Tables()
    tables.insert("site", id=1, code="A")
    tables.insert("sejour", site_id=1, entree=date(2024, 1, 1))
    found = names({"sejours": "SELECT code, entree FROM site JOIN sejour ON site_id = id"}, tables=tables)
    assert found == {"site": {"id", "code"}, "sejour": {"site_id", "entree"}}


def test_a_column_of_nobody_knows_which_table_is_named_with_the_remedy() -> None:
    with pytest.raises(MappingError) as refused:
        names({"sejours": "SELECT code FROM site JOIN sejour ON site.id = sejour.site_id"})
    assert refused.value.code == "kit_colonne"
    assert "sejour, site" in refused.value.message
    assert "code" in refused.value.remede


def test_a_text_that_is_not_understood_asks_for_the_schema() -> None:
    with pytest.raises(MappingError, match="ne sait pas lire") as refused:
        names({"sejours": "SELECT code FROM site WHERE WHERE ("})
    assert "schema" in refused.value.remede


def test_values_keep_their_kind_in_sqlite(tmp_path: Path) -> None:
    tables = Tables()
    tables.insert(
        "Fait",
        jour=date(2024, 2, 29),
        local=datetime.fromisoformat("2024-03-31 23:59:59"),
        avec=datetime(2024, 3, 31, 21, 59, 59, tzinfo=UTC),
        numero="0042",
        nombre=7,
        juste=True,
        prix=Decimal("1.50"),
        qui=UUID(int=1),
        rien=None,
    )
    with filled(place(tmp_path), tables, named_in({"x": "SELECT f.autre FROM fait f"}, "sqlite", tables)):
        [row] = sqlite3.connect(tmp_path / "dui.db").execute(
            "SELECT jour, local, avec, numero, nombre, juste, qui, rien, autre FROM fait"
        )
    assert row == (
        "2024-02-29",
        "2024-03-31 23:59:59",
        "2024-03-31 21:59:59+00:00",
        "0042",
        7,
        1,
        "00000000-0000-0000-0000-000000000001",
        None,
        None,
    )


def test_the_editors_own_schema_is_used_as_it_is(tmp_path: Path) -> None:
    tables = Tables()
    tables.insert("site", code="A")
    schema = "CREATE TABLE site (id INTEGER PRIMARY KEY, code TEXT NOT NULL, ouvert TEXT DEFAULT 'oui');"
    with filled(place(tmp_path), tables, schema):
        assert sqlite3.connect(tmp_path / "dui.db").execute("SELECT * FROM site").fetchall() == [(1, "A", "oui")]


@pytest.mark.parametrize(
    ("table", "column", "code"), [("maison", "code", "chargeur_table"), ("site", "nom", "chargeur_colonne")]
)
def test_what_the_schema_does_not_have_is_named(table: str, column: str, code: str, tmp_path: Path) -> None:
    tables = Tables()
    tables.insert(table, **{column: "A"})
    with (
        pytest.raises(ConfigurationError) as refused,
        filled(place(tmp_path), tables, "CREATE TABLE site (code TEXT);"),
    ):
        pass
    assert refused.value.code == code
    assert table in refused.value.message


def test_a_value_that_is_none_is_refused_where_it_is_written() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Tables().insert("note", saisie_le=object())  # type: ignore[arg-type]
    assert refused.value.code == "chargeur_valeur"
    assert "note.saisie_le" in refused.value.message


def test_two_kinds_in_one_column_are_refused(tmp_path: Path) -> None:
    tables = Tables()
    tables.insert("note", de=1)
    tables.insert("note", de="un")
    with (
        pytest.raises(ConfigurationError, match="int, str"),
        filled(place(tmp_path), tables, named_in({}, "sqlite", tables)),
    ):
        pass


def test_a_base_that_holds_something_is_never_touched(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "dui.db")
    base.execute("CREATE TABLE vraie (x)")
    base.commit()
    with pytest.raises(ConfigurationError) as refused, filled(place(tmp_path), Tables(), "CREATE TABLE site (code);"):
        pass
    assert refused.value.code == "kit_base_pleine"
    assert base.execute("SELECT name FROM sqlite_master").fetchall() == [("vraie",)]


def test_the_state_of_a_base_follows_every_row(tmp_path: Path) -> None:
    tables = Tables()
    tables.insert("site", code="A")
    with filled(place(tmp_path), tables, named_in({}, "sqlite", tables)):
        before = state_of(place(tmp_path))
        assert state_of(place(tmp_path)) == before
        with sqlite3.connect(tmp_path / "dui.db") as base:
            base.execute("UPDATE site SET code = 'B'")
        assert state_of(place(tmp_path)) != before


def test_what_the_base_refuses_names_the_table_and_what_to_write(tmp_path: Path) -> None:
    tables = Tables()
    tables.insert("site", code=None)
    with (
        pytest.raises(ConfigurationError) as refused,
        filled(place(tmp_path), tables, "CREATE TABLE site (code TEXT NOT NULL);"),
    ):
        pass
    assert refused.value.code == "kit_base"
    assert refused.value.ou == "charger(), table site"


def test_types_of_another_engine_in_a_schema_do_not_hinder_sqlite(tmp_path: Path) -> None:
    tables = Tables()
    tables.insert("fait", qui=UUID(int=1), quand=datetime(2024, 3, 31, 21, 59, 59, tzinfo=UTC))
    with filled(place(tmp_path), tables, "CREATE TABLE fait (qui uuid, quand timestamptz);"):
        assert len(state_of(place(tmp_path))) == 64


def test_columns_that_nobody_wrote_are_told(tmp_path: Path) -> None:
    tables = Tables()
    tables.insert("site", code="A", ferme_le=None)
    named = named_in(
        {"x": "SELECT s.code FROM site s WHERE s.ferme_le IS NULL AND s.fermele IS NULL"}, "sqlite", tables
    )
    assert named.unwritten(tables) == ["site.fermele"]
