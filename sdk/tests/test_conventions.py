"""From a convention's dated facts to the kind of measure and its window, on the agent's and the receiver's side."""

import tomllib
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from temoin_sdk.campaigns import Campagne, load_campaign
from temoin_sdk.conventions import (
    Convention,
    check_convention,
    check_fenetre,
    choose_mesure,
    default_day,
    fenetre_for,
)
from temoin_sdk.errors import CampaignError, WindowError
from temoin_sdk.vocabulary import Mesure
from temoin_sdk.windows import Fenetre, fenetre_before, months_before

TODAY = date(2026, 11, 22)
AMORCAGE = load_campaign("amorcage-2021-grand-est").campagne
NORMANDIE = load_campaign("generalisation-2022-normandie").campagne
GENERALISATION = load_campaign("generalisation-2025").campagne
CAMPAGNES = (AMORCAGE, NORMANDIE, GENERALISATION)
SOLDE = Fenetre(debut=date(2026, 7, 15), fin=date(2026, 10, 15))


def convention(**facts: Any) -> Convention:
    return Convention(code="projet-essai", campagne="generalisation-2025", **facts)


def window(debut: str, fin: str) -> Fenetre:
    return Fenetre(debut=date.fromisoformat(debut), fin=date.fromisoformat(fin))


def refusal(campagne: Campagne, facts: Convention, mesure: Mesure, day: date | None) -> WindowError:
    with pytest.raises(WindowError) as refused:
        fenetre_for(campagne, facts, mesure, day, TODAY)
    return refused.value


@pytest.mark.parametrize(
    ("campagne", "day", "expected"),
    [
        (GENERALISATION, None, window("2026-08-01", "2026-11-01")),
        (GENERALISATION, date(2026, 5, 31), window("2026-02-28", "2026-05-31")),
        (GENERALISATION, TODAY, window("2026-08-22", "2026-11-22")),
        (AMORCAGE, None, window("2026-08-01", "2026-11-01")),
        (NORMANDIE, None, window("2026-10-01", "2026-11-01")),
        (NORMANDIE, date(2026, 5, 31), window("2026-04-01", "2026-05-01")),
        (NORMANDIE, date(2026, 11, 30), window("2026-10-01", "2026-11-01")),
    ],
)
def test_ordinary_measure_windows(campagne: Campagne, day: date | None, expected: Fenetre) -> None:
    assert fenetre_for(campagne, convention(), Mesure.INTERMEDIAIRE, day, TODAY) == expected


@pytest.mark.parametrize("campagne", CAMPAGNES)
@pytest.mark.parametrize("today", [date(2026, 11, 1), date(2026, 11, 30), date(2028, 3, 31), date(2026, 1, 2)])
def test_without_a_date_the_window_is_made_of_complete_calendar_months(campagne: Campagne, today: date) -> None:
    fenetre = fenetre_for(campagne, convention(), Mesure.INTERMEDIAIRE, None, today)
    assert fenetre.fin == today.replace(day=1) == default_day(today)
    assert fenetre.debut == months_before(fenetre.fin, campagne.fenetre.mois)


def test_first_measure_looks_at_more_months_where_the_call_says_so() -> None:
    facts = convention(premiere_mesure=date(2026, 6, 10))
    assert fenetre_for(NORMANDIE, facts, Mesure.INITIALE, date(2026, 6, 28), TODAY) == window(
        "2026-03-01", "2026-06-01"
    )
    assert fenetre_for(NORMANDIE, facts, Mesure.INITIALE, None, TODAY) == window("2026-03-01", "2026-06-01")
    assert fenetre_for(NORMANDIE, facts, Mesure.INTERMEDIAIRE, date(2026, 7, 1), TODAY) == window(
        "2026-06-01", "2026-07-01"
    )


