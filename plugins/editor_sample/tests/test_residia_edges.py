"""Each case the sample announces is really in its database, seen in the editor's own tables."""

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., list[Any]]
SEJOUR = "FROM sejour s JOIN etablissement e ON e.id = s.etablissement_id WHERE s.etat IN ('EN_COURS', 'CLOS')"
OVERSEAS_AND_FRANCE = {"ESA-HOR", "MEC-ZET", "SSI-MAY"}


def codes(rows: list[Any]) -> set[str]:
    return {row[0] for row in rows}


@pytest.mark.parametrize(
    "condition",
    [
        "s.date_sortie = :debut",
        "s.date_sortie = date(:debut, '-1 day')",
        "s.date_entree = date(:fin, '-1 day')",
        "s.date_entree = :fin",
    ],
)
def test_comings_and_goings_on_both_bounds(ask: Ask, condition: str) -> None:
    assert codes(ask(f"SELECT e.code_interne {SEJOUR} AND {condition}")) >= OVERSEAS_AND_FRANCE


def test_people_in_two_establishments_at_once(ask: Ask) -> None:
    pairs = ask(f"""
        WITH la AS (SELECT s.resident_id, e.code_interne AS code {SEJOUR} AND s.date_entree < :fin
                    AND (s.date_sortie IS NULL OR s.date_sortie >= :debut))
        SELECT DISTINCT a.resident_id FROM la a JOIN la b ON b.resident_id = a.resident_id AND b.code > a.code""")
    assert len(pairs) >= 10


def test_readmissions_and_hospital_stays_within_the_window(ask: Ask) -> None:
    inside = f"{SEJOUR} AND s.date_entree < :fin AND (s.date_sortie IS NULL OR s.date_sortie >= :debut)"
    twice = "GROUP BY s.resident_id, e.id HAVING count(*) > 1 AND min(s.date_sortie) < max(s.date_entree)"
    assert len(ask(f"SELECT 1 {inside} {twice}")) >= 5
    away = ask(f"""
        SELECT e.code_interne, s.date_sortie {inside} AND EXISTS (SELECT 1 FROM absence a WHERE a.sejour_id = s.id
        AND a.motif = 'HOSPITALISATION' AND a.depart < :debut AND a.retour IS NULL)""")
    assert ("ESA-HOR", None) in away


def test_stays_that_never_began(ask: Ask) -> None:
    assert dict(ask("SELECT etat, count(*) > 5 FROM sejour GROUP BY 1")) == {
        "ANNULE": 1,
        "CLOS": 1,
        "EN_COURS": 1,
        "PREADMISSION": 1,
    }


def test_an_establishment_with_nobody(ask: Ask) -> None:
    rows = ask(
        "SELECT s.etat FROM sejour s JOIN etablissement e ON e.id = s.etablissement_id WHERE code_interne = 'CAJ-TIL'"
    )
    assert rows == [("PREADMISSION",)]


def test_an_establishment_without_mss_and_a_shared_mailbox(ask: Ask) -> None:
    boxes = ask("""
        SELECT e.code_interne, count(DISTINCT b.boite_id), max(autre.id IS NOT NULL) FROM etablissement e
        LEFT JOIN boite_etablissement b ON b.etablissement_id = e.id
        LEFT JOIN boite_etablissement autre ON autre.boite_id = b.boite_id AND autre.id <> b.id GROUP BY e.id""")
    by_code = {code: (number, shared) for code, number, shared in boxes}
    assert by_code["PJM-BOU"] == (0, False)
    assert by_code["RES-BRU"] == (1, True)
    assert by_code["SAD-LUN"] == (2, True)
    assert by_code["EHP-GLY"] == (1, False)


