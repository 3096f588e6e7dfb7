"""`temoin explain`: from a gestionnaire's own configuration, how one figure comes about; nothing is kept or sent."""

import json
import sys

import pytest

WORDS = ("explain", "taux_projet_personnalise", "--finess", "010780054")


def plain(ran):
    return ran.text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_figure_from_its_rows_to_its_rate(site):
    site.facts["personnes"][0]["projet"] = False
    site.write_facts()
    ran = site.run(*WORDS)
    text = plain(ran)

    assert (ran.code, ran.err) == (0, "")
    assert "EHPAD Les Glycines (010780054)" in text
    assert "Taux de projets personnalisés (taux_projet_personnalise), du 1er août au 31 octobre 2026 inclus" in text
    assert "Résultat : 88,88 % (8/9), cible 90 %, non atteint (il en manque 1)" in text
    assert "= personnes accompagnées 10 − aucune mise à jour par une personne dans la fenêtre −1" in text
    assert "= dossiers actifs (dénominateur) 9 − aucun projet personnalisé −1" in text
    assert "= dossiers actifs avec projet personnalisé (numérateur) 8" in text
    assert "(dossiers actifs : 9, dossiers actifs avec projet personnalisé : 8)" in text
    assert "USAGER" not in text


def test_the_same_figures_as_compute(site):
    explained = json.loads(site.run(*WORDS, "--format", "json").out)["indicateur"]
    computed = json.loads(site.run("compute", "--format", "json").out)["etablissements"][0]["indicateurs"]
    assert explained in computed


def test_persons_are_shown_on_a_screen_only(site, monkeypatch):
    refused = site.run(*WORDS, "--personnes")
    assert (refused.code, refused.out) == (3, "")
    assert "Code : personnes_hors_terminal" in refused.err

    asked = site.run("explain", "taux_dossiers_actifs", "--finess", "010780054", "--personnes", "--hors-terminal")
    assert asked.code == 0
    before, persons = plain(asked).split("Ce qui suit désigne des personnes accompagnées.")
    assert "USAGER" not in before
    assert "USAGER-X aucune mise à jour par une personne dans la fenêtre" in persons
    assert "USAGER-GLY" not in persons

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "USAGER-X" in site.run("explain", "taux_dossiers_actifs", "--finess", "010780054", "--personnes").out


def test_another_window_is_that_of_its_measure_date(site):
    found = json.loads(site.run(*WORDS, "--on", "2026-09-01", "--format", "json").out)
    assert found["fenetre"] == {"debut": "2026-06-01", "fin": "2026-09-01"}
    assert found["expliques"] == {"dossiers_actifs": 0, "dossiers_actifs_projet": 0}


def test_what_is_due_by_nobody_says_so(site):
    for each in site.data["etablissements"]:
        each["secteur"] = "PJM"
        each.pop("categorie", None)
    site.write()
    assert "Résultat : 10,00 % (1/10), cible 70 %, sans objet" in plain(
        site.run("explain", "taux_mss", "--finess", "010780054")
    )


def test_ready_made_counts_have_nothing_to_explain(site):
    site.data["sources"] = [{"nom": "saisie", "plugin": "saisie", "sites": {"GLY": "010780054"}}]
    site.write()
    ran = site.run("explain", "taux_dossiers_actifs", "--finess", "010780054")
    assert ran.code == 0
    assert "Résultat : 91,93 % (57/62)" in plain(ran)
    assert "Donnés tout faits par la source « saisie » : personnes accompagnées, dossiers actifs." in plain(ran)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("explain", "taux_mss", "--finess", "010780055"), "etablissement_inconnu"),
        (("explain", "taux_de_sucre", "--finess", "010780054"), "indicateur_inconnu"),
        ((*WORDS, "--project", "autre"), "projet_inconnu"),
        ((*WORDS, "--on", "demain"), "date_illisible"),
    ],
)
def test_what_does_not_exist_is_named(site, words, code):
    ran = site.run(*words)
    assert (ran.code, ran.out) == (3, "")
    assert f"Code : {code}" in ran.err


def test_an_establishment_of_two_projects_asks_which(site):
    site.data["projets"].append({"code": "autre", "campagne": "generalisation-2025", "recepteur": "ars"})
    site.data["etablissements"][0]["projet"] = ["dui-2025", "autre"]
    site.write()
    ran = site.run(*WORDS)
    assert ran.code == 3
    assert "--project suivi de l'un de : dui-2025, autre" in ran.text
    assert site.run(*WORDS, "--project", "autre").code == 0


def test_nothing_is_written_and_no_key_is_needed(site, digest_tree):
    before = digest_tree(site.folder)
    assert site.run(*WORDS).code == 0
    assert site.run("explain", "taux_mss", "--finess", "2A0000154", "--personnes", "--hors-terminal").code == 0
    assert digest_tree(site.folder) == before