def test_first_measure_of_a_dated_campaign_is_its_very_day() -> None:
    facts = convention(premiere_mesure=date(2026, 6, 10))
    expected = window("2026-03-10", "2026-06-10")
    assert fenetre_for(GENERALISATION, facts, Mesure.INITIALE, date(2026, 6, 10), TODAY) == expected
    assert refusal(GENERALISATION, facts, Mesure.INITIALE, date(2026, 6, 11)).code == "premiere_mesure_differente"
    assert refusal(NORMANDIE, facts, Mesure.INITIALE, date(2026, 7, 1)).code == "premiere_mesure_differente"


def test_first_measure_is_never_guessed() -> None:
    error = refusal(GENERALISATION, convention(), Mesure.INITIALE, TODAY)
    assert error.code == "premiere_mesure_absente"
    assert "premiere_mesure =" in error.remede


def test_maintenance_starts_with_the_first_window_that_reaches_into_it() -> None:
    facts = convention(maintenance_depuis=date(2026, 9, 1))

    def measured(day: date) -> Fenetre:
        return fenetre_for(AMORCAGE, facts, Mesure.INTERMEDIAIRE, day, TODAY)

    assert measured(date(2026, 9, 1)) == window("2026-06-01", "2026-09-01")
    assert measured(date(2026, 9, 2)) == window("2026-08-02", "2026-09-02")
    assert measured(date(2026, 10, 1)) == window("2026-09-01", "2026-10-01")
    assert fenetre_for(AMORCAGE, facts, Mesure.INTERMEDIAIRE, None, TODAY) == window("2026-10-01", "2026-11-01")


def test_maintenance_changes_nothing_where_the_call_does_not_know_it() -> None:
    facts = convention(maintenance_depuis=date(2026, 1, 1))
    assert fenetre_for(GENERALISATION, facts, Mesure.INTERMEDIAIRE, None, TODAY) == window("2026-08-01", "2026-11-01")


def test_solde_window_comes_from_the_convention_alone() -> None:
    facts = convention(solde=SOLDE)
    for campagne in CAMPAGNES:
        for day in (None, SOLDE.fin):
            assert fenetre_for(campagne, facts, Mesure.SOLDE, day, TODAY) == SOLDE


def test_solde_without_a_window_says_what_to_write_where() -> None:
    error = refusal(GENERALISATION, convention(), Mesure.SOLDE, None)
    assert error.code == "solde_sans_fenetre"
    assert "solde = { debut =" in error.remede
    assert error.ou == "convention projet-essai"


def test_solde_on_another_day_is_refused() -> None:
    error = refusal(GENERALISATION, convention(solde=SOLDE), Mesure.SOLDE, date(2026, 10, 14))
    assert error.code == "solde_jour_different"
    assert "du 15 juillet au 14 octobre 2026 inclus" in error.message
    assert "2026-10-15" in error.remede


def test_a_window_ends_today_at_the_latest() -> None:
    tomorrow = TODAY + timedelta(days=1)
    fenetre_for(GENERALISATION, convention(), Mesure.INTERMEDIAIRE, TODAY, TODAY)
    error = refusal(GENERALISATION, convention(), Mesure.INTERMEDIAIRE, tomorrow)
    assert error.code == "fenetre_non_terminee"
    assert "23 novembre 2026" in error.remede
    future = Fenetre(debut=date(2026, 9, 1), fin=date(2026, 12, 1))
    assert refusal(GENERALISATION, convention(solde=future), Mesure.SOLDE, None).code == "fenetre_non_terminee"


@pytest.mark.parametrize(
    ("campagne", "day", "mesure"),
    [
        (GENERALISATION, date(2026, 6, 10), Mesure.INITIALE),
        (GENERALISATION, date(2026, 6, 11), Mesure.INTERMEDIAIRE),
        (NORMANDIE, date(2026, 6, 30), Mesure.INITIALE),
        (NORMANDIE, date(2026, 7, 1), Mesure.INTERMEDIAIRE),
        (GENERALISATION, date(2026, 10, 15), Mesure.SOLDE),
        (GENERALISATION, date(2026, 10, 14), Mesure.INTERMEDIAIRE),
    ],
)
def test_dated_facts_choose_the_kind(campagne: Campagne, day: date, mesure: Mesure) -> None:
    facts = convention(premiere_mesure=date(2026, 6, 10), solde=SOLDE)
    assert choose_mesure(campagne, facts, day, None) is mesure
    fenetre_for(campagne, facts, mesure, day, TODAY)


