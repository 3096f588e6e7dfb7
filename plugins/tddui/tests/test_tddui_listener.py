"""The endpoint: transaction in, transaction-response out once stored; OperationOutcome and nothing kept otherwise."""

import asyncio
import json
import os
import signal
import sqlite3
import ssl
import subprocess
import sys
from datetime import UTC, datetime

import httpx
import pytest
import trustme

from temoin_sdk.errors import ConfigurationError, StorageError
from temoin_tddui.listening import Listening, create_app
from temoin_tddui.serving import Place, Tls, check_exposure

FHIR = {"Content-Type": "application/fhir+json; charset=utf-8"}
JETON = "jeton-invente-de-plus-de-seize"
SECRET = "LISIÈRE"


@pytest.fixture
def post(depot):
    """POST bytes to a listener of this store, without a network."""

    def send(body, path="/", headers=None, method="POST", **settings):
        async def exchange():
            transport = httpx.ASGITransport(create_app(Listening(depot.store, **settings)))
            async with httpx.AsyncClient(transport=transport, base_url="http://dui.example") as client:
                return await client.request(method, path, content=body, headers=FHIR if headers is None else headers)

        return asyncio.run(exchange())

    return send


def outcome(answer, status):
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/fhir+json"
    found = answer.json()
    assert found["resourceType"] == "OperationOutcome"
    assert SECRET not in answer.text
    (issue,) = found["issue"]
    assert issue["severity"] == "error"
    return issue


def test_a_transaction_is_answered_entry_by_entry(post, depot, lot):
    export = lot()
    export.present()
    answer = post(export.octets())
    assert answer.status_code == 200
    found = answer.json()
    assert (found["resourceType"], found["type"]) == ("Bundle", "transaction-response")
    assert [each["response"]["status"] for each in found["entry"]] == ["201 Created"] * 3
    kinds = [each["response"]["location"].split("/")[0] for each in found["entry"]]
    assert kinds == ["Organization", "Patient", "Encounter"]
    assert all("_history" in each["response"]["location"] for each in found["entry"])
    assert len(depot.sejours()) == 1


def test_ids_given_in_the_answer_may_be_referred_to_later(post, depot, lot):
    export = lot(date="2026-09-01T00:00:00Z")
    export.present()
    places = [each["response"]["location"].partition("/_history")[0] for each in post(export.octets()).json()["entry"]]
    structure, person, stay = ({"reference": place} for place in places)
    later = lot(date="2026-09-08T00:00:00Z")
    later.evenement(None, subject=person, partOf=stay)
    again = later.sejour({"resourceType": "Patient", "id": "x"}, numero="2")
    again |= {"subject": person, "serviceProvider": structure}
    assert post(later.octets()).status_code == 200
    (event,) = depot.evenements()
    stays = depot.sejours()
    assert {event.usager} == {row.usager for row in stays}
    assert {row.code for row in stays} == {"010780054"}


def test_sending_again_is_answered_the_same_and_changes_nothing(post, depot, lot):
    export = lot()
    export.present()
    first, second = post(export.octets()), post(export.octets())
    place = [each["response"]["location"] for each in first.json()["entry"]]
    assert place == [each["response"]["location"] for each in second.json()["entry"]]
    assert len(depot.sejours()) == 1


def test_all_or_nothing(post, depot, lot):
    export = lot()
    export.present()
    export.add({"resourceType": "Encounter", "status": ["LISIÈRE"]})
    issue = outcome(post(export.octets()), 400)
    assert issue["expression"] == ["Bundle.entry[3].resource.status"]
    assert depot.sejours() == []


@pytest.mark.parametrize("body", [b"", b"{", b'{"resourceType": "Patient", "name": "LISI\xc3\x88RE"}', b"\xff"])
def test_what_is_no_bundle_is_refused(post, body):
    outcome(post(body), 400)


def test_a_collection_is_a_file_and_no_transaction(post, lot):
    bundle = lot().json() | {"type": "collection"}
    assert outcome(post(json.dumps(bundle).encode()), 400)["expression"] == ["Bundle.type"]


def test_a_contradiction_is_a_conflict_that_keeps_the_first(post, depot, lot):
    first, second = lot(date=None), lot(date=None)
    first.present()
    second.present(period={"start": "2026-02-02"})
    assert post(first.octets()).status_code == 200
    assert outcome(post(second.octets()), 409)["code"] == "conflict"
    assert depot.sejours()[0].entree == "2026-01-10"


