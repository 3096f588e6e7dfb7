"""The chain stays dense whatever a person does to the folders."""

import shutil

import pytest


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


@pytest.mark.parametrize("spoilt", [b"\xff\xfe", None], ids=["not text", "lost"])
def test_a_spoilt_receipt_is_said_and_holds_back_nothing(receiver, ready, instant, later, reply, spoilt):
    ready.run("run")
    (receipt,) = (ready.dossier / "accuses").glob("*.recu.jws")
    (kept,) = (ready.dossier / "preuves").rglob("recu.jws")
    kept.unlink()
    receipt.unlink()
    if spoilt is not None:
        receipt.write_bytes(spoilt)
    instant(later)
    receiver.replies = [reply(500)] * 4
    assert ready.run("run").code == 6

    ran = ready.run("push")
    assert ran.code == 0, ran.text
    assert f"L'accusé {receipt.name} ne peut pas être lu" in ran.text
    assert "Que faire :" in ran.text
    assert ready.files("a-envoyer") == []


def test_the_remedy_of_a_spoilt_receipt_brings_the_same_one_back(receiver, ready):
    ready.run("run")
    (receipt,) = (ready.dossier / "accuses").glob("*.recu.jws")
    original = receipt.read_bytes()
    receipt.write_bytes(b"\xff\xfe")
    assert ready.run("status").code == 0
    assert "ne peut pas être lu" in ready.run("status").text

    report = receipt.with_name(receipt.name.replace(".recu.jws", ".jws"))
    report.rename(ready.dossier / "a-envoyer" / report.name)
    assert ready.run("push").code == 0
    assert receipt.read_bytes() == original
