"""Several sources in one project: the same software twice, and shares of what it supplies."""

import json


def test_the_same_software_installed_twice(receiver, ready):
    facts = {"sites": ["MAQ"], "personnes": [each for each in ready.facts["personnes"] if each["site"] == "MAQ"]}
    (ready.folder / "maquis.json").write_text(json.dumps(facts))
    ready.data["sources"] = [
        {**ready.data["sources"][0], "nom": "essai-glycines", "sites": {"GLY": "010780054"}},
        {
            "nom": "essai-maquis",
            "plugin": "essai",
            "sites": {"MAQ": "2A0000154"},
            "reglages": {"chemin": str(ready.folder / "maquis.json")},
        },
    ]
    ready.facts["messages"] = []
    ready.write()
    ran = ready.run("run")

    assert ran.code == 0, ran.text
    (rapport,) = ready.reports("accuses")
    assert len(rapport.sources) == 2
    assert [each.comptes["personnes_accompagnees"] for each in rapport.etablissements] == [10, 2]


def test_a_relation_that_is_not_asked_is_not_supplied(site):
    site.data["sources"][0]["fournit"] = ["sejours", "mises_a_jour"]
    site.write()
    found = json.loads(site.run("compute", "--format", "json").out)
    etats = found["etablissements"][0]["etats"]
    assert etats["dossiers_actifs"] == "fourni"
    assert etats["messages_mss"] == "non_fourni"


def test_two_sources_for_one_relation_must_say_that_they_add_up(site):
    site.data["sources"].append({**site.data["sources"][0], "nom": "encore"})
    site.write()
    ran = site.run("compute")
    assert ran.code == 3
    assert "fournissent toutes deux" in ran.text