def test_a_dui_that_dates_nothing_may_be_dated_at_reception(post, depot, lot, monkeypatch):
    first, second = lot(date=None), lot(date=None)
    first.present()
    second.present(period={"start": "2026-02-02"})
    for day, export in ((1, first), (2, second), (3, first)):
        monkeypatch.setattr("temoin_tddui.clock.now", lambda day=day: datetime(2026, 11, day, tzinfo=UTC))
        assert post(export.octets(), dater_a_la_reception=True).status_code == 200
    assert depot.sejours()[0].entree == "2026-02-02"  # the third is the first one sent again, not a newer one
    assert depot.mises_a_jour("comparaison") == []


def test_xml_forms_and_compressed_bodies_are_refused(post):
    outcome(post(b"<Bundle/>", headers={"Content-Type": "application/fhir+xml"}), 415)
    outcome(post(b"a=1", headers={"Content-Type": "application/x-www-form-urlencoded"}), 415)
    outcome(post(b"x", headers=FHIR | {"Content-Encoding": "gzip"}), 415)


def test_a_body_is_bounded_whether_or_not_it_says_its_length(post, depot):
    outcome(post(b" " * 200, corps_max=100), 413)

    async def chunks():
        for _ in range(10):
            yield b" " * 20

    outcome(post(chunks(), corps_max=100), 413)
    with depot.store.reading() as base:
        assert base.execute("SELECT count(*) FROM export").fetchone() == (0,)


def test_the_token_is_asked_before_anything_is_read(post, lot):
    export = lot()
    export.present()
    assert outcome(post(export.octets(), jeton=JETON), 401)["code"] == "login"
    outcome(post(export.octets(), jeton=JETON, headers=FHIR | {"Authorization": f"Bearer {JETON}x"}), 401)
    outcome(post(export.octets(), jeton=JETON, headers=FHIR | {"Authorization": JETON}), 401)
    assert post(export.octets(), jeton=JETON, headers=FHIR | {"Authorization": f"bearer {JETON}"}).status_code == 200


def test_other_addresses_and_methods_are_refused_in_fhir(post):
    outcome(post(b"", method="GET"), 405)
    outcome(post(b"", path="/Patient"), 404)


def test_a_disk_that_cannot_write_is_not_acknowledged(post, lot, monkeypatch):
    def full(*_args):
        raise StorageError("Le disque est plein.", remede="Libérer.", code="disque_plein")

    monkeypatch.setattr("temoin_tddui.listening.accumulate", full)
    answer = post(lot().octets())
    assert outcome(answer, 503)["code"] == "transient"
    assert answer.headers["retry-after"]


def test_a_defect_is_answered_and_logged_without_any_value(post, lot, monkeypatch, caplog):
    def broken(*_args):
        raise RuntimeError(SECRET)

    monkeypatch.setattr("temoin_tddui.listening.accumulate", broken)
    outcome(post(lot().octets()), 500)
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text


def test_a_slow_body_is_given_up(post, monkeypatch):
    monkeypatch.setattr("temoin_tddui.listening.READ_SECONDS", 0.05)

    async def slow():
        yield b"{"
        await asyncio.sleep(5)
        yield b"}"

    outcome(post(slow()), 408)


@pytest.mark.parametrize("tls", [None, Tls("c", "k")])
def test_a_network_address_needs_tls_and_a_known_sender(depot, tls):
    listening = Listening(depot.store)
    with pytest.raises(ConfigurationError) as caught:
        check_exposure(Place("0.0.0.0", 0, tls), listening)
    assert caught.value.code == "tddui_ecoute_exposee"
    with pytest.raises(ConfigurationError):
        check_exposure(Place("0.0.0.0", 0, None), Listening(depot.store, jeton=JETON))


def test_a_network_address_with_tls_and_a_token_or_client_certificates_is_admitted(depot):
    check_exposure(Place("0.0.0.0", 0, Tls("c", "k")), Listening(depot.store, jeton=JETON))
    check_exposure(Place("0.0.0.0", 0, Tls("c", "k", "ca")), Listening(depot.store))
    check_exposure(Place("::1", 0), Listening(depot.store))


# ---- the process itself


