"""`temoin compute`: figures for people and for programs; it signs, sends and keeps nothing."""

import csv
import io
import json

COMPTES = [
    "personnes_accompagnees",
    "personnes_eligibles",
    "dossiers_actifs",
    "dossiers_actifs_projet",
    "dossiers_actifs_agenda",
    "messages_mss",
    "dmp_alimentes",
    "documents_dmp",
    "prescriptions_importees",
    "echanges_eparcours",
]


def computed(site, *arguments):
    ran = site.run("compute", "--format", "json", *arguments)
    assert ran.code == 0, ran.text
    return json.loads(ran.out)


def test_json_is_one_object_with_counts_states_levels_and_indicators(site):
    found = computed(site)

    assert found["fenetre"] == {"debut": "2026-08-01", "fin": "2026-11-01"}
    assert (found["campagne"], found["projet"], found["mesure"]) == ("generalisation-2025", "dui-2025", "intermediaire")
    glycines, maquis = found["etablissements"]
    assert (glycines["finess"], glycines["secteur"]) == ("010780054", "PA")
    assert (maquis["finess"], maquis["secteur"]) == ("2A0000154", "PH")
    assert sorted(glycines["comptes"]) == sorted(COMPTES)
    assert glycines["comptes"]["personnes_accompagnees"] == 10
    assert glycines["comptes"]["dossiers_actifs"] == 9
    rate = next(each for each in glycines["indicateurs"] if each["code"] == "taux_dossiers_actifs")
    assert rate == {
        "code": "taux_dossiers_actifs",
        "numerateur": 9,
        "denominateur": 10,
        "taux": "90.00",
        "cible": "90",
        "etat": "atteint",
    }
    whole = next(each for each in found["ensemble"] if each["code"] == "taux_dossiers_actifs")
    assert (whole["numerateur"], whole["denominateur"], whole["taux"]) == (11, 12, "91.66")
    assert (whole["atteints"], whole["total"]) == (2, 2)


def test_a_count_that_is_not_supplied_is_null_with_its_state_and_without_level(site):
    glycines = computed(site)["etablissements"][0]

    assert glycines["comptes"]["dmp_alimentes"] is None
    assert glycines["etats"]["dmp_alimentes"] == "non_fourni"
    assert "dmp_alimentes" not in glycines["niveaux"]
    assert glycines["niveaux"]["dossiers_actifs"] == "faits"


def test_a_measure_date_moves_the_window(site):
    assert computed(site, "--on", "2026-05-31")["fenetre"] == {"debut": "2026-02-28", "fin": "2026-05-31"}


def test_csv_has_one_row_per_establishment_and_indicator(site):
    ran = site.run("compute", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out), delimiter=";"))

    assert ran.code == 0
    assert len(rows) == 2 * 8
    rate = next(row for row in rows if row["indicateur"] == "taux_dossiers_actifs" and row["finess"] == "010780054")
    assert (rate["nom"], rate["taux"], rate["etat"], rate["niveau"]) == (
        "EHPAD Les Glycines",
        "90,00",
        "atteint",
        "faits",
    )
    assert (rate["debut"], rate["fin_incluse"]) == ("2026-08-01", "2026-10-31")


def test_csv_never_hands_a_spreadsheet_a_formula(site):
    site.data["etablissements"][0]["nom"] = "=cmd|' /C calc'!A0"
    site.write()

    assert "'=cmd|" in site.run("compute", "--format", "csv").out


def test_data_for_programs_needs_one_project(site):
    site.data["projets"].append({"code": "autre", "campagne": "generalisation-2025", "recepteur": "ars"})
    site.data["etablissements"][1]["projet"] = ["dui-2025", "autre"]
    site.write()

    ran = site.run("compute", "--format", "json")
    assert ran.code == 3
    assert "--project suivi de l'un de : dui-2025, autre" in ran.text
    assert computed(site, "--project", "autre")["projet"] == "autre"
    assert site.run("compute").out.count("Projet ") == 2


def test_the_table_shows_each_rate_with_fraction_target_and_state(site):
    site.facts["personnes"] += [{"site": "MAQ", "usager": f"U{rank}", "maj": "2026-09-01"} for rank in range(3)]
    site.write_facts()
    ran = site.run("compute")
    text = ran.text.replace("\u00a0", " ").replace("\u202f", " ")

    assert ran.code == 0
    assert "mesure intermédiaire du 1er août au 31 octobre 2026 inclus" in text
    assert "Campagne : ESMS numérique, généralisation 2025" in text
    assert "EHPAD Les Glycines (010780054), PA" in text
    assert "Taux de dossiers actifs 90,00 % (9/10) 90 % atteint" in text
    assert "Taux de projets personnalisés 40,00 % (2/5) 90 % non atteint" in text
    assert "Taux de DMP alimentés non fourni 70 % non fourni" in text
    assert "Preuve" not in text
    assert "Taux de projets personnalisés 78,57 % (11/14) 2 établissements 90 % non atteint 1 sur 2" in text
    assert all(len(line) <= 118 for line in ran.out.splitlines())


def test_excluded_persons_and_flags_stand_under_the_table(site):
    site.data["etablissements"][0]["mise_en_service"] = "2026-10-15"
    site.facts["personnes"][0]["motif"] = "refus_usager"
    site.write()
    text = site.run("compute").text

    assert "010780054 : Le logiciel a été mis en service moins de trois mois avant la fin de la fenêtre." in text
    assert "010780054 : 1 personne non éligible (refus de l'usager 1)." in text


def test_an_establishment_unknown_to_its_source_is_a_warning_that_says_who_must_act(site):
    site.facts["sites"] = ["GLY"]
    site.facts["personnes"] = [each for each in site.facts["personnes"] if each["site"] == "GLY"]
    site.facts["messages"] = []
    site.write_facts()
    ran = site.run("compute")

    assert "ne connaît pas le site MAQ" in ran.text
    assert "  Qui : gestionnaire" in ran.out.splitlines(), "on a line of its own, which no width can break"


def test_nothing_is_written_and_no_key_is_needed(site, digest_tree):
    before = digest_tree(site.folder)
    assert site.run("compute").code == 0
    assert digest_tree(site.folder) == before


def test_a_weaker_level_of_proof_stands_beside_every_figure_that_has_one(site):
    site.data["sources"] = [
        {**site.data["sources"][0], "sites": {"MAQ": "2A0000154"}},
        {"nom": "saisie", "plugin": "saisie", "sites": {"GLY": "010780054"}},
    ]
    site.write()
    text = site.run("compute").text.replace("\u00a0", " ")

    assert "Taux de dossiers actifs 91,93 % (57/62) 90 % atteint comptes de l'éditeur" in text
    assert "Taux de projets personnalisés non fourni 90 % non fourni Taux" in text, "no figure, no level"
    rows = list(csv.DictReader(io.StringIO(site.run("compute", "--format", "csv").out), delimiter=";"))
    levels = {(row["finess"], row["indicateur"]): row["niveau"] for row in rows}
    assert levels["010780054", "taux_dossiers_actifs"] == "comptes"
    assert levels["010780054", "taux_projet_personnalise"] == ""
    assert levels["2A0000154", "taux_dossiers_actifs"] == "faits"
