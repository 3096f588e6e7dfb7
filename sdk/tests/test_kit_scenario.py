"""Scenarios: drawn again from their seed, every fact with its reason, what a software lacks left out."""

from dataclasses import fields

import pytest

from temoin_sdk.finess import verify_finess
from temoin_sdk.testing.scenario.building import build, tellable
from temoin_sdk.testing.scenario.concepts import Concept
from temoin_sdk.testing.scenario.facts import EtatMessage, Fait, NatureEcriture, Scenario
from temoin_sdk.testing.scenario.themes import THEMES


def facts(scenario: Scenario) -> list[Fait]:
    lists = [getattr(scenario, one.name) for one in fields(scenario)]
    return [fact for told in lists if isinstance(told, list) for fact in told if isinstance(fact, Fait)]


@pytest.mark.parametrize("usagers", ["entiers", "textes", "uuid"])
def test_a_seed_gives_the_same_scenario_and_another_seed_another(usagers: str) -> None:
    first, again, other = (build(seed, usagers, {}).scenario for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_scenario_has_thousands_of_facts_each_with_its_reason_in_french() -> None:
    jeu = build(7, "entiers", {})
    told = facts(jeu.scenario)
    assert len(told) == jeu.faits > 3000
    assert all(len(fact.pourquoi) > 5 for fact in told)
    assert jeu.sites.keys() == {theme.code for theme in THEMES if not theme.textes_seuls}


def test_sites_have_valid_finess_and_codes_of_the_form_asked() -> None:
    for codes in ("libres", "finess"):
        sites = build(7, "entiers", {}, codes).scenario.sites
        assert len({site.code for site in sites}) == len(sites)
        numbers = [site.finess for site in sites if site.finess]
        assert [verify_finess(number) for number in numbers] == numbers
        assert (sites[0].code == sites[0].finess) is (codes == "finess")


def test_records_bear_the_numbers_of_other_persons() -> None:
    persons = build(7, "entiers", {}).scenario.personnes
    ids = {one.id for one in persons}
    assert len(ids) == len(persons)
    assert sum(one.dossier.id in ids for one in persons) > len(persons) * 0.9
    assert not any(one.id == one.dossier.id for one in persons)


@pytest.mark.parametrize("concept", list(Concept))
def test_what_a_software_lacks_is_left_out_with_its_themes(concept: Concept) -> None:
    jeu = build(7, "textes", {concept: "ce logiciel n'en a pas"})
    themes = [theme for theme in THEMES if concept in theme.besoins]
    assert not {theme.code for theme in themes} & jeu.sites.keys()
    for theme in themes:
        assert "ce logiciel n'en a pas" in str(tellable(theme, {concept: "ce logiciel n'en a pas"}, "textes"))


def test_nothing_of_what_was_left_out_remains_in_the_crowd() -> None:
    why = "ce logiciel n'en a pas"
    scenario = build(
        7, "textes", dict.fromkeys((Concept.AUTOMATES, Concept.MESSAGES_RECUS, Concept.GROUPES), why)
    ).scenario
    assert {one.nature for one in scenario.ecritures} == {NatureEcriture.SAISIE}
    assert {one.etat for one in scenario.messages} <= {EtatMessage.ENVOYE, EtatMessage.ECHEC}
    assert all(len(one.personnes) == 1 for one in scenario.rendez_vous)
