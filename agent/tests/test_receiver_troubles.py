"""A receiver that is down, slow, busy, wrong or refusing: nothing is lost, and each case has its sentence and exit."""

import contextlib
import os
import socket
import ssl
import threading
import time

import pytest
import trustme

from temoin_agent.sending.retrying import Patience
from temoin_agent.sending.transport import Delays
from temoin_sdk.envelope import PrivateKey
from temoin_sdk.testing.ledger import MemoryLedger


def waiting(site):
    return site.files("a-envoyer")


@pytest.fixture
def one_attempt(monkeypatch):
    """A second for the whole exchange, and no other try."""
    patience = Patience(attempts=1, delays=Delays(connect=2, step=1, whole=1))
    monkeypatch.setattr("temoin_agent.commands.push.Patience", lambda: patience)


def test_nobody_listens(ready, impatient):
    ran = ready.run("run")

    assert ran.code == 6
    assert "est injoignable" in ran.text
    assert "1 rapport attend : « temoin push » reprendra l'envoi" in ran.text
    assert len(waiting(ready)) == 1
    assert len(impatient) == 3
    assert all(0 <= wait <= 21 for wait in impatient)


def test_what_waited_is_sent_by_the_next_push(receiver, ready, reply):
    receiver.replies = [reply(500)] * 4
    assert ready.run("run").code == 6
    sent = receiver.received[0]

    ran = ready.run("push")
    assert ran.code == 0
    assert receiver.received[-1] == sent
    assert waiting(ready) == []
    assert ready.run("push").text == "Suite : Aucun rapport n'attend d'être envoyé."


def test_a_slow_receiver_is_left_after_its_time(receiver, ready, reply):
    receiver.replies = [reply(201, delay=3)] * 4
    ran = ready.run("run")

    assert ran.code == 6
    assert "n'a pas répondu à temps" in ran.text
    assert len(waiting(ready)) == 1


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"HTTP/1.1 201 Created\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 201 Created\r\n\r\n", b"x"),
        (b"HTTP/1.1 201 Created\r\nX-Header: ", b"x"),
        (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    ],
    ids=["body", "body without end", "headers", "interim answers"],
)
def test_an_answer_that_drips_is_cut_at_the_deadline(ready, one_attempt, start, drop):
    """Each byte comes in time, the whole never does: not the deadline of one read but that of the exchange cuts it."""
    listener = socket.create_server(("127.0.0.1", 0))
    ready.data["recepteurs"][0]["url"] = f"http://127.0.0.1:{listener.getsockname()[1]}"
    ready.write()
    stop = threading.Event()

    def drip():
        peer, _ = listener.accept()
        with peer, contextlib.suppress(OSError):
            peer.recv(100_000)
            peer.sendall(start)
            for _ in range(50):
                stop.wait(0.1)
                peer.sendall(drop)

    threading.Thread(target=drip, daemon=True).start()
    began = time.monotonic()
    try:
        ran = ready.run("run")
    finally:
        stop.set()
        listener.close()
    assert time.monotonic() - began < 4
    assert ran.code == 6
    assert "n'a pas répondu à temps" in ran.text
    assert len(waiting(ready)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "bientôt",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
        "Thu, 01 Jan 0001 00:00:00 +2359",
    ],
)
def test_a_retry_after_that_means_nothing_is_as_if_absent(receiver, ready, reply, impatient, text):
    receiver.replies = [reply(503, headers={"Retry-After": text})]

    assert ready.run("run").code == 0
    assert len(receiver.received) == 2
    assert all(0 <= wait <= 21 for wait in impatient)


def test_retry_after_is_waited_for(receiver, ready, reply, impatient):
    receiver.replies = [reply(503, headers={"Retry-After": "7"}), reply(429, headers={"Retry-After": "2"})]

    assert ready.run("run").code == 0
    assert impatient == [7.0, 2.0]
    assert len(receiver.received) == 3


