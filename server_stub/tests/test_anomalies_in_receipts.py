"""Differences that are no offence: kept, said in the receipt, refused never."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from temoin_receiver.pages.reading import read_recu
from temoin_sdk.envelope import PrivateKey
from temoin_sdk.errors import Acteur
from temoin_sdk.figures import Ecarte
from temoin_sdk.report import Anomalie, Site, Verdict
from temoin_sdk.vocabulary import MotifEcart, Secteur
from temoin_sdk.windows import fenetre_before

EHPAD, FOYER, NOUVEAU = "010780054", "2A0000154", "980500003"


def received(world, rapport, **signing):
    answer = world.push(world.agent.sign(rapport, **signing))
    assert answer.status_code == 201, answer.text
    recu = read_recu(answer.text)
    found = {(code, one.finess) for one in recu.verdicts for code in one.anomalies}
    return recu, found | {(one.code, one.finess) for one in recu.anomalies}


def test_an_establishment_unknown_to_the_register_waits(world):
    recu, found = received(world, world.agent.rapport(*map(world.figures, (EHPAD, FOYER, NOUVEAU))))
    assert found == {(Anomalie.ESSMS_INCONNU, NOUVEAU)}
    assert {one.finess: one.verdict for one in recu.verdicts}[NOUVEAU] is Verdict.EN_ATTENTE


def test_an_establishment_of_the_register_outside_of_the_project_waits(world):
    world.load(f"""
[[etablissements]]
finess = "{NOUVEAU}"
nom = "Service Kaweni"
secteur = "PDE"
ej = "010000024"
""")
    pde = {NOUVEAU: Site(Secteur.PDE, "Indian/Mayotte")}
    _, found = received(world, world.agent.rapport(*map(world.figures, (EHPAD, FOYER, NOUVEAU)), sites=pde))
    assert found == {(Anomalie.ESSMS_INCONNU, NOUVEAU)}


def test_an_establishment_of_the_project_of_which_nothing_is_said(world):
    recu, found = received(world, world.agent.rapport(world.figures(EHPAD)))
    assert found == {(Anomalie.ESSMS_ABSENT, FOYER)}
    assert [one.finess for one in recu.anomalies] == [FOYER]


def test_an_establishment_that_another_organisme_of_the_project_runs_is_not_absent(world):
    world.load("""
[[projets]]
code = "dui-2026"
campagne = "generalisation-2025"
organismes = ["010000024", "970300026"]
etablissements = ["010780054", "2A0000154", "970210126"]
""")
    _, found = received(world, world.agent.rapport())
    assert found == set()


def test_an_establishment_set_aside_is_not_absent(world):
    aside = Ecarte(finess=FOYER, motif=MotifEcart.INVARIANT, message="x", remede="y", acteur=Acteur.EDITEUR)
    _, found = received(world, world.agent.rapport(world.figures(EHPAD), ecartes=(aside,)))
    assert found == set()


@pytest.mark.parametrize("claimed", [Secteur.PJM, None])
def test_a_sector_other_than_the_registers(world, claimed):
    sites = {FOYER: Site(claimed, "Europe/Paris")}
    recu, found = received(world, world.agent.rapport(sites=sites))
    assert found == {(Anomalie.SECTEUR_DIFFERENT, FOYER)}
    assert all(one.verdict is Verdict.ADMIS for one in recu.verdicts)


def test_dates_read_in_another_zone(world):
    sites = {FOYER: Site(Secteur.PH, "Indian/Reunion")}
    _, found = received(world, world.agent.rapport(sites=sites))
    assert found == {(Anomalie.FUSEAU_DIFFERENT, FOYER)}


def test_a_report_computed_after_it_was_received(world):
    calcule_le = world.clock.instant + timedelta(minutes=6)
    _, found = received(world, world.agent.rapport(calcule_le=calcule_le))
    assert found == {(Anomalie.HORLOGE_DECALEE, None)}


def test_an_establishment_that_left_before_the_window_is_out_of_scope_and_one_that_left_within_is_not(world):
    def moved(jusqu_au, depuis):
        return f"""
[[etablissements]]
finess = "{FOYER}"
nom = "Foyer des Cèdres"
secteur = "PH"
ej = "010000024"
jusqu_au = {jusqu_au}

