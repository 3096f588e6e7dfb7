"""The chain stays dense whatever a person does to the folders."""

import shutil


def test_old_reports_carried_away_leave_the_chain_as_it_was(receiver, ready, instant, later):
    ready.run("run")
    shutil.rmtree(ready.dossier / "accuses")
    shutil.rmtree(ready.dossier / "preuves")
    instant(later)
    assert ready.run("run").code == 0
    (rapport,) = ready.reports("accuses")
    assert rapport.numero == 2
    assert rapport.precedent == next(iter(receiver.receipts))


def test_reports_carried_away_alone_are_not_sent_again_from_their_evidence(receiver, ready):
    ready.run("run")
    shutil.rmtree(ready.dossier / "accuses")
    ready.run("push")
    assert len(receiver.received) == 1


def test_a_lost_chain_is_rebuilt_from_the_reports(receiver, ready, instant, later):
    ready.run("run")
    (ready.dossier / "chaine.json").unlink()
    instant(later)
    ready.run("run")
    assert [rapport.numero for rapport in ready.reports("accuses")] == [1, 2]


def test_a_chain_lost_with_the_reports_is_rebuilt_from_the_evidence_which_is_only_sent_again(
    receiver, ready, instant, later
):
    ready.run("run")
    (ready.dossier / "chaine.json").unlink()
    shutil.rmtree(ready.dossier / "accuses")
    instant(later)
    assert ready.run("run").code == 0
    assert [rapport.numero for rapport in ready.reports("accuses")] == [1, 2]
    assert len(receiver.receipts) == 2


def test_a_spoilt_chain_stops_everything_and_says_how_to_go_on(receiver, ready):
    ready.run("run")
    (ready.dossier / "chaine.json").write_text('{"numero": "1"}')
    ran = ready.run("run")
    assert ran.code == 8
    assert "déplacez-le hors du dossier" in ran.text
    assert "chaine_illisible" in ran.text