def test_a_long_retry_after_goes_back_to_waiting(receiver, ready, reply, impatient):
    receiver.replies = [reply(503, headers={"Retry-After": "3600"})]
    ran = ready.run("run")

    assert ran.code == 6
    assert impatient == []
    assert "dans 60 minutes" in ran.text
    assert len(receiver.received) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 429])
def test_passing_trouble_is_tried_again(receiver, ready, reply, status):
    receiver.replies = [reply(status)] * 2
    assert ready.run("run").code == 0
    assert len(receiver.received) == 3


def test_a_refusal_is_kept_with_what_the_receiver_said(receiver, ready, refuse):
    receiver.replies = [
        refuse(
            422,
            "taux_faux",
            "Le rapport comporte 2 erreurs.",
            problemes=[
                {"code": "taux_faux", "message": "le taux est faux", "finess": "010780054"},
                {"code": "cible_fausse", "message": "la cible est fausse"},
            ],
        )
    ]
    ran = ready.run("run")

    assert ran.code == 7
    assert "Le récepteur a refusé le rapport : Le rapport comporte 2 erreurs." in ran.text
    assert "010780054 : le taux est faux" in ran.text
    assert "la cible est fausse" in ran.text
    assert waiting(ready) == []
    report, answer = ready.files("refuses")
    assert answer == report.replace(".jws", ".refus.json")
    assert "le taux est faux" in (ready.dossier / "refuses" / answer).read_text(encoding="utf-8")
    assert "temoin outbox retry" in ready.run("status").text


def test_a_conflict_of_identity_is_a_refusal(receiver, ready, refuse):
    receiver.replies = [refuse(409, "conflit_identite", "Un autre rapport a déjà été reçu sous cette identité.")]
    ran = ready.run("run")
    assert ran.code == 7
    assert ran.text.count("Un autre rapport a déjà été reçu") == 1, "what is said once is enough"
    assert len(ready.files("refuses")) == 2


def test_after_the_cause_is_mended_retry_sends_the_same_bytes(receiver, ready, refuse):
    receiver.replies = [refuse(401, "cle_inconnue", "Cette clé n'est pas inscrite.")]
    ready.run("run")
    again = ready.run("run")
    assert again.code == 7
    assert "Ces mêmes chiffres ont été refusés" in again.text
    assert len(receiver.received) == 1

    ran = ready.run("outbox", "retry", "--tous")
    assert ran.code == 0, ran.text
    assert receiver.received[0] == receiver.received[1]
    assert ready.files("refuses") == []
    assert len(ready.reports("accuses")) == 1


def test_other_figures_after_a_refusal_are_a_first_version_again(receiver, ready, refuse):
    receiver.replies = [refuse(422, "invariant", "Non.")]
    ready.run("run")
    ready.facts["personnes"].pop()
    ready.write_facts()

    assert ready.run("run").code == 0
    (rapport,) = ready.reports("accuses")
    (refused,) = ready.reports("refuses")
    assert (rapport.version, rapport.numero) == (1, 2)
    assert rapport.precedent is not None
    assert len(list((ready.dossier / "preuves" / "dui-2025").iterdir())) == 2
    assert refused.numero == 1


def test_a_refusal_of_the_clock_is_signed_again(receiver, ready, refuse):
    receiver.replies = [refuse(422, "horloge", "L'horloge avance.")]
    ready.run("run")
    assert ready.run("run").code == 0
    assert [rapport.numero for rapport in ready.reports("accuses")] == [2]


def test_a_refusal_said_to_be_passing_is_tried_again(receiver, ready, refuse):
    receiver.replies = [refuse(409, "chaine", "Patience.", retryable=True)] * 2
    assert ready.run("run").code == 0


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 403, 404, 204])
def test_an_answer_of_something_else_than_a_receiver_refuses_nothing(receiver, ready, reply, status):
    receiver.replies = [reply(status, b"<html>Portail captif</html>", {"Location": "http://127.0.0.1:9/"})]
    ran = ready.run("run")

    assert ran.code == 6
    assert "ne répond pas comme un récepteur de Témoin" in ran.text
    assert "[[recepteurs]] « ars »" in ran.text
    assert len(waiting(ready)) == 1
    assert len(receiver.received) == 1


