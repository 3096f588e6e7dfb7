"""What reader and writer both recompute: each lie of a report is found under its own code, all of them at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from temoin_sdk.campaigns import LoadedCampaign
from temoin_sdk.conventions import Convention
from temoin_sdk.figures import Figures
from temoin_sdk.report import PHRASES_ANOMALIES, PHRASES_PROBLEMES, Anomalie, CodeProbleme, Probleme, Rapport, Site
from temoin_sdk.report import check_rapport as check
from temoin_sdk.report.models import EtablissementRapport
from temoin_sdk.vocabulary import Compte, EtatIndicateur, Mesure, Secteur
from temoin_sdk.windows import Fenetre

TODAY = date(2026, 11, 22)
Check = Callable[..., tuple[Probleme, ...]]


@pytest.fixture
def problems(campagne_2025: LoadedCampaign, convention: Convention) -> Check:
    def run(rapport: Rapport, today: date = TODAY, **changes: Any) -> tuple[Probleme, ...]:
        return check(rapport, campagne_2025, convention.model_copy(update=changes), today=today)

    return run


def with_site(rapport: Rapport, **members: Any) -> Rapport:
    """The report with some members of its first establishment replaced, unchecked."""
    site = rapport.etablissements[0].model_copy(update=members)
    return rapport.model_copy(update={"etablissements": (site, *rapport.etablissements[1:])})


def with_indicateur(rapport: Rapport, code: str, **members: Any) -> Rapport:
    site: EtablissementRapport = rapport.etablissements[0]
    changed = tuple(one.model_copy(update=members) if one.code == code else one for one in site.indicateurs)
    return with_site(rapport, indicateurs=changed)


def codes(found: tuple[Probleme, ...]) -> list[tuple[str, str | None]]:
    return [(one.code, one.finess) for one in found]


def test_a_built_report_has_no_problem(problems: Check, rapport: Rapport) -> None:
    assert problems(rapport) == ()


@pytest.mark.parametrize(
    ("indicateur", "members", "code"),
    [
        ("taux_dmp", {"taux": "71.00"}, CodeProbleme.TAUX_FAUX),
        ("taux_dmp", {"cible": "60"}, CodeProbleme.CIBLE_FAUSSE),
        ("taux_dmp", {"cible": "70.0"}, CodeProbleme.CIBLE_FAUSSE),
        ("taux_dmp", {"cible": None}, CodeProbleme.CIBLE_FAUSSE),
        ("taux_dmp", {"etat": EtatIndicateur.ATTEINT}, CodeProbleme.ETAT_FAUX),
        ("taux_dmp", {"numerateur": 70}, CodeProbleme.NOMBRE_FAUX),
        ("taux_dmp", {"denominateur": 60}, CodeProbleme.NOMBRE_FAUX),
        ("nb_dossiers_actifs", {"numerateur": 91}, CodeProbleme.NOMBRE_FAUX),
        ("nb_eprescription", {"numerateur": 0}, CodeProbleme.NOMBRE_FAUX),
        ("nb_eprescription", {"etat": EtatIndicateur.SANS_CIBLE}, CodeProbleme.ETAT_FAUX),
    ],
)
def test_a_false_indicator_is_found(
    problems: Check, rapport: Rapport, indicateur: str, members: dict[str, Any], code: CodeProbleme
) -> None:
    found = problems(with_indicateur(rapport, indicateur, **members))
    assert codes(found) == [(code, "010780054")]
    assert indicateur in found[0].message


def test_both_values_are_said(problems: Check, rapport: Rapport) -> None:
    (found,) = problems(with_indicateur(rapport, "taux_dmp", taux="71.00"))
    assert found.message == "taux_dmp : le rapport écrit un taux de 71.00, le calcul donne 61.85."
    (found,) = problems(with_indicateur(rapport, "nb_dossiers_actifs", numerateur=91))
    assert found.message == "nb_dossiers_actifs : le rapport écrit 91, ses comptes donnent 90."
    (found,) = problems(with_indicateur(rapport, "taux_dmp", denominateur=90))
    assert found.message == "taux_dmp : le rapport écrit 60/90, ses comptes donnent 60/97."


def test_figures_changed_behind_the_indicators_are_found(problems: Check, rapport: Rapport) -> None:
    comptes = rapport.etablissements[0].comptes | {Compte.DOSSIERS_ACTIFS_PROJET: 90}
    found = {one.code for one in problems(with_site(rapport, comptes=comptes))}
    assert found == {CodeProbleme.NOMBRE_FAUX, CodeProbleme.TAUX_FAUX, CodeProbleme.ETAT_FAUX}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda lines: lines[1:], CodeProbleme.INDICATEURS_MANQUANTS),
        (lambda lines: (), CodeProbleme.INDICATEURS_MANQUANTS),
        (
            lambda lines: (*lines, lines[0].model_copy(update={"code": "taux_bonheur"})),
            CodeProbleme.INDICATEURS_EN_TROP,
        ),
        (lambda lines: lines[::-1], CodeProbleme.INDICATEURS_EN_DESORDRE),
        (lambda lines: (*lines, lines[-1]), CodeProbleme.INDICATEURS_EN_DESORDRE),
    ],
)
def test_the_list_of_indicators_is_the_project_s(
    problems: Check, rapport: Rapport, change: Callable[[Any], Any], code: CodeProbleme
) -> None:
    changed = with_site(rapport, indicateurs=change(rapport.etablissements[0].indicateurs))
    assert codes(problems(changed)) == [(code, "010780054")]


def test_a_second_line_cannot_hide_behind_a_true_one(problems: Check, rapport: Rapport) -> None:
    lines = rapport.etablissements[0].indicateurs
    false = lines[1].model_copy(update={"taux": "99.99"})
    assert problems(with_site(rapport, indicateurs=(lines[0], false, *lines[1:])))


def test_the_convention_s_targets_prevail(problems: Check, rapport: Rapport) -> None:
    found = problems(rapport, cibles={"taux_dmp": "50"})
    expected = [(code, site.finess) for site in rapport.etablissements for code in ("cible_fausse", "etat_faux")]
    assert codes(found) == expected


def test_an_exemption_claimed_without_right_is_found(problems: Check, rapport_of: Callable[..., Rapport]) -> None:
    """All of PJM when built; one of another sector when read: the exemption falls for all."""
    pjm = Site(Secteur.PJM, "Europe/Paris")
    rapport = rapport_of(sites=dict.fromkeys(("010780054", "2A0000154", "970400024"), pjm))
    assert problems(rapport) == ()
    ecarte = rapport.ecartes[0].model_copy(update={"secteur": Secteur.PA})
    found = problems(rapport.model_copy(update={"ecartes": (ecarte,)}))
    assert {one.code for one in found} == {CodeProbleme.ETAT_FAUX}
    assert len(found) == 4


def test_a_broken_invariant_names_the_establishment_and_both_figures(
    problems: Check, rapport_of: Callable[..., Rapport], figures_of: Callable[..., Figures]
) -> None:
    rapport = rapport_of(figures=(figures_of(), figures_of("2A0000154", comptes={Compte.DOSSIERS_ACTIFS: 101})))
    (found,) = problems(rapport)
    assert (found.code, found.finess) == (CodeProbleme.INVARIANT, "2A0000154")
    assert "101" in found.message
    assert "100" in found.message


def test_a_reason_that_the_campaign_does_not_admit_is_found(
    problems: Check, rapport_of: Callable[..., Rapport], figures_of: Callable[..., Figures]
) -> None:
    (found,) = problems(rapport_of(figures=(figures_of(exclus={"autre": 3}),)))
    assert (found.code, found.finess) == (CodeProbleme.MOTIF_NON_ADMIS, "010780054")


@pytest.mark.parametrize(
    ("fenetre", "mesure", "today"),
    [
        pytest.param((2026, 8, 2, 2026, 11, 1), Mesure.INTERMEDIAIRE, TODAY, id="a day short"),
        pytest.param((2026, 8, 1, 2026, 11, 1), Mesure.SOLDE, TODAY, id="solde that no convention fixed"),
        pytest.param((2026, 8, 1, 2026, 11, 1), Mesure.INITIALE, TODAY, id="first measure that no convention dates"),
        pytest.param((2026, 8, 1, 2026, 11, 1), Mesure.INTERMEDIAIRE, date(2026, 10, 31), id="not over for the reader"),
    ],
)
def test_a_window_that_no_measure_gives_is_found(
    problems: Check, rapport: Rapport, fenetre: tuple[int, ...], mesure: Mesure, today: date
) -> None:
    window = Fenetre(debut=date(*fenetre[:3]), fin=date(*fenetre[3:]))
    found = problems(rapport.model_copy(update={"fenetre": window, "mesure": mesure}), today)
    assert codes(found) == [(CodeProbleme.FENETRE_FAUSSE, None)]


def test_a_computation_before_the_window_ended_is_found_where_it_had_not_ended(
    problems: Check, rapport_of: Callable[..., Rapport]
) -> None:
    """At 23:30 UTC the first of November has begun in Paris, not in Martinique."""
    late = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert problems(rapport_of(calcule_le=late)) == ()
    sites = {"2A0000154": Site(Secteur.PH, "America/Martinique")}
    (found,) = problems(rapport_of(calcule_le=late, sites=sites))
    assert (found.code, found.finess) == (CodeProbleme.FENETRE_INACHEVEE, "2A0000154")
    assert "31 octobre 2026" in found.message


@pytest.mark.parametrize("fuseau", ["Europe/Paname", "America/Argentina"])
def test_a_zone_of_no_list_is_found(problems: Check, rapport: Rapport, fuseau: str) -> None:
    assert codes(problems(with_site(rapport, fuseau=fuseau))) == [(CodeProbleme.FUSEAU_INCONNU, "010780054")]


def test_another_campaign_or_project_ends_the_judgement(problems: Check, rapport: Rapport) -> None:
    """Nothing else can be judged by rules that are not the report's: one problem, not one per indicator."""
    lying = with_indicateur(rapport, "taux_dmp", taux="71.00")
    cited = rapport.campagne.model_copy(update={"empreinte": "00" * 32})
    assert codes(problems(lying.model_copy(update={"campagne": cited}))) == [(CodeProbleme.CAMPAGNE_EMPREINTE, None)]
    cited = rapport.campagne.model_copy(update={"code": "generalisation-2022-normandie"})
    assert codes(problems(lying.model_copy(update={"campagne": cited}))) == [(CodeProbleme.CAMPAGNE_DIFFERENTE, None)]
    assert codes(problems(lying.model_copy(update={"projet": "autre"}))) == [(CodeProbleme.PROJET_DIFFERENT, None)]


def test_every_problem_is_found_at_once(problems: Check, rapport: Rapport) -> None:
    lying = with_indicateur(rapport, "taux_dmp", taux="71.00", cible="60")
    lying = lying.model_copy(update={"fenetre": Fenetre(debut=date(2026, 8, 2), fin=date(2026, 11, 1))})
    assert [one.code for one in problems(lying)] == ["fenetre_fausse", "taux_faux", "cible_fausse"]


def test_every_code_has_its_sentence() -> None:
    assert set(PHRASES_PROBLEMES) == set(CodeProbleme)
    assert set(PHRASES_ANOMALIES) == set(Anomalie)
