"""Data that nobody here wrote goes the whole way through both shapes of source, and every count is the expected one.

Skipped where the data is not there; `make reel` says the same comparison in French.
"""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from reel import __main__ as make_reel
from reel.expected import ELIGIBLES, MEMBRES, SANS_CONDITION, Expected, invent_finess
from reel.journey import SOURCES, Acknowledged, Journey, travel
from reel.resources import VARIABLE, find_folder, say_absent

from temoin_sdk.campaigns import load_campaign
from temoin_sdk.evidence import read_jours, read_squelette, recount
from temoin_sdk.report import Anomalie, Verdict
from temoin_sdk.vocabulary import Compte, Niveau
from temoin_sdk.windows import Fenetre

PROJETS = tuple(MEMBRES)


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    donnees = find_folder()
    if absent := say_absent(donnees):
        pytest.skip(absent)
    return travel(donnees, tmp_path_factory.mktemp("reel"))


@pytest.fixture(params=[(nom, projet) for nom in SOURCES for projet in PROJETS], ids="-".join)
def acknowledged(journey: Journey, request: pytest.FixtureRequest) -> Acknowledged:
    return journey.acknowledged[request.param]


def test_every_count_is_the_one_found_elsewhere(journey: Journey, acknowledged: Acknowledged) -> None:
    compared, differences = journey.expected.compare(acknowledged.rapport.projet, acknowledged.comptes)
    assert differences == []
    assert compared == 102 * 7
    assert acknowledged.rapport.fenetre == journey.expected.fenetre
    assert acknowledged.rapport.ecartes == ()


@pytest.mark.parametrize("projet", PROJETS)
def test_both_sources_make_the_same_leaves(journey: Journey, projet: str) -> None:
    """Whole figures are compared, roots included: both installations hold the same key of pseudonyms."""
    lignes, tables = (journey.acknowledged[nom, projet].rapport for nom in SOURCES)
    assert lignes.etablissements == tables.etablissements
    assert lignes.installation != tables.installation


def test_the_receipt_is_for_this_very_report(acknowledged: Acknowledged) -> None:
    recu, rapport = acknowledged.recu, acknowledged.rapport
    assert recu.empreinte_rapport == acknowledged.signed.empreinte_charge
    assert recu.empreinte_jws == acknowledged.signed.empreinte_jws
    assert recu.anomalies == ()
    assert [each.finess for each in recu.verdicts] == [each.finess for each in rapport.etablissements]
    assert {each.verdict for each in recu.verdicts} == {Verdict.ADMIS}


@pytest.mark.parametrize("projet", PROJETS)
def test_the_second_installation_is_told_that_another_reported_the_same_measure(journey: Journey, projet: str) -> None:
    received = sorted((journey.acknowledged[nom, projet].recu for nom in SOURCES), key=lambda recu: recu.reception)
    said = [Counter(each.anomalies for each in recu.verdicts) for recu in received]
    assert said == [{(): 102}, {(Anomalie.MESURE_CONCURRENTE,): 102}]


def test_four_reports_were_received_one_after_the_other(journey: Journey) -> None:
    assert sorted(each.recu.reception for each in journey.acknowledged.values()) == [1, 2, 3, 4]


def test_counts_and_roots_follow_from_the_kept_evidence(acknowledged: Acknowledged) -> None:
    reglages = load_campaign(acknowledged.preuves / "campagne.toml").campagne.reglages
    for etablissement in acknowledged.rapport.etablissements:
        finess = etablissement.finess
        again = recount(
            read_squelette(acknowledged.preuves, finess), read_jours(acknowledged.preuves, finess), reglages
        )
        supplied = {compte: number for compte, number in etablissement.comptes.items() if number is not None}
        assert {compte: again.comptes[compte] for compte in supplied} == supplied
        assert set(etablissement.niveaux.values()) == {Niveau.FAITS}
        assert (again.feuilles, again.racine) == (etablissement.feuilles, etablissement.racine)
        assert (again.feuilles_jours, again.racine_jours) == (etablissement.feuilles_jours, etablissement.racine_jours)


def test_every_resource_of_a_kind_was_loaded(journey: Journey) -> None:
    announced = journey.expected.ressources
    assert journey.ressources == {kind: announced[kind] for kind in journey.ressources}
    assert sum(journey.ressources.values()) == 28_250


def test_a_count_that_differs_is_named() -> None:
    wanted = dict.fromkeys({*MEMBRES[ELIGIBLES], *MEMBRES[SANS_CONDITION]}, 3) | {"f_dmp_accounts_fed": 4}
    expected = Expected(
        fenetre=Fenetre(debut=date(2026, 8, 22), fin=date(2026, 11, 22)),
        noms={"un": "Foyer d'Essai"},
        comptes={"un": wanted},
        finess=invent_finess(["un"]),
        ressources={},
    )
    counted = dict.fromkeys(Compte, 3)
    (finess,) = expected.finess.values()
    assert expected.compare(ELIGIBLES, {finess: counted}) == (7, [])
    assert expected.compare(SANS_CONDITION, {finess: counted}) == (
        7,
        ["Foyer d'Essai (un), f_dmp_accounts_fed : 4 attendu, 3 compté"],
    )
    assert len(expected.compare(ELIGIBLES, {})[1]) == 7


def test_without_the_data_a_sentence_and_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert make_reel.main() == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert str(tmp_path) in said.err
    assert "rien n'a été comparé" in said.err
