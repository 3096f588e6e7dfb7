"""The ordinary life of a report: computed, signed, sent, acknowledged, never sent twice for nothing."""

import json
from datetime import UTC, datetime, timedelta

from temoin_agent import measuring
from temoin_sdk.report.messages import Probleme


def test_a_run_signs_sends_and_files_the_receipt(receiver, ready):
    ran = ready.run("run")

    assert ran.code == 0, ran.text
    assert "Accusé : dui-2025, du 1er août au 31 octobre 2026 inclus, version 1" in ran.text
    assert "réception n° 1, accusé vérifié" in ran.text
    assert ready.files("a-envoyer") == []
    report, receipt = ready.files("accuses")
    assert report.startswith("dui-2025_2026-08-01_au_2026-10-31_intermediaire_v1_")
    assert receipt == report.replace(".jws", ".recu.jws")
    preuves = ready.dossier / "preuves" / "dui-2025" / report.removesuffix(".jws")
    assert (preuves / "rapport.jws").read_text() == (ready.dossier / "accuses" / report).read_text()
    assert (preuves / "recu.jws").read_text() == (ready.dossier / "accuses" / receipt).read_text()
    assert "generalisation-2025" in (preuves / "campagne.toml").read_text()
    assert sorted(path.name for path in (preuves / "squelette").iterdir()) == ["010780054.bin", "2A0000154.bin"]


def test_the_same_figures_again_sign_and_send_nothing(receiver, ready):
    ready.run("run")
    ran = ready.run("run")

    assert ran.code == 0
    assert "Chiffres inchangés depuis la version 1, déjà accusé par le récepteur" in ran.text
    assert len(receiver.received) == 1
    assert len(ready.reports("accuses")) == 1
    assert len(list((ready.dossier / "preuves" / "dui-2025").iterdir())) == 1


def test_figures_that_changed_wait_for_a_reason(receiver, ready):
    ready.run("run")
    ready.facts["personnes"][0]["projet"] = False
    ready.write_facts()
    ran = ready.run("run")

    assert ran.code == 5
    assert "Les chiffres ont changé depuis la version 1" in ran.text
    assert "--corriger" in ran.text
    assert len(receiver.received) == 1


def test_a_correction_replaces_the_version_before_and_says_why(receiver, ready):
    ready.run("run")
    ready.facts["personnes"][0]["projet"] = False
    ready.write_facts()
    ran = ready.run("run", "--corriger", "saisie_tardive")

    assert ran.code == 0, ran.text
    first, second = ready.reports("accuses")
    assert (second.version, second.motif) == (2, "saisie_tardive")
    digests = list(receiver.receipts)
    assert second.remplace == digests[0]
    assert (second.numero, second.precedent) == (2, digests[0])
    assert (first.numero, first.precedent, first.remplace) == (1, None, None)


def test_a_correction_of_unchanged_figures_sends_nothing(receiver, ready):
    ready.run("run")
    ran = ready.run("run", "--corriger", "autre")

    assert ran.code == 0
    assert "Chiffres inchangés" in ran.text
    assert len(receiver.received) == 1


def test_records_that_moved_without_moving_figures_are_said_and_only_sent_on_demand(receiver, ready):
    ready.run("run")
    ready.facts["personnes"][0]["maj"] = "2026-09-16"
    ready.write_facts()

    ran = ready.run("run")
    assert ran.code == 0
    assert "Des dossiers ont changé depuis, sans changer les chiffres" in ran.text
    assert len(receiver.received) == 1

    assert ready.run("run", "--corriger", "saisie_tardive").code == 0
    assert [rapport.version for rapport in ready.reports("accuses")] == [1, 2]


def test_another_receiver_gets_a_first_version_of_its_own(receiver, ready):
    ready.run("run")
    ready.data["recepteurs"][0]["origine"] = receiver.ledger.origine = "autre-recepteur.example"
    ready.write()

    assert ready.run("run").code == 0
    assert [(r.numero, r.version, r.destinataire) for r in ready.reports("accuses")] == [
        (1, 1, "recepteur.essai.example"),
        (2, 1, "autre-recepteur.example"),
    ]


def test_a_new_window_is_a_new_report_in_the_same_chain(receiver, ready, instant, later):
    ready.run("run")
    instant(later)
    assert ready.run("run").code == 0

    first, second = ready.reports("accuses")
    assert (second.numero, second.version) == (2, 1)
    assert second.fenetre.fin > first.fenetre.fin


def test_several_projects_go_each_in_its_own_report(receiver, ready, decode):
    ready.data["projets"].append({"code": "autre", "campagne": "generalisation-2022-normandie", "recepteur": "ars"})
    ready.data["etablissements"][1]["projet"] = ["dui-2025", "autre"]
    ready.write()

    assert ready.run("run").code == 0
    assert [(r.numero, r.projet) for r in ready.reports("accuses")] == [(1, "dui-2025"), (2, "autre")]
    assert ready.run("run", "--project", "autre").code == 0
    assert len(receiver.received) == 2
    assert ['"projet":"dui-2025"' in decode(jws) for jws in receiver.received] == [True, False], "oldest first"