def start(depot, *options, env=None):
    command = [sys.executable, "-c", "from temoin_tddui.cli import main; main()", "listen", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--depot", str(depot.folder), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {}), "PYTHONUNBUFFERED": "1"},
    )
    line = process.stdout.readline()
    assert line.startswith("À l'écoute sur "), process.communicate(timeout=10)
    return process, line.removeprefix("À l'écoute sur ").strip()


def stop(process):
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=15)
    return " ".join(said)


def test_what_was_acknowledged_survives_the_kill_of_the_process(depot, lot):
    export = lot(date="2020-09-01T00:00:00Z")
    export.present()
    process, address = start(depot)
    try:
        assert address.startswith("http://127.0.0.1:")
        assert httpx.post(address, content=export.octets(), headers=FHIR).status_code == 200
    finally:
        process.kill()
        said = " ".join(process.communicate(timeout=15))
    assert len(depot.sejours()) == 1
    assert "Lot enregistré : 3 ressources" in said
    assert SECRET not in said


def test_tls_client_certificates_and_token_on_a_real_socket(depot, lot, tmp_path):
    ca = trustme.CA()
    own, client = ca.issue_cert("127.0.0.1"), ca.issue_cert("dui.example")
    own.private_key_pem.write_to_path(tmp_path / "cle.pem")
    for blob in own.cert_chain_pems:
        blob.write_to_path(tmp_path / "cert.pem", append=True)
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    client.private_key_and_cert_chain_pem.write_to_path(tmp_path / "client.pem")
    export = lot(date="2020-09-01T00:00:00Z")
    process, address = start(
        depot,
        *("--tls-certificat", tmp_path / "cert.pem", "--tls-cle", tmp_path / "cle.pem"),
        *("--tls-clients", tmp_path / "ca.pem"),
        env={"TEMOIN_TDDUI_JETON": JETON},
    )
    try:
        assert address.startswith("https://127.0.0.1:")
        known = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        with pytest.raises(httpx.TransportError):
            httpx.post(address, content=export.octets(), headers=FHIR, verify=known)
        known.load_cert_chain(tmp_path / "client.pem")
        assert httpx.post(address, content=export.octets(), headers=FHIR, verify=known).status_code == 401
        headers = FHIR | {"Authorization": f"Bearer {JETON}"}
        assert httpx.post(address, content=export.octets(), headers=headers, verify=known).status_code == 200
        old = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        old.load_cert_chain(tmp_path / "client.pem")
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        assert httpx.post(address, content=export.octets(), headers=headers, verify=old).status_code == 200
    finally:
        said = stop(process)
    assert JETON not in said
    assert process.returncode == 0, said


def test_commands_refuse_what_cannot_listen(run, depot, tmp_path):
    ran = run("listen", "--depot", depot.folder, "--hote", "0.0.0.0")
    assert (ran.code, "tddui_ecoute_exposee" in ran.text) == (3, True)
    ran = run("listen", "--depot", depot.folder, "--tls-cle", tmp_path / "x.pem")
    assert (ran.code, "tddui_tls" in ran.text) == (3, True)
    (tmp_path / "jeton").write_text("court", encoding="utf-8")
    ran = run("listen", "--depot", depot.folder, "--jeton", tmp_path / "jeton")
    assert (ran.code, "tddui_jeton_court" in ran.text) == (3, True)
    assert "court\n" not in ran.out
    ran = run("listen", "--depot", depot.folder, "--jeton", tmp_path / "absent")
    assert (ran.code, "secret_absent" in ran.text) == (3, True)
    (tmp_path / "faux.pem").write_text("rien", encoding="utf-8")
    faux = tmp_path / "faux.pem"
    ran = run("listen", "--depot", depot.folder, "--port", "0", "--tls-certificat", faux, "--tls-cle", faux)
    assert (ran.code, "ne se lisent pas" in ran.text) == (3, True)


def test_a_store_held_by_another_process_is_said_and_can_be_tried_again(post, depot, lot, monkeypatch):
    monkeypatch.setattr("temoin_tddui.store.LOCK_SECONDS", 0.05)
    store = depot.store
    with store.writing():
        answer = post(lot().octets())
    assert outcome(answer, 503)["code"] == "transient"
    with sqlite3.connect(store.base) as base:
        assert base.execute("SELECT count(*) FROM export").fetchone() == (0,)
    base.close()