def test_nothing_is_chosen_from_a_convention_without_dates() -> None:
    assert choose_mesure(GENERALISATION, convention(), TODAY, None) is Mesure.INTERMEDIAIRE


@pytest.mark.parametrize("demanded", list(Mesure))
def test_a_demanded_kind_is_kept(demanded: Mesure) -> None:
    assert choose_mesure(GENERALISATION, convention(), TODAY, demanded) is demanded


FACTS = st.builds(
    lambda first, since, fin: convention(
        premiere_mesure=first, maintenance_depuis=since, solde=None if fin is None else fenetre_before(fin, 3)
    ),
    st.none() | st.dates(date(2025, 1, 1), date(2025, 12, 31)),
    st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.none() | st.dates(date(2026, 6, 1), TODAY),
)
PAST = st.dates(date(2025, 1, 1), TODAY)


@given(st.sampled_from(CAMPAGNES), FACTS, PAST)
def test_every_window_the_agent_measures_is_one_the_receiver_accepts(
    campagne: Campagne, facts: Convention, day: date
) -> None:
    mesure = choose_mesure(campagne, facts, day, None)
    fenetre = fenetre_for(campagne, facts, mesure, day, TODAY)
    check_fenetre(campagne, facts, mesure, fenetre, TODAY)


@given(st.sampled_from(CAMPAGNES), FACTS, PAST, st.integers(-40, 40), st.integers(-40, 40))
def test_a_window_no_measure_date_gives_is_refused(
    campagne: Campagne, facts: Convention, day: date, before: int, after: int
) -> None:
    fenetre = fenetre_for(campagne, facts, Mesure.INTERMEDIAIRE, day, TODAY)
    debut, fin = fenetre.debut + timedelta(days=before), fenetre.fin + timedelta(days=after)
    assume(debut < fin)
    moved = Fenetre(debut=debut, fin=fin)
    days = (day + timedelta(days=offset) for offset in range(-120, 120))
    legal = fin <= TODAY and any(
        fenetre_for(campagne, facts, Mesure.INTERMEDIAIRE, other, date(2030, 1, 1)) == moved for other in days
    )
    if legal:
        check_fenetre(campagne, facts, Mesure.INTERMEDIAIRE, moved, TODAY)
    else:
        with pytest.raises(WindowError):
            check_fenetre(campagne, facts, Mesure.INTERMEDIAIRE, moved, TODAY)


def checked(mesure: Mesure, fenetre: Fenetre, campagne: Campagne = GENERALISATION, **facts: Any) -> str | None:
    try:
        check_fenetre(campagne, convention(**facts), mesure, fenetre, TODAY)
    except WindowError as error:
        return error.code
    return None


def test_receiver_accepts_clipped_windows_and_only_those() -> None:
    assert checked(Mesure.INTERMEDIAIRE, window("2026-02-28", "2026-05-31")) is None
    assert checked(Mesure.INTERMEDIAIRE, window("2026-02-28", "2026-05-28")) is None
    assert checked(Mesure.INTERMEDIAIRE, window("2026-03-01", "2026-05-31")) == "fenetre_non_conforme"
    assert checked(Mesure.INTERMEDIAIRE, window("2026-08-01", "2026-11-01")) is None


def test_receiver_wants_whole_months_of_a_monthly_campaign() -> None:
    assert checked(Mesure.INTERMEDIAIRE, window("2026-10-01", "2026-11-01"), NORMANDIE) is None
    assert checked(Mesure.INTERMEDIAIRE, window("2026-10-02", "2026-11-02"), NORMANDIE) == "fenetre_non_conforme"
    assert checked(Mesure.INTERMEDIAIRE, window("2026-08-01", "2026-11-01"), NORMANDIE) == "fenetre_non_conforme"


