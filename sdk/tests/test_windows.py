"""Windows in civil dates: lengths, clipping, partition of time, and how people read them."""

import itertools
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from temoin_sdk.errors import WindowError
from temoin_sdk.windows import (
    Fenetre,
    annee_glissante,
    fenetre_before,
    jour_en_lettres,
    mois_civils_before,
    months_before,
)

DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 11, 1), 3, date(2026, 8, 1)),
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2028, 5, 31), 3, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 1, date(2026, 11, 30)),
        (date(2026, 3, 31), 13, date(2025, 2, 28)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
    ],
)
def test_months_before_clips_at_month_ends(day: date, n: int, expected: date) -> None:
    assert months_before(day, n) == expected


@given(DAYS, st.integers(0, 36))
def test_months_before_lands_in_the_right_month_on_the_nearest_day(day: date, n: int) -> None:
    found = months_before(day, n)
    assert (found.year * 12 + found.month) == (day.year * 12 + day.month) - n
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


@given(DAYS, st.integers(1, 12))
def test_months_before_keeps_order(day: date, n: int) -> None:
    assert months_before(day, n) <= months_before(day + timedelta(days=1), n) < day


def test_the_calendar_starts_with_year_one() -> None:
    assert months_before(date(1, 4, 1), 3) == date(1, 1, 1)


def test_a_window_never_changes() -> None:
    fenetre = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
    with pytest.raises(ValidationError):
        fenetre.fin = date(2026, 12, 1)  # type: ignore[misc]  # what must be refused


def test_a_date_too_old_is_a_sentence_not_a_crash() -> None:
    with pytest.raises(WindowError) as refused:
        months_before(date(1, 2, 1), 3)
    assert refused.value.code == "date_hors_calendrier"


def test_measure_window_ends_on_the_eve() -> None:
    fenetre = fenetre_before(date(2026, 5, 31), 3)
    assert fenetre == Fenetre(debut=date(2026, 2, 28), fin=date(2026, 5, 31))
    assert fenetre.dernier_jour == date(2026, 5, 30)


def test_first_day_counts_and_the_day_after_does_not() -> None:
    fenetre = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
    assert [fenetre.contains(day) for day in (date(2026, 7, 31), date(2026, 8, 1))] == [False, True]
    assert [fenetre.contains(day) for day in (date(2026, 10, 31), date(2026, 11, 1))] == [True, False]


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 22), date(2026, 11, 30)])
def test_civil_months_never_hold_the_month_of_the_measure(day: date) -> None:
    assert mois_civils_before(day, 3) == Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
    assert mois_civils_before(day, 1) == Fenetre(debut=date(2026, 10, 1), fin=date(2026, 11, 1))


@given(DAYS, st.integers(1, 12), st.integers(1, 24))
def test_successive_windows_partition_time(day: date, n: int, offset: int) -> None:
    """Chained windows share no day and miss none: each day between the outer ends is in exactly one."""
    first = day.replace(day=1)
    chain = [fenetre_before(months_before(first, n * rank), n) for rank in range(3)]
    assert all(later.debut == earlier.fin for later, earlier in itertools.pairwise(chain))
    probe = chain[-1].debut + timedelta(days=offset * 7)
    expected = 1 if probe < first else 0
    assert sum(fenetre.contains(probe) for fenetre in chain) == expected


@given(DAYS, st.integers(1, 12))
def test_civil_months_are_whole(day: date, n: int) -> None:
    fenetre = mois_civils_before(day, n)
    assert fenetre.debut.day == fenetre.fin.day == 1
    assert fenetre.fin <= day < fenetre.fin + timedelta(days=31)


def test_rolling_year_ends_with_the_window() -> None:
    fenetre = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
    assert annee_glissante(fenetre) == Fenetre(debut=date(2025, 11, 1), fin=date(2026, 11, 1))


@pytest.mark.parametrize(
    ("debut", "fin", "libelle"),
    [
        (date(2026, 8, 1), date(2026, 11, 1), "du 1er août au 31 octobre 2026 inclus"),
        (date(2025, 11, 15), date(2026, 2, 15), "du 15 novembre 2025 au 14 février 2026 inclus"),
        (date(2026, 10, 1), date(2026, 11, 1), "du 1er au 31 octobre 2026 inclus"),
        (date(2026, 2, 28), date(2026, 5, 31), "du 28 février au 30 mai 2026 inclus"),
        (date(2025, 12, 1), date(2026, 3, 2), "du 1er décembre 2025 au 1er mars 2026 inclus"),
        (date(2026, 3, 1), date(2026, 3, 2), "le 1er mars 2026"),
    ],
)
def test_people_read_both_days_included(debut: date, fin: date, libelle: str) -> None:
    assert Fenetre(debut=debut, fin=fin).libelle() == libelle


def test_a_day_in_words() -> None:
    assert jour_en_lettres(date(2026, 12, 1)) == "1er décembre 2026"
    assert jour_en_lettres(date(2026, 7, 11)) == "11 juillet 2026"


@pytest.mark.parametrize("fin", [date(2026, 8, 1), date(2026, 7, 31)])
def test_a_window_holds_at_least_a_day(fin: date) -> None:
    with pytest.raises(ValidationError, match="commence avant sa fin"):
        Fenetre(debut=date(2026, 8, 1), fin=fin)


def test_a_window_is_made_of_days_not_of_instants_nor_texts() -> None:
    for debut in ("2026-08-01", datetime(2026, 8, 1), 1):  # noqa: DTZ001 - the naive instant is what must be refused
        with pytest.raises(ValidationError):
            Fenetre.model_validate({"debut": debut, "fin": date(2026, 11, 1)})


def test_json_form_is_iso_and_strict() -> None:
    fenetre = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
    assert fenetre.model_dump_json() == '{"debut":"2026-08-01","fin":"2026-11-01"}'
    assert Fenetre.model_validate_json(fenetre.model_dump_json()) == fenetre