def test_one_went_live_last_month(ask: Ask) -> None:
    """Stays are older than the software; nothing written, planned, sent or deposited is."""
    moments = {
        "transmission": "SELECT min(t.saisie_le) FROM transmission t JOIN etablissement e ON e.id = t.etablissement_id",
        "soin": "SELECT min(x.valide_le) FROM soin x JOIN sejour s ON s.id = x.sejour_id "
        "JOIN etablissement e ON e.id = s.etablissement_id",
        "journal": "SELECT min(j.horodatage) FROM journal j JOIN etablissement e ON e.id = j.etablissement_id",
        "agenda": "SELECT min(o.debut) FROM occurrence o JOIN rendez_vous r ON r.id = o.rendez_vous_id "
        "JOIN etablissement e ON e.id = r.etablissement_id",
        "projet": "SELECT min(x.depuis) FROM projet_etat x JOIN projet_version v ON v.id = x.version_id "
        "JOIN projet_personnalise p ON p.id = v.projet_id JOIN etablissement e ON e.id = p.etablissement_id",
        "dmp": "SELECT min(t.horodatage) FROM depot_dmp t JOIN document d ON d.id = t.document_id "
        "JOIN etablissement e ON e.id = d.etablissement_id",
        "mss": "SELECT date(min(m.cree_le), 'unixepoch') FROM message_mss m JOIN boite_etablissement b "
        "ON b.boite_id = m.boite_id JOIN etablissement e ON e.id = b.etablissement_id",
        "ordonnance": "SELECT date(min(o.recue_le), 'unixepoch') FROM ordonnance o "
        "JOIN etablissement e ON e.id = o.etablissement_id",
    }
    for name, query in moments.items():
        [(first,)] = ask(f"{query} WHERE e.code_interne = 'MAS-VAL'")
        assert "2026-10-01" <= first < "2026-11-01", name
    [(oldest,)] = ask(f"SELECT min(s.date_entree) {SEJOUR} AND e.code_interne = 'MAS-VAL'")
    assert oldest < "2026-01-01"


@pytest.mark.parametrize(
    "moment", ["2026-07-31 23:59:59", "2026-08-01 00:00:00", "2026-10-31 23:59:59", "2026-11-01 00:00:00"]
)
def test_writings_on_both_sides_of_midnight(ask: Ask, moment: str) -> None:
    rows = ask(
        "SELECT e.code_interne FROM transmission t JOIN etablissement e ON e.id = t.etablissement_id "
        "WHERE t.saisie_le = :moment",
        moment=moment,
    )
    assert codes(rows) == OVERSEAS_AND_FRANCE


def test_writings_on_the_days_the_clocks_change(ask: Ask) -> None:
    sundays = ("2025-03-30", "2025-10-26", "2026-03-29", "2026-10-25")
    for sunday in sundays:
        rows = ask(
            "SELECT e.code_interne FROM transmission t JOIN etablissement e ON e.id = t.etablissement_id "
            "WHERE saisie_le IN (:jour || ' 01:59:59', :jour || ' 03:00:00') GROUP BY 1 HAVING count(*) >= 2",
            jour=sunday,
        )
        expected = {"ESA-HOR", "MEC-ZET"} if sunday == "2025-03-30" else OVERSEAS_AND_FRANCE
        assert codes(rows) >= expected, sunday


def test_a_deposit_whose_day_in_paris_is_not_its_day_in_mayotte(ask: Ask) -> None:
    rows = ask("""
        SELECT t.horodatage FROM depot_dmp t JOIN document d ON d.id = t.document_id
        JOIN etablissement e ON e.id = d.etablissement_id
        JOIN resident r ON r.id = d.resident_id AND r.nom_naissance = 'Lisière'
        WHERE e.code_interne = 'SSI-MAY' AND r.prenom IN ('Premier-Minuit', 'Lendemain-Minuit') ORDER BY 1""")
    assert rows == [("2026-07-31T23:00:00",), ("2026-10-31T22:00:00",)]


def test_two_equal_hours_of_october_are_two_messages(ask: Ask) -> None:
    """02:30 twice: half past midnight and half past one, UTC."""
    rows = ask("""
        SELECT DISTINCT datetime(m.envoye_le, 'unixepoch') FROM message_mss m JOIN boite_mss b ON b.id = m.boite_id
        WHERE b.adresse LIKE 'ehp-gly@%'
        AND m.envoye_le IN (unixepoch('2026-10-25 00:30'), unixepoch('2026-10-25 01:30'))""")
    assert len(rows) == 2


def test_machine_writings_and_readers_only(ask: Ask) -> None:
    rows = ask("""
        SELECT r.prenom, c.type, j.action FROM journal j JOIN compte c ON c.id = j.compte_id
        JOIN resident r ON r.id = j.resident_id WHERE r.nom_naissance = 'Lisière' AND r.prenom LIKE '%-Seule'
        UNION SELECT r.prenom, c.type, 'TRANSMISSION' FROM transmission t JOIN compte c ON c.id = t.compte_id
        JOIN resident r ON r.id = t.resident_id WHERE r.prenom LIKE '%-Seule' ORDER BY 1, 3""")
    assert rows == [
        ("Facture-Seule", "NOMINATIF", "FACTURATION"),
        ("Lecture-Seule", "NOMINATIF", "LECTURE"),
        ("Machine-Seule", "TECHNIQUE", "IMPORT"),
        ("Machine-Seule", "TECHNIQUE", "MODIFICATION"),
        ("Machine-Seule", "TECHNIQUE", "TRANSMISSION"),
    ]


