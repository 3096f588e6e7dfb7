"""The receiver's ledger watched: one that goes back or forks is told calmly, nothing is lost, nothing is believed."""

import json

import pytest

from temoin_sdk.ledger.entries import EnrolementCle, Portee, Reception, RevocationCle
from temoin_sdk.report import to_octets

EJ = "010000024"
ORIGINE = "recepteur.essai.example"
AUTRE = "6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a02"
LE = "2026-11-20T08:00:00Z"


def memory(site):
    return json.loads((site.dossier / "registres" / f"{ORIGINE}.json").read_text(encoding="utf-8"))


def installation(site):
    return (site.dossier / "installation").read_text().strip()


def scopes(ledger, number, first=0):
    for rank in range(first, first + number):
        ledger.append(Portee(empreinte=f"{rank:064x}", le=LE))


@pytest.fixture
def known(receiver, ready):
    """A receiver whose ledger of eight entries was seen by a first push."""
    ledger = receiver.ledger
    scopes(ledger, 6)
    ledger.append(EnrolementCle(ej=EJ, installation=installation(ready), kid=ready.public_key().kid, le=LE))
    ran = ready.run("run")
    assert ran.code == 0, ran.text
    assert memory(ready)["relu"] == 8
    return ready


@pytest.fixture
def another(known, instant, later):
    """The same one month later: there is something to send again."""
    instant(later)
    known.facts["personnes"][0]["maj"] = "2026-11-05"
    known.write_facts()
    return known


def test_a_ledger_that_grows_is_followed_with_a_proof_at_each_push(another, receiver):
    scopes(receiver.ledger, 5, 10)
    receiver.asked.clear()
    ran = another.run("run")
    assert ran.code == 0, ran.text
    assert receiver.asked[0] == "/v1/registre/point-de-controle"
    assert "/v1/registre/coherence?de=8&a=14" in receiver.asked
    assert memory(another)["point_de_controle"].splitlines()[1] == "14"
    assert memory(another)["relu"] == 14


def test_the_first_receipt_given_again_has_an_old_head_and_is_believed(known, receiver):
    (jws, _) = known.files("accuses")
    (known.dossier / "accuses" / jws).rename(known.dossier / "a-envoyer" / jws)
    scopes(receiver.ledger, 3, 10)
    ran = known.run("push")
    assert ran.code == 0, ran.text
    assert "/v1/registre/coherence?de=8&a=11" in receiver.asked


def went_back(ledger):
    del ledger.entrees[5:]
    return "est revenu en arrière : il montre 6 entrées, cet agent en avait vu 8"


def forked(ledger):
    ledger.entrees[2] = to_octets(Portee(empreinte="f" * 64, le=LE))
    return "n'est pas la suite de celui que cet agent avait vu"


@pytest.mark.parametrize("change", [went_back, forked])
def test_a_ledger_written_again_is_told_calmly_and_nothing_is_lost(another, receiver, change):
    before = memory(another)
    expected = change(receiver.ledger)
    ran = another.run("run")
    assert ran.code == 9
    assert expected in ran.text
    assert "rien n'est perdu" in ran.text
    assert "Qui doit agir : ARS" in ran.text
    assert len(another.files("a-envoyer")) == 1
    assert len(another.reports("accuses")) == 1
    assert memory(another) == before
    kept = (another.dossier / "registres" / f"{ORIGINE}.ecart.txt").read_text(encoding="utf-8")
    assert before["point_de_controle"] in kept
    assert kept.count(f"— {ORIGINE} ") == 2
    assert another.run("registre").code == 9


def test_what_waited_is_acknowledged_once_the_true_ledger_is_back(another, receiver):
    entrees = list(receiver.ledger.entrees)
    went_back(receiver.ledger)
    assert another.run("run").code == 9
    receiver.ledger.entrees[:] = entrees
    receiver.receipts.popitem()
    receiver.identities.clear()
    ran = another.run("push")
    assert ran.code == 0, ran.text
    assert another.files("a-envoyer") == []


def test_a_fork_of_the_same_size_is_seen(known, receiver):
    forked(receiver.ledger)
    ran = known.run("registre")
    assert ran.code == 9
    assert "des entrées ont été changées" in ran.text


def test_a_head_of_another_key_is_not_believed(another, receiver):
    receiver.ledger.cle = type(receiver.ledger.cle).generate()
    ran = another.run("run")
    assert ran.code == 9
    assert len(another.files("a-envoyer")) == 1


