"""Errors over HTTP: one shape, who must act and how, and nothing of a report in what leaves or is logged."""

import json
import logging
import threading

import pytest

from temoin_receiver.api import reports
from temoin_receiver.installation import keep_ledger
from temoin_receiver.reception import receiver as way
from temoin_receiver.refusals import _RULES, CodeRefus
from temoin_receiver.storage import Store
from temoin_sdk.errors import Acteur

JOSE = {"Content-Type": "application/jose"}
MEMBERS = {"type", "title", "status", "detail", "code", "retryable", "acteur", "remede", "problemes"}


def problem(answer, status, code):
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body.keys() - {"instance"} == MEMBERS
    assert body["type"] == f"urn:temoin:probleme:{code}"
    assert body["acteur"] in {acteur.value for acteur in Acteur}
    assert body["detail"]
    assert body["remede"]
    return body


def test_a_text_that_is_no_envelope(world):
    problem(world.client.post("/v1/rapports", content="bonjour", headers=JOSE), 400, "enveloppe_parties")


def test_bytes_that_are_not_ascii(world):
    problem(world.client.post("/v1/rapports", content="é".encode(), headers=JOSE), 400, "enveloppe_base64")


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", ""])
def test_another_content_type(world, media_type):
    answer = world.client.post("/v1/rapports", content="x.y.z", headers={"Content-Type": media_type})
    problem(answer, 415, "type_de_contenu")


def test_a_content_type_with_parameters_is_taken(world):
    jws = world.agent.sign(world.agent.rapport())
    answer = world.client.post("/v1/rapports", content=jws, headers={"Content-Type": "Application/JOSE; charset=utf-8"})
    assert answer.status_code == 201


def test_a_body_is_cut_as_soon_as_it_is_too_long(world, monkeypatch):
    monkeypatch.setattr(reports, "MAX_BODY", 1000)
    problem(world.client.post("/v1/rapports", content="x" * 1001, headers=JOSE), 413, "envoi_trop_grand")
    problem(world.client.post("/v1/rapports", content="x" * 1000, headers=JOSE), 400, "enveloppe_parties")


def test_an_unknown_key_is_challenged(world):
    world.agent.cle = type(world.agent.cle).generate()
    answer = world.push(world.agent.sign(world.agent.rapport()))
    body = problem(answer, 401, "cle_inconnue")
    assert answer.headers["www-authenticate"] == "Temoin-JWS"
    assert body["retryable"] is False


@pytest.mark.parametrize("path", ["/v1/rapports/", "/v1/recus/"])
def test_a_digest_nobody_knows(world, path):
    problem(world.client.get(path + "0" * 64), 404, "introuvable")
    problem(world.client.get(path + "toto"), 422, "requete")


def test_an_address_and_a_method_nobody_knows(world):
    problem(world.client.get("/v2/rapports"), 404, "introuvable")
    answer = world.client.delete("/v1/rapports")
    problem(answer, 405, "methode")
    assert answer.headers["allow"] == "POST"


def test_a_full_queue_says_when_to_come_back(world, monkeypatch):
    entered, opened = threading.Event(), threading.Event()

    def wait(_connection):
        entered.set()
        opened.wait(10)

    small = Store.open(world.folder, keep_ledger(world.folder), capacity=1)
    try:
        small.writer.submit(wait)
        assert entered.wait(10)
        small.writer.submit(lambda _connection: None)
        monkeypatch.setattr(world.store, "writer", small.writer)
        jws = world.agent.sign(world.agent.rapport())
        answer = world.push(jws)
        body = problem(answer, 503, "ecriture_saturee")
        assert answer.headers["retry-after"] == "5"
        assert body["retryable"] is True
    finally:
        opened.set()
        small.close()
    monkeypatch.undo()
    assert world.push(jws).status_code == 201


def test_a_fault_of_ours_leaks_nothing_neither_to_the_client_nor_to_the_log(world, monkeypatch, caplog):
    secret = "MARTIN Jeanne 12345"

    def broken(*_):
        raise ValueError(secret)

    monkeypatch.setattr(way, "read_registre", broken)
    with caplog.at_level(logging.DEBUG):
        answer = world.push(world.agent.sign(world.agent.rapport()))
    body = problem(answer, 500, "erreur_interne")
    assert body["retryable"] is True
    assert body["acteur"] == "ARS"
    record = next(one for one in caplog.records if one.name == "temoin_receiver")
    assert body["instance"] in record.getMessage()
    assert "ValueError" in record.getMessage()
    assert "broken" in record.getMessage()
    assert secret not in answer.text + caplog.text
    assert record.exc_info is None


def test_a_database_fault_leaks_no_value(world, monkeypatch, caplog):
    world.store.writer.write(lambda connection: connection.exec_driver_sql("DROP TABLE presences"))
    answer = world.push(world.agent.sign(world.agent.rapport()))
    problem(answer, 503, "ecriture_impossible")
    assert "010780054" not in answer.text + caplog.text
    assert world.agent.cle.public.kid not in answer.text + caplog.text


def test_every_answer_carries_the_security_headers(world):
    for answer in (
        world.client.get("/"),
        world.client.get("/v1/sante"),
        world.client.get("/nulle-part"),
        world.push("bonjour"),
    ):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self';")
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_every_refusal_of_ours_has_its_rule():
    assert set(CodeRefus) <= set(_RULES)


def test_openapi_describes_every_route_and_every_problem(world):
    document = world.client.get("/v1/openapi.json").json()
    assert set(document["paths"]) == {
        "/v1/rapports",
        "/v1/rapports/{empreinte}",
        "/v1/recus/{empreinte_rapport}",
        "/v1/certificats/{empreinte}",
        "/v1/registre/point-de-controle",
        "/v1/registre/coherence",
        "/v1/registre/entrees",
        "/v1/sante",
        "/v1/cle",
    }
    post = document["paths"]["/v1/rapports"]["post"]
    assert post["requestBody"]["content"].keys() == {"application/jose"}
    assert set(post["responses"]) == {
        "200",
        "201",
        "400",
        "401",
        "403",
        "408",
        "409",
        "413",
        "415",
        "422",
        "500",
        "503",
    }
    text = json.dumps(document)
    assert "HTTPValidationError" not in text
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert operation["description"]
            for status, response in operation["responses"].items():
                assert response["description"], status
                if status >= "400":
                    schema = response["content"]["application/problem+json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/ProblemDetails"}
    schemas = document["components"]["schemas"]
    assert {"ProblemDetails", "ProblemeDetaille", "Sante", "Cle"} <= set(schemas)


def test_health_says_who_and_how(world):
    sante = world.client.get("/v1/sante").json()
    assert sante["etat"] == "ok"
    assert sante["origine"] == "ars.exemple/essai"
    assert sante["heure"] == "2026-11-22T10:00:00Z"
    assert sante["receptions"] == 0
    key = world.client.get("/v1/cle").json()
    assert key["empreinte"] == world.receiver.cle.fingerprint()
    assert "d" not in key["cle"]