def test_a_wrong_path_on_a_real_receiver_refuses_nothing(receiver, ready, refuse):
    receiver.replies = [refuse(404, "introuvable", "Cette adresse n'existe pas.")]
    assert ready.run("run").code == 6
    assert len(waiting(ready)) == 1


def test_an_endless_answer_is_not_read(receiver, ready, reply):
    receiver.replies = [reply(201, b"x" * (5 * 1024 * 1024))]
    ran = ready.run("run")
    assert ran.code == 6
    assert "bien plus long" in ran.text


def test_one_bad_report_does_not_hold_the_others(receiver, ready, refuse, reply, instant, later):
    receiver.replies = [reply(500)] * 4
    ready.run("run")
    instant(later)
    receiver.replies = [reply(500)] * 4
    ran = ready.run("run")

    assert ran.code == 6
    assert [rapport.numero for rapport in ready.reports("accuses")] == [2]
    receiver.replies = [refuse(422, "fenetre_fausse", "Non.")]
    assert ready.run("push").code == 7


def test_a_receiver_that_is_down_is_asked_once_for_all_reports(ready, impatient, instant, later):
    """It accepts and hangs up: each time it is asked is counted."""
    ready.run("run")
    instant(later)
    listener = socket.create_server(("127.0.0.1", 0))
    ready.data["recepteurs"][0]["url"] = f"http://127.0.0.1:{listener.getsockname()[1]}"
    ready.write()
    asked = []

    def hang_up():
        while True:
            try:
                peer, address = listener.accept()
            except OSError:
                return
            asked.append(address)
            peer.close()

    threading.Thread(target=hang_up, daemon=True).start()
    try:
        ran = ready.run("run")
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    assert ran.code == 6
    assert len(waiting(ready)) == 2
    assert len(asked) == 4


def test_a_receiver_that_failed_is_tried_once_for_each_further_report(receiver, ready, reply, instant, later):
    receiver.replies = [reply(500)] * 4
    ready.run("run")
    instant(later)
    receiver.received.clear()
    receiver.replies = [reply(500)] * 5
    assert ready.run("run").code == 6
    assert len(receiver.received) == 5
    assert len(waiting(ready)) == 2


def test_two_receivers_do_not_wait_for_each_other(receiver, ready):
    ready.data["recepteurs"].append(
        {
            "code": "muet",
            "url": "http://127.0.0.1:9",
            "origine": "autre.example",
            "cle": "recepteur.jwk",
            "registre": MemoryLedger("autre.example").cle_registre.spell(),
        }
    )
    ready.data["projets"].insert(0, {"code": "autre", "campagne": "generalisation-2025", "recepteur": "muet"})
    ready.data["etablissements"][0]["projet"] = ["dui-2025", "autre"]
    ready.write()
    ran = ready.run("run")

    assert ran.code == 6
    assert [rapport.projet for rapport in ready.reports("accuses")] == ["dui-2025"]


def test_a_report_for_a_receiver_that_left_the_configuration_waits(receiver, ready, reply):
    receiver.replies = [reply(500)] * 4
    ready.run("run")
    ready.data["recepteurs"][0]["origine"] = "nouveau.example"
    ready.write()
    ran = ready.run("push")

    assert ran.code == 3
    assert "« recepteur.essai.example »" in ran.text
    assert len(waiting(ready)) == 1


