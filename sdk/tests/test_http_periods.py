"""The period of a read, said the way an API wants it; slices leave no gap and do not overlap."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temoin_sdk import LOCALE_ETABLISSEMENT, EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.errors import PluginError
from temoin_sdk.http import Bornes
from temoin_sdk.windows import Fenetre

PERIODE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
PARIS = Instant("Europe/Paris")


@pytest.mark.parametrize(
    ("nature", "motif", "incluse", "debut", "fin"),
    [
        (Jour(), None, False, "2026-08-01", "2026-11-01"),
        (Jour(), None, True, "2026-08-01", "2026-10-31"),
        (Jour(), "%d/%m/%Y", True, "01/08/2026", "31/10/2026"),
        (PARIS, None, False, "2026-08-01T00:00:00+02:00", "2026-11-01T00:00:00+01:00"),
        (PARIS, None, True, "2026-08-01T00:00:00+02:00", "2026-10-31T23:59:59+01:00"),
        (PARIS, "%Y%m%d%H%M", False, "202608010000", "202611010000"),
        (Instant("UTC"), None, False, "2026-08-01T00:00:00+00:00", "2026-11-01T00:00:00+00:00"),
        (EpochS(), None, False, "1785542400", "1793491200"),
        (EpochS(), None, True, "1785542400", "1793491199"),
        (EpochMs(), None, True, "1785542400000", "1793491199999"),
    ],
)
def test_each_way_of_writing_a_bound(nature: Nature, motif: str | None, incluse: bool, debut: str, fin: str) -> None:
    bornes = Bornes("du", "au", nature, motif=motif, fin_incluse=incluse)
    assert list(bornes.requests(PERIODE)) == [{"du": debut, "au": fin}]


def test_a_long_period_is_cut_at_calendar_months() -> None:
    periode = Fenetre(debut=date(2026, 7, 30), fin=date(2026, 10, 3))
    bornes = Bornes("du", "au", fin_incluse=True, mois=1)
    assert [(each["du"], each["au"]) for each in bornes.requests(periode)] == [
        ("2026-07-30", "2026-07-31"),
        ("2026-08-01", "2026-08-31"),
        ("2026-09-01", "2026-09-30"),
        ("2026-10-01", "2026-10-02"),
    ]


def test_since_ever_begins_at_the_floor() -> None:
    periode = Fenetre(debut=date.min, fin=date(2026, 11, 1))
    [only] = Bornes("du", "au", plancher=date(2015, 1, 1)).requests(periode)
    assert only == {"du": "2015-01-01", "au": "2026-11-01"}
    assert len(list(Bornes("du", "au", EpochS(), mois=12).requests(periode))) == 27


def test_the_end_included_crosses_a_change_of_clocks() -> None:
    """The 25th of October 2026 has 25 hours in Paris: its last second is in winter time."""
    day = Fenetre(debut=date(2026, 10, 25), fin=date(2026, 10, 26))
    [only] = Bornes("du", "au", PARIS, fin_incluse=True).requests(day)
    assert only == {"du": "2026-10-25T00:00:00+02:00", "au": "2026-10-25T23:59:59+01:00"}


def test_bounds_on_the_clock_of_each_establishment_are_refused() -> None:
    with pytest.raises(PluginError, match="heure de chaque établissement"):
        Bornes("du", "au", Instant(LOCALE_ETABLISSEMENT))


@given(
    debut=st.dates(date(2001, 1, 1), date(2030, 1, 1)),
    length=st.integers(1, 900),
    mois=st.integers(1, 14),
    incluse=st.booleans(),
)
def test_slices_cover_the_period_once(debut: date, length: int, mois: int, incluse: bool) -> None:
    periode = Fenetre(debut=debut, fin=debut + timedelta(days=length))
    days: list[date] = []
    for each in Bornes("du", "au", fin_incluse=incluse, mois=mois).requests(periode):
        first, last = date.fromisoformat(each["du"]), date.fromisoformat(each["au"])
        number = (last - first).days + incluse
        assert 0 < number <= 31 * mois
        days += [first + timedelta(days=n) for n in range(number)]
    assert days == [debut + timedelta(days=n) for n in range(length)]


def test_seconds_and_milliseconds_are_those_of_utc() -> None:
    [only] = Bornes("du", "au", EpochMs()).requests(PERIODE)
    assert datetime.fromtimestamp(int(only["du"]) / 1000, UTC) == datetime(2026, 8, 1, tzinfo=UTC)