def test_merged_files_in_a_chain_and_a_merge_undone(ask: Ask) -> None:
    chain = "SELECT count(*) FROM fusion_dossier a JOIN fusion_dossier b ON b.absorbe_id = a.conserve_id"
    assert ask(chain) == [(1,)]
    assert ask("SELECT count(*) FROM fusion_dossier WHERE annulee_le IS NOT NULL") == [(1,)]


def test_outbox_holds_all_that_only_looks_like_a_message(ask: Ask) -> None:
    kinds = set(ask("SELECT nature, etat FROM message_mss GROUP BY 1, 2"))
    assert kinds >= {
        ("MESSAGE", "ENVOYE"),
        ("MESSAGE", "BROUILLON"),
        ("MESSAGE", "ECHEC"),
        ("MESSAGE", "EN_FILE"),
        ("ACCUSE_RECEPTION", "ENVOYE"),
        ("ACCUSE_LECTURE", "ENVOYE"),
        ("REPONSE_AUTO", "ENVOYE"),
    }
    assert ask("SELECT max(n) >= 4 FROM (SELECT count(*) AS n FROM message_destinataire GROUP BY message_id)") == [(1,)]
    replayed = "SELECT count(*) > 10 FROM (SELECT 1 FROM message_mss GROUP BY message_id HAVING count(*) > 1)"
    assert ask(replayed) == [(1,)]


def test_deposits_with_errors_retries_and_replays(ask: Ask) -> None:
    retried = "SELECT count(*) > 20 FROM depot_dmp WHERE etat = 'DEPOSE' AND tentative > 1"
    replayed = """
        SELECT count(*) > 20 FROM (SELECT 1 FROM depot_dmp WHERE etat = 'DEPOSE'
        GROUP BY identifiant_unique HAVING count(*) > 1)"""
    never = "SELECT count(*) > 20 FROM (SELECT 1 FROM depot_dmp GROUP BY document_id HAVING max(etat = 'DEPOSE') = 0)"
    assert [ask(query) for query in (retried, replayed, never)] == [[(1,)]] * 3


def test_agenda_series_groups_and_cancellations(ask: Ask) -> None:
    assert ask("SELECT count(*) >= 20 FROM rendez_vous WHERE recurrence = 'HEBDOMADAIRE' AND type = 'GROUPE'") == [(1,)]
    states = codes(
        ask("SELECT o.etat FROM occurrence o JOIN rendez_vous r ON r.id = o.rendez_vous_id WHERE r.type = 'GROUPE'")
    )
    assert states == {"REALISE", "PREVU", "ANNULE"}
    assert ask("SELECT count(*) > 20 FROM participation WHERE etat = 'RETIRE'") == [(1,)]
    assert ask("SELECT max(debut) > :fin FROM occurrence") == [(1,)]


def test_prescriptions_and_liaison_of_every_kind(ask: Ask) -> None:
    assert codes(ask("SELECT DISTINCT origine || ' ' || etat FROM ordonnance")) == {
        "ELECTRONIQUE IMPORTEE",
        "ELECTRONIQUE REJETEE",
        "PAPIER NUMERISEE",
    }
    assert codes(ask("SELECT DISTINCT sens FROM cahier_liaison")) == {"INTERNE", "VERS_PLATEFORME", "DE_PLATEFORME"}


def test_reasons_are_the_same_on_all_stays_of_one_person_in_one_place(ask: Ask) -> None:
    """Else the number of eligible persons would hang on which stay is read first."""
    mixed = (
        f"SELECT 1 {SEJOUR} GROUP BY s.resident_id, e.id HAVING count(DISTINCT coalesce(s.motif_hors_projet, '')) > 1"
    )
    assert ask(mixed) == []
    reasons = codes(ask("SELECT DISTINCT motif_hors_projet FROM sejour WHERE motif_hors_projet IS NOT NULL"))
    assert reasons == {"REFUS", "ANONYME", "URGENCE", "BREF", "INS"}


def test_moments_are_spelt_in_all_the_ways_sqlite_keeps_them(ask: Ask) -> None:
    kinds = {
        "SELECT length(date_entree) FROM sejour LIMIT 1": 10,
        "SELECT substr(saisie_le, 11, 1) FROM transmission LIMIT 1": " ",
        "SELECT substr(horodatage, 11, 1) FROM journal LIMIT 1": "T",
        "SELECT length(debut) FROM occurrence LIMIT 1": 16,
        "SELECT typeof(envoye_le) FROM message_mss WHERE envoye_le IS NOT NULL LIMIT 1": "integer",
        "SELECT echange_le > 1000000000000 FROM cahier_liaison LIMIT 1": 1,
    }
    assert {query: ask(query)[0][0] for query in kinds} == kinds