def test_trouble_in_one_project_does_not_hold_the_other(receiver, ready):
    ready.data["projets"].insert(0, {"code": "autre", "campagne": "generalisation-2025", "recepteur": "ars"})
    ready.data["etablissements"].append({"finess": "970400024", "nom": "Foyer", "projet": "autre", "secteur": "PH"})
    broken = ready.folder / "panne.json"
    broken.write_text(json.dumps({"sites": ["FOY"], "personnes": [{"usager": "USAGER-SECRET"}], "panne": True}))
    ready.data["sources"].append(
        {"nom": "panne", "plugin": "essai", "sites": {"FOY": "970400024"}, "reglages": {"chemin": str(broken)}}
    )
    ready.write()
    ran = ready.run("run")

    assert ran.code == 4
    assert "Projet autre : aucun rapport n'est signé." in ran.text
    assert [rapport.projet for rapport in ready.reports("accuses")] == ["dui-2025"]
    assert "USAGER-SECRET" not in ran.text


def test_a_source_that_cannot_be_read_holds_the_report_back_unless_a_partial_one_is_wanted(receiver, ready):
    ready.facts["sites"] = ["GLY", "MAQ"]
    ready.data["sources"][0]["sites"] = {"GLY": "010780054"}
    broken = ready.folder / "panne.json"
    broken.write_text(json.dumps({"sites": ["MAQ"], "personnes": [{"usager": "U"}], "panne": True}))
    ready.data["sources"].append(
        {"nom": "panne", "plugin": "essai", "sites": {"MAQ": "2A0000154"}, "reglages": {"chemin": str(broken)}}
    )
    ready.write()
    held = ready.run("run")

    assert held.code == 4
    assert "Aucun rapport n'est signé tant qu'une source ne peut pas être lue" in held.text
    assert not any(ready.reports(etat) for etat in ("a-envoyer", "accuses"))

    ran = ready.run("run", "--partiel")

    assert ran.code == 4
    assert "bloqué : source illisible" in ran.text
    assert "Le plugin de la source « panne » a échoué" in ran.text
    (rapport,) = ready.reports("accuses")
    assert [each.finess for each in rapport.ecartes] == ["2A0000154"]


def test_a_window_that_is_not_over_is_refused_with_the_day_to_wait_for(ready):
    ran = ready.run("run", "--on", "2026-12-01")

    assert ran.code == 3
    assert "n'est pas terminée" in ran.text
    assert ready.files("a-envoyer") == []


def test_a_window_is_over_when_it_is_over_everywhere(ready, instant):
    """1 November has begun in La Réunion and not in métropole."""
    ready.data["etablissements"][1] |= {"finess": "970400024"}
    ready.data["sources"][0]["sites"]["MAQ"] = "970400024"
    ready.write()
    instant(datetime(2026, 10, 31, 21, 0, tzinfo=UTC))

    assert "n'est pas terminée" in ready.run("compute", "--on", "2026-11-01").text
    instant(datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    assert ready.run("compute", "--on", "2026-11-01").code == 0


def test_a_report_that_would_be_refused_is_not_signed(receiver, ready, monkeypatch):
    problem = Probleme("taux_faux", "le taux est faux", "010780054")
    monkeypatch.setattr(measuring, "check_rapport", lambda *_, **__: (problem,))
    ran = ready.run("run")

    assert ran.code == 9
    assert "010780054 : le taux est faux" in ran.text
    assert receiver.received == []
    assert not (ready.dossier / "chaine.json").exists()


def test_an_unknown_project_or_date_is_said(ready):
    assert "Vouliez-vous dire « dui-2025 »" in ready.run("run", "--project", "dui-2052").text
    ran = ready.run("compute", "--on", "22/11/2026")
    assert ran.code == 3
    assert "« 22/11/2026 » n'est pas une date" in ran.text


def test_before_the_keys_are_made_run_says_how_to_make_them(site):
    ran = site.run("run")
    assert ran.code == 8
    assert "temoin cles creer" in ran.text


def test_reception_and_window_end_are_both_said_by_status(receiver, ready, instant, later):
    assert "temoin run" in ready.run("status").text
    ready.run("run")
    said = ready.run("status").text
    assert "Fenêtre finie le 31 octobre 2026 ; rapport reçu le 22 novembre 2026 à 10 h 06 (réception n° 1)" in said
    assert "rien à faire jusqu'à la prochaine fenêtre" in said
    instant(later + timedelta(days=1))
    assert "une nouvelle fenêtre est complète (du 1er septembre au 30 novembre 2026 inclus)" in ready.run("status").text
