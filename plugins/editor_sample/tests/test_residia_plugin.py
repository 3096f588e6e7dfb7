"""The plugin: SQL texts that any editor could have written, on tables with the indexes any editor has."""

import sqlite3
from pathlib import Path

import pytest

from temoin_editor_sample import plugin
from temoin_editor_sample.plugin import Residia
from temoin_sdk import EpochMs, EpochS, Relation
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.vocabulary import Auteur, Destinataire, MotifNonEligible, StatutEvenement, StatutProjet

TEXTS = Residia.texts()
DATED = [relation for relation in TEXTS if SHAPES[relation].dates == ("date_fait",)]
WORDS = {
    (Relation.MISES_A_JOUR, "auteur"): {a.value for a in Auteur},
    (Relation.PROJETS, "statut"): {s.name.lower() for s in StatutProjet},
    (Relation.EVENEMENTS, "statut"): {s.value for s in StatutEvenement},
    (Relation.MESSAGES_MSS, "destinataire"): {d.value for d in Destinataire},
    (Relation.SEJOURS, "motif_non_eligible"): {m.name.lower() for m in MotifNonEligible} - {"autre"} | {None},
}


def test_it_stays_short() -> None:
    assert len(Path(plugin.__file__).read_text(encoding="utf-8").splitlines()) < 80


def test_it_offers_one_source_with_every_relation() -> None:
    assert plugin.temoin_sources() == [Residia]
    assert Residia.relations_fournies() == frozenset(Relation)
    assert (Residia.nom, Residia.espace_usagers) == ("residia", "residia.resident")


@pytest.mark.parametrize("relation", TEXTS)
def test_each_select_answers_the_columns_of_the_contract(connexion: sqlite3.Connection, relation: Relation) -> None:
    cursor = connexion.execute(TEXTS[relation].texte)
    columns = {name for name, *_ in cursor.description}
    assert columns <= set(SHAPES[relation].columns)
    assert columns >= set(SHAPES[relation].required)
    assert len(cursor.fetchall()) > 0
    for column in SHAPES[relation].dates:
        assert TEXTS[relation].nature_of(column)


@pytest.mark.parametrize(("relation", "column"), WORDS)
def test_every_word_is_one_the_contract_knows_and_all_are_used(
    connexion: sqlite3.Connection, relation: Relation, column: str
) -> None:
    found = {word for (word,) in connexion.execute(f"SELECT DISTINCT {column} FROM ({TEXTS[relation].texte})")}
    assert found == WORDS[relation, column]


def test_an_unknown_word_is_passed_on(residia: Path, tmp_path: Path) -> None:
    """A version of Residia with a new statut must be named by Témoin, not silently read as another."""
    copy = tmp_path / "copie.db"
    copy.write_bytes(residia.read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE projet_etat SET statut = 'EN_REVISION' WHERE id = 1")
        connection.execute("UPDATE occurrence SET etat = 'REPORTE' WHERE id = 1")
        for relation, word in ((Relation.PROJETS, "EN_REVISION"), (Relation.EVENEMENTS, "REPORTE")):
            rows = connection.execute(f"SELECT count(*) FROM ({TEXTS[relation].texte}) WHERE statut = ?", (word,))
            assert rows.fetchone()[0] >= 1
    connection.close()


@pytest.mark.parametrize("relation", DATED)
def test_the_window_is_read_through_the_editors_indexes(connexion: sqlite3.Connection, relation: Relation) -> None:
    """A GROUP BY or an expression on the date would hide the index, and the whole history would be read."""
    nature = TEXTS[relation].nature_of("date_fait")
    bounds = {EpochS: (1785535200, 1793487600), EpochMs: (1785535200000, 1793487600000)}
    query = f"EXPLAIN QUERY PLAN SELECT * FROM ({TEXTS[relation].texte}) WHERE date_fait >= ? AND date_fait < ?"
    steps = [row[3] for row in connexion.execute(query, bounds.get(type(nature), ("2026-08-01", "2026-11-01")))]
    branches = TEXTS[relation].texte.count("UNION ALL") + 1
    assert len([step for step in steps if ">? AND" in step and "USING INDEX" in step]) == branches
    assert not [step for step in steps if step.startswith("SCAN")]


def test_shared_mailbox_has_no_establishment(connexion: sqlite3.Connection) -> None:
    query = f"SELECT code IS NULL, count(*) FROM ({TEXTS[Relation.MESSAGES_MSS].texte}) GROUP BY 1"
    attributed, shared = (number for _, number in sorted(connexion.execute(query)))
    assert attributed > shared > 50


def test_each_sent_message_is_one_row_whatever_its_recipients(connexion: sqlite3.Connection) -> None:
    sent = connexion.execute("SELECT count(*) FROM message_mss WHERE nature = 'MESSAGE' AND etat = 'ENVOYE'").fetchone()
    assert connexion.execute(f"SELECT count(*) FROM ({TEXTS[Relation.MESSAGES_MSS].texte})").fetchone() == sent


def test_version_of_the_software(connexion: sqlite3.Connection) -> None:
    assert Residia.logiciel.version_sql is not None
    assert connexion.execute(Residia.logiciel.version_sql).fetchall() == [("7.4.2",)]