[[etablissements]]
finess = "{FOYER}"
nom = "Foyer Mahury"
secteur = "PH"
ej = "970300026"
depuis = {depuis}
"""

    def swapped(jusqu_au, depuis):
        """The organisme of the report runs it second."""
        there, here, between = "970300026", "010000024", "---------"
        return moved(jusqu_au, depuis).replace(there, between).replace(here, there).replace(between, here)

    world.load(moved("2026-07-31", "2026-08-01"))
    rapport = world.agent.rapport()
    assert world.push(world.agent.sign(rapport)).json()["code"] == "hors_perimetre"
    world.load(swapped("2026-10-31", "2026-11-01"))
    assert world.push(world.agent.sign(rapport)).json()["code"] == "hors_perimetre"
    world.load(moved("2026-08-01", "2026-08-02"))
    _, found = received(world, rapport)
    assert found == set()


def test_a_new_pseudonym_key_is_told(world):
    received(world, world.agent.rapport())
    _, found = received(world, next_window(world, engagement_cle="e" * 64))
    assert found == {(Anomalie.CLE_PSEUDONYME_CHANGEE, None)}


def test_a_missing_report_is_a_break(world):
    received(world, world.agent.rapport())
    next_window(world, months_back=2)  # signed, never sent
    _, found = received(world, next_window(world))
    assert found == {(Anomalie.RUPTURE_DE_CHAINE, None)}


def test_a_first_report_that_is_not_the_first_is_a_break(world):
    world.agent.rapport()
    _, found = received(world, next_window(world))
    assert found == {(Anomalie.RUPTURE_DE_CHAINE, None)}


def test_a_late_report_that_fills_the_hole_is_no_anomaly(world):
    first = world.agent.rapport()
    second = next_window(world)
    received(world, second)
    _, found = received(world, first)
    assert found == set()


def test_a_restored_machine_that_signs_a_rank_again_divides_the_chain(world):
    received(world, world.agent.rapport())
    saved = replace(world.agent)
    received(world, next_window(world))
    world.agent.numero, world.agent.precedent = saved.numero, saved.precedent
    _, found = received(world, next_window(world, months_back=2))
    assert found == {(Anomalie.CHAINE_DIVISEE, None)}


def test_a_report_that_follows_another_past_divides_the_chain(world):
    received(world, world.agent.rapport())
    world.agent.precedent = "7" * 64
    _, found = received(world, next_window(world))
    assert found == {(Anomalie.CHAINE_DIVISEE, None)}


def test_a_late_report_that_the_next_one_does_not_follow_divides_the_chain(world):
    first = world.agent.rapport()
    world.agent.precedent = "7" * 64
    received(world, next_window(world))
    _, found = received(world, first)
    assert found == {(Anomalie.CHAINE_DIVISEE, None)}


def test_each_installation_has_its_own_chain(world):
    received(world, world.agent.rapport())
    other = second(world)
    assert anomalies(world, other, other.rapport(fenetre=fenetre_before(date(2026, 10, 1), 3))) == set()


def test_two_installations_that_speak_for_the_same_measure(world):
    world.push(world.agent.sign(world.agent.rapport(world.figures(EHPAD))))
    other = second(world)
    first = other.rapport()
    assert anomalies(world, other, first) == {(Anomalie.MESURE_CONCURRENTE, EHPAD)}
    # A correction of one's own is no rival, and a replaced report is none either.
    assert anomalies(world, other, other.correct(first, world.figures(FOYER))) == {(Anomalie.ESSMS_ABSENT, EHPAD)}
    later = other.rapport(fenetre=fenetre_before(date(2026, 10, 1), 3))
    assert anomalies(world, other, later) == set()


def test_a_rival_replaced_since_is_none(world):
    first = world.agent.rapport()
    received(world, first)
    received(world, world.agent.correct(first, world.figures(FOYER)))
    other = second(world)
    assert anomalies(world, other, other.rapport()) == {(Anomalie.MESURE_CONCURRENTE, FOYER)}


def second(world):
    """Another installation of the same organisme, just enrolled."""
    other = replace(
        world.agent,
        cle=PrivateKey.generate(),
        installation="6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a02",
        numero=0,
        precedent=None,
    )
    world.enroll(other)
    return other


def anomalies(world, agent, rapport):
    answer = world.push(agent.sign(rapport))
    assert answer.status_code == 201, answer.text
    recu = read_recu(answer.text)
    found = {(code, one.finess) for one in recu.verdicts for code in one.anomalies}
    return found | {(one.code, one.finess) for one in recu.anomalies}


def next_window(world, months_back=1, **heading):
    day = date(2026, 11 - months_back, 1)
    return world.agent.rapport(fenetre=fenetre_before(day, 3), **heading)
