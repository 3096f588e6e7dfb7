"""The ordinary way: a report is sent, kept, and answered with a receipt that anybody can verify."""

from dataclasses import replace

import pytest

from temoin_receiver.register.storing import revoke
from temoin_sdk.envelope import PrivateKey, PublicKey, Typ, empreinte, verify
from temoin_sdk.report import Recu, Verdict, from_octets, to_octets


def test_a_report_gets_a_receipt_that_binds_it(world):
    rapport = world.agent.rapport()
    jws = world.agent.sign(rapport)
    answer = world.push(jws)
    assert answer.status_code == 201, answer.text
    assert answer.headers["content-type"] == "application/jose"
    key = PublicKey.from_jwk(world.client.get("/v1/cle").json()["cle"])
    recu = from_octets(Recu, verify(answer.text, key, Typ.RECU).payload)
    assert recu.empreinte_rapport == empreinte(to_octets(rapport))
    assert recu.empreinte_jws == empreinte(jws.encode())
    assert recu.kid == world.agent.cle.public.kid
    assert recu.reception == 1
    assert recu.recu_le == "2026-11-22T10:00:00Z"
    assert recu.destinataire == "ars.exemple/essai"
    assert {one.finess: one.verdict for one in recu.verdicts} == {
        "010780054": Verdict.ADMIS,
        "2A0000154": Verdict.ADMIS,
    }
    assert recu.anomalies == ()
    assert all(one.anomalies == () for one in recu.verdicts)


def test_the_same_text_again_gets_the_very_first_receipt(world):
    jws = world.agent.sign(world.agent.rapport())
    first = world.push(jws)
    world.clock.advance(hours=3)
    again = world.push(jws)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert world.stored() == 1


def test_the_same_content_in_another_envelope_gets_the_very_first_receipt(world):
    rapport = world.agent.rapport()
    first = world.push(world.agent.sign(rapport))
    world.clock.advance(hours=3)
    other = world.agent.sign(rapport, iat=world.clock.instant)
    again = world.push(other)
    assert again.status_code == 200
    assert again.content == first.content
    assert world.stored() == 1


def test_report_and_receipt_are_given_back_as_they_were(world):
    jws = world.agent.sign(world.agent.rapport())
    receipt = world.push(jws).text
    digest = world.agent.precedent
    assert world.client.get(f"/v1/rapports/{digest}").text == jws
    assert world.client.get(f"/v1/recus/{digest}").text == receipt


def test_a_receipt_can_be_had_again_although_the_key_was_revoked_since(world):
    jws = world.agent.sign(world.agent.rapport())
    first = world.push(jws)
    revoke_key(world)
    again = world.push(jws)
    assert again.status_code == 200
    assert again.content == first.content


@pytest.mark.parametrize(
    "who",
    [{"ej": "970300026"}, {"installation": "6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a02"}],
)
def test_the_receipt_is_for_the_installation_that_reported(world, who):
    rapport = world.agent.rapport()
    world.push(world.agent.sign(rapport))
    other = replace(world.agent, cle=PrivateKey.generate(), **who)
    world.enroll(other)
    answer = world.push(other.sign(rapport))
    assert (answer.status_code, answer.json()["code"]) == (403, "signataire_different")


def revoke_key(world):
    kid = world.agent.cle.public.kid
    world.store.writer.write(lambda connection: revoke(connection, kid, "2026-11-22T11:00:00Z"))