@pytest.mark.parametrize("change", [{"verdicts": ()}, {"politique": 7}, {"reception": 3}])
def test_a_receipt_that_its_entry_does_not_say_is_not_believed(another, receiver, change):
    """Signed by the right key about the right report: only the proof shows that the ledger holds something else."""
    receiver.change = lambda recu: recu.model_copy(update=change)
    ran = another.run("run")
    assert ran.code == 9
    assert "la preuve mène à une autre racine" in ran.text
    assert len(another.files("a-envoyer")) == 1


def test_a_ledger_that_is_not_shown_makes_the_report_wait(another, receiver, reply):
    receiver.show = lambda _path: reply(500)
    ran = another.run("run")
    assert ran.code == 6
    assert len(another.files("a-envoyer")) == 1
    del receiver.show
    assert another.run("push").code == 0


def unknown_key(site, kid="k" * 43, where=AUTRE):
    return EnrolementCle(ej=EJ, installation=where, kid=kid, le=LE)


def unknown_report(site, where=AUTRE):
    return Reception(
        reception=9,
        ej=EJ,
        installation=where,
        empreinte_rapport="d" * 64,
        empreinte_jws="e" * 64,
        kid="k" * 43,
        recu_le=LE,
        politique=1,
        jugement="f" * 64,
    )


@pytest.mark.parametrize(
    ("entree", "said"),
    [
        (unknown_key, f"une clé inconnue d'ici ({'k' * 43}) enrôlée pour l'installation {AUTRE}"),
        (lambda site: unknown_key(site, where=installation(site)), "enrôlée pour cette installation le 20 novembre"),
        (unknown_report, f"repère {'d' * 16}) reçu au nom de l'installation {AUTRE}"),
        (lambda site: unknown_report(site, installation(site)), "reçu au nom de cette installation"),
        (
            lambda site: RevocationCle(ej=EJ, installation=installation(site), kid=site.public_key().kid, le=LE),
            "la clé de cette installation révoquée",
        ),
    ],
)
def test_what_the_ledger_says_of_us_and_we_do_not_know_is_told_until_somebody_knows(another, receiver, entree, said):
    scopes(receiver.ledger, 1, 10)
    receiver.ledger.append(entree(another))
    scopes(receiver.ledger, 1, 11)
    ran = another.run("run")
    assert ran.code == 9
    assert "entrée 9 : " in ran.text
    assert said in ran.text
    assert "Vos propres envois sont reçus" in ran.text
    assert another.files("a-envoyer") == [], "the receipt is good, and was kept"
    status = another.run("status")
    assert "À regarder, entrée 9 :" in status.text and said in status.text
    again = another.run("registre")
    assert (again.code, "entrée 9" in again.text) == (9, True)
    accepted = another.run("registre", "--reconnu", "9")
    assert accepted.code == 0, accepted.text
    assert "Entrées reconnues : 1" in accepted.text
    assert another.run("registre").code == 0


def test_another_installation_that_is_declared_is_no_surprise(another, receiver):
    another.data["gestionnaire"]["autres_installations"] = [AUTRE]
    another.write()
    for entree in (unknown_key(another), unknown_report(another), unknown_key(another, "j" * 43)):
        receiver.ledger.append(entree)
    assert another.run("run").code == 0


def test_every_page_is_read(another, receiver):
    for rank in range(5):
        receiver.ledger.append(unknown_key(another, f"{rank}" * 43))
    ran = another.run("run")
    assert all(f"entrée {8 + rank} :" in ran.text for rank in range(5))


def test_our_own_reports_are_known_by_their_evidence_even_once_carried_away(another, receiver):
    for path in (another.dossier / "accuses").glob("*"):
        path.unlink()
    state = another.dossier / "registres" / f"{ORIGINE}.json"
    state.write_text(json.dumps({**memory(another), "relu": 0}), encoding="utf-8")
    assert another.run("run").code == 0


@pytest.mark.parametrize("text", ["", "{}", '{"point_de_controle":"rien","relu":0,"inconnus":[]}'])
def test_a_damaged_memory_is_told_and_not_replaced(another, text):
    path = another.dossier / "registres" / f"{ORIGINE}.json"
    path.write_text(text, encoding="utf-8")
    ran = another.run("run")
    assert ran.code == 8
    assert "retenu du registre" in ran.text
    assert path.read_text(encoding="utf-8") == text
    assert len(another.files("a-envoyer")) == 1


def test_a_look_without_sending_says_what_is_seen(known):
    ran = known.run("registre")
    assert ran.code == 0
    assert "8 entrées : c'est la suite" in ran.text
    assert "Rien n'y est dit de vous" in ran.text
