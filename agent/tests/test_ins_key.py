"""The key by which sources meet by the INS: that of the site in every command, and one of the run where it has none."""

import pytest

from temoin_sdk.contract import CleIns
from temoin_sdk.counting import counting
from temoin_sdk.envelope import read_secret


@pytest.fixture
def given(monkeypatch):
    """Keys that sources were given, in the order of the runs."""
    plans = []
    plan_source = counting.plan_source

    def recorded(*arguments):
        plans.append(plan_source(*arguments))
        return plans[-1]

    monkeypatch.setattr(counting, "plan_source", recorded)
    return lambda: [plan.source.cle_ins for plan in plans]


def test_compute_and_run_give_the_one_drawn_from_the_sites_key(site, given):
    assert site.run("cles", "creer").code == 0
    site.run("compute")
    site.run("run")
    expected = CleIns.derivee(read_secret(site.dossier / "cles" / "site.cle"))
    assert given()
    assert set(given()) == {expected}


def test_before_there_are_keys_compute_draws_one_for_itself(site, given):
    assert site.run("compute").code == 0
    assert site.run("compute").code == 0
    first, second = given()
    assert first.passagere
    assert first != second