@pytest.mark.parametrize(
    ("member", "value", "said"),
    [
        ("empreinte_rapport", "0" * 64, "accuse réception d'un autre rapport"),
        ("empreinte_jws", "0" * 64, "accuse réception d'un autre rapport"),
        ("kid", "A" * 43, "accuse réception d'un autre rapport"),
        ("destinataire", "autre.example", "parle au nom de « autre.example »"),
    ],
)
def test_a_receipt_of_something_else_is_not_believed(receiver, ready, member, value, said):
    receiver.change = lambda recu: recu.model_copy(update={member: value})
    ran = ready.run("run")

    assert ran.code == 9
    assert said in ran.text
    assert len(waiting(ready)) == 1
    assert ready.files("accuses") == []


def test_a_receipt_signed_by_another_key_is_not_believed(receiver, ready):
    receiver.cle = PrivateKey.generate()
    ran = ready.run("run")

    assert ran.code == 9
    assert "ne peut pas être cru" in ran.text
    assert "Comparez au téléphone" in ran.text
    assert len(waiting(ready)) == 1


@pytest.mark.parametrize("body", [b"", b"merci", b"a.b.c", "reçu".encode(), b"\xff\xfe"])
def test_a_receipt_that_is_none_is_not_believed(receiver, ready, reply, body):
    receiver.replies = [reply(201, body)]
    assert ready.run("run").code == 9
    assert len(waiting(ready)) == 1


def test_the_report_itself_is_no_receipt(receiver, ready, reply):
    receiver.replies = [reply(500)] * 4
    ready.run("run")
    receiver.replies = [reply(201, receiver.received[0].encode())]
    ran = ready.run("push")
    assert ran.code == 9


def test_an_answer_lost_on_the_way_is_asked_for_again_and_is_no_error(receiver, ready, reply):
    """The receiver kept the report, its answer never came: the same report, the same receipt."""
    ready.run("run")
    first = receiver.received[0]
    (jws, _) = ready.files("accuses")
    (ready.dossier / "accuses" / jws).rename(ready.dossier / "a-envoyer" / jws)

    ran = ready.run("push")
    assert ran.code == 0
    assert receiver.received == [first, first]
    assert len(receiver.receipts) == 1
    assert len(ready.files("accuses")) == 2


def test_what_a_receiver_says_cannot_drive_the_terminal(receiver, ready, refuse):
    receiver.replies = [refuse(422, "taux_faux", "Non.\x1b[2J\x1b]0;piège\x07[bold]gras[/bold]")]
    ran = ready.run("run")
    assert "\x1b" not in ran.out
    assert "[bold]gras[/bold]" in ran.text


@pytest.fixture
def authority():
    return trustme.CA()


def secure(ready, receiver_class, authority, name="127.0.0.1"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    receiver = receiver_class(ready.recepteur_cle, ready.ledger)
    ready.data["recepteurs"][0]["url"] = receiver.start(context)
    return receiver


def test_a_certificate_of_an_unknown_authority_names_the_setting(receiver, ready, authority, impatient):
    secured = secure(ready, type(receiver), authority)
    ready.write()
    try:
        ran = ready.run("run")
        assert ran.code == 6
        assert "n'est pas reconnu" in ran.text
        assert "ca = … de [[recepteurs]] « ars »" in ran.text
        assert "rien n'a été envoyé" in ran.text
        assert secured.received == []
        assert impatient == []
        assert len(waiting(ready)) == 1

        authority.cert_pem.write_to_path(str(ready.folder / "ars.pem"))
        ready.data["recepteurs"][0]["ca"] = "ars.pem"
        ready.write()
        assert ready.run("push").code == 0
    finally:
        secured.stop()


def test_a_certificate_of_another_name_is_refused_even_from_the_right_authority(receiver, ready, authority):
    secured = secure(ready, type(receiver), authority, "autre.example")
    authority.cert_pem.write_to_path(str(ready.folder / "ars.pem"))
    ready.data["recepteurs"][0]["ca"] = "ars.pem"
    ready.write()
    try:
        assert ready.run("run").code == 6
        assert secured.received == []
    finally:
        secured.stop()


def test_a_proxy_of_the_site_is_not_asked_for_this_very_machine(receiver, ready, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9")
    assert ready.run("run").code == 0
