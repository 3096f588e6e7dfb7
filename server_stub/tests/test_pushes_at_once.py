"""Many agents at once: one content has one place and one receipt, and every place is taken exactly once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event
from uuid import UUID

import pytest

from temoin_receiver.pages.reading import read_recu
from temoin_receiver.refusals import Refusal
from temoin_receiver.register.storing import revoke
from temoin_sdk.envelope import PrivateKey


def together(calls):
    barrier = Barrier(len(calls))

    def start(call):
        barrier.wait(30)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result(60) for future in [threads.submit(start, call) for call in calls]]


def test_two_pushes_of_the_same_report_get_the_same_receipt(world):
    for _ in range(5):
        agent = another_agent(world)
        jws = agent.sign(agent.rapport())
        before = world.stored()
        one, other = together([lambda jws=jws: world.push(jws)] * 2)
        assert sorted([one.status_code, other.status_code]) == [200, 201]
        assert one.content == other.content
        assert world.stored() == before + 1


def test_two_envelopes_of_the_same_content_judged_before_either_is_kept_get_one_receipt(world):
    rapport = world.agent.rapport()
    texts = [world.agent.sign(rapport, iat=world.clock.instant - timedelta(seconds=age)) for age in range(8)]
    answers = together([lambda jws=jws: world.receiver.receive(jws).result(30) for jws in texts])
    assert len({answer.recu for answer in answers}) == 1
    assert sum(answer.nouveau for answer in answers) == 1
    assert world.stored() == 1


def test_two_contents_of_the_same_identity_leave_one(world):
    texts = [
        replace(world.agent).sign(replace(world.agent).rapport(world.figures("010780054", messages_mss=messages)))
        for messages in range(71, 79)
    ]
    answers = together([lambda jws=jws: world.push(jws) for jws in texts])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"conflit_identite"}
    assert world.stored() == 1


def test_fifty_reports_take_fifty_places_without_a_hole(world):
    agents = [another_agent(world) for _ in range(50)]
    texts = [agent.sign(agent.rapport()) for agent in agents]
    answers = together([lambda jws=jws: world.receiver.receive(jws).result(60) for jws in texts])
    places = sorted(read_recu(answer.recu).reception for answer in answers)
    assert places == list(range(1, 51))
    assert world.stored() == 50


def another_agent(world, ranks=iter(range(1, 1000))):  # noqa: B008 - one sequence for the whole module is meant
    agent = replace(world.agent, cle=PrivateKey.generate(), installation=str(UUID(int=next(ranks))))
    world.enroll(agent)
    return agent


def test_a_key_revoked_while_its_report_waits_is_not_believed(world):
    entered, opened = Event(), Event()

    def hold(_connection):
        entered.set()
        assert opened.wait(10)

    world.store.writer.submit(hold)
    assert entered.wait(10)
    kid = world.agent.cle.public.kid
    revoked = world.store.writer.submit(lambda connection: revoke(connection, kid, "2026-11-22T10:00:00Z"))
    waiting = world.receiver.receive(world.agent.sign(world.agent.rapport()))
    opened.set()
    revoked.result(10)
    with pytest.raises(Refusal) as refusal:
        waiting.result(10)
    assert refusal.value.code == "cle_revoquee"
    assert world.stored() == 0