def test_receiver_holds_the_solde_to_its_convention() -> None:
    assert checked(Mesure.SOLDE, SOLDE, solde=SOLDE) is None
    assert checked(Mesure.SOLDE, window("2026-08-01", "2026-11-01"), solde=SOLDE) == "fenetre_non_conforme"
    assert checked(Mesure.SOLDE, SOLDE) == "solde_sans_fenetre"


def test_receiver_holds_the_first_measure_to_its_date() -> None:
    first = date(2026, 6, 10)
    assert checked(Mesure.INITIALE, window("2026-03-10", "2026-06-10"), premiere_mesure=first) is None
    assert checked(Mesure.INITIALE, window("2026-03-11", "2026-06-11"), premiere_mesure=first) == "fenetre_non_conforme"
    assert checked(Mesure.INITIALE, window("2026-03-10", "2026-06-10")) == "premiere_mesure_absente"


def test_receiver_refuses_a_window_that_is_not_over() -> None:
    assert checked(Mesure.INTERMEDIAIRE, window("2026-08-22", "2026-11-22")) is None
    assert checked(Mesure.INTERMEDIAIRE, window("2026-08-23", "2026-11-23")) == "fenetre_non_terminee"


def test_a_convention_reads_from_toml_as_people_write_it() -> None:
    text = """
        code = "projet-essai"
        campagne = "amorcage-2021-grand-est"
        indicateurs = ["nb_mss", "nb_eparcours"]
        premiere_mesure = 2026-01-15
        solde = { debut = 2026-08-01, fin = 2026-11-01 }
        cibles = { nb_mss = "120", taux_dossiers_actifs = "85.5" }
        decision = "ensemble"
    """
    read = Convention.model_validate(tomllib.loads(text))
    assert read.indicateurs == ("nb_mss", "nb_eparcours")
    assert read.solde == window("2026-08-01", "2026-11-01")
    assert Convention.model_validate_json(read.model_dump_json()) == read
    check_convention(AMORCAGE, read)


@pytest.mark.parametrize(
    "facts",
    [
        {"code": "Projet"},
        {"code": ""},
        {"cibles": {"taux_mss": 70}},
        {"cibles": {"taux_mss": "70.0"}},
        {"cibles": {"mss": "70"}},
        {"indicateurs": [1]},
        {"premiere_mesure": "2026-01-15"},
        {"solde": {"debut": date(2026, 1, 1), "fin": date(2026, 1, 1)}},
        {"decision": "au_mieux"},
        {"montant": 7000},
        {"premiere_mesure": date(2026, 6, 1), "maintenance_depuis": date(2026, 6, 1)},
    ],
    ids=str,
)
def test_a_convention_is_strict(facts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Convention.model_validate({"code": "projet-essai", "campagne": "generalisation-2025", **facts})


def test_a_convention_never_changes() -> None:
    with pytest.raises(ValidationError):
        convention().solde = SOLDE  # type: ignore[misc]  # what must be refused


def test_a_target_for_an_unknown_indicator_is_refused() -> None:
    with pytest.raises(CampaignError) as refused:
        check_convention(GENERALISATION, convention(cibles={"nb_mss": "12"}))
    assert refused.value.code == "convention_indicateur_inconnu"
    assert "taux_mss" in refused.value.remede


@pytest.mark.parametrize("chosen", [None, (), ("nb_mss",), ("nb_mss", "taux_dossiers_actifs"), ("nb_mss", "nb_mss")])
def test_amorcage_wants_two_socle_criteria(chosen: tuple[str, ...] | None) -> None:
    with pytest.raises(CampaignError) as refused:
        check_convention(AMORCAGE, convention(indicateurs=chosen))
    assert refused.value.code == "convention_choix"
    assert "nb_documents_dmp" in refused.value.remede


@pytest.mark.parametrize("campagne", [NORMANDIE, GENERALISATION])
def test_generalisation_wants_no_choice(campagne: Campagne) -> None:
    check_convention(campagne, convention(cibles={"nb_eparcours": "40", "taux_mss": "65"}))
