"""Instants to civil days: both switches of the clock, zones overseas, naive timestamps, bare days."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temoin_sdk.civil import Step, local_day, naive_steps, utc_steps
from temoin_sdk.contract import LOCALE_ETABLISSEMENT, EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.errors import MappingError

PARIS = Instant("Europe/Paris")
ZONES = ("Europe/Paris", "Indian/Reunion", "America/Guadeloupe", "America/Miquelon", "Pacific/Wallis", "Indian/Mayotte")


@pytest.mark.parametrize(
    ("value", "nature", "fuseau", "day"),
    [
        ("2026-03-01", Jour(), "America/Guadeloupe", date(2026, 3, 1)),
        ("2026-03-01 00:00:00", Jour(), "America/Guadeloupe", date(2026, 3, 1)),
        ("2026-03-01", PARIS, "America/Guadeloupe", date(2026, 3, 1)),
        ("2026-03-01 00:30:00", PARIS, "America/Guadeloupe", date(2026, 2, 28)),
        ("2026-03-01T00:30:00", Instant(LOCALE_ETABLISSEMENT), "America/Guadeloupe", date(2026, 3, 1)),
        ("2026-02-28T22:30:00Z", PARIS, "Europe/Paris", date(2026, 2, 28)),
        ("2026-02-28T23:30:00Z", PARIS, "Europe/Paris", date(2026, 3, 1)),
        ("2026-10-31T23:59:59.999999", PARIS, "Europe/Paris", date(2026, 10, 31)),
        ("2026-03-28T23:30:00+00:00", PARIS, "Europe/Paris", date(2026, 3, 29)),
        ("2026-10-24T22:30:00Z", PARIS, "Europe/Paris", date(2026, 10, 25)),
        ("2026-10-25T22:30:00Z", PARIS, "Europe/Paris", date(2026, 10, 25)),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), PARIS, "Europe/Paris", date(2026, 8, 1)),
        (1785535200, EpochS(), "Europe/Paris", date(2026, 8, 1)),
        (1785535199, EpochS(), "Europe/Paris", date(2026, 7, 31)),
        (1785535199999, EpochMs(), "Europe/Paris", date(2026, 7, 31)),
        (None, PARIS, "Europe/Paris", None),
        ("", Jour(), "Europe/Paris", None),
    ],
)
def test_a_value_falls_on_its_local_day(value: object, nature: Nature, fuseau: str, day: date | None) -> None:
    assert local_day(value, nature, fuseau) == day


@pytest.mark.parametrize(
    ("value", "nature"),
    [
        ("31/12/2025", Jour()),
        (20251231, Jour()),
        (1.5, PARIS),
        ("2026-01-01", EpochS()),
        (True, EpochS()),
        (b"x", PARIS),
    ],
)
def test_what_the_nature_does_not_allow_is_refused_without_quoting_it(value: object, nature: Nature) -> None:
    with pytest.raises(MappingError) as refused:
        local_day(value, nature, "Europe/Paris")
    assert str(value) not in refused.value.phrase()


def test_paris_switches_twice_in_a_year_at_one_in_the_morning_utc() -> None:
    steps = utc_steps("Europe/Paris", date(2026, 1, 1), date(2027, 1, 1))
    assert [(s.since and datetime.fromtimestamp(s.since, UTC).isoformat(), s.seconds) for s in steps] == [
        (None, 3600),
        ("2026-03-29T01:00:00+00:00", 7200),
        ("2026-10-25T01:00:00+00:00", 3600),
    ]


def test_a_zone_without_switches_is_one_step() -> None:
    assert utc_steps("Indian/Reunion", date(2026, 1, 1), date(2027, 1, 1)) == (Step(None, 4 * 3600),)


def stepped(steps: tuple[Step, ...], value: int) -> int:
    return next(s.seconds for s in reversed(steps) if s.since is None or value >= s.since)


@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.integers(0, 400 * 86_400).map(lambda s: datetime(2025, 12, 1) + timedelta(seconds=s)),  # noqa: DTZ001 # naive is the point
)
def test_steps_say_what_zoneinfo_says(source: str, target: str, naive: datetime) -> None:
    seconds = int((naive - datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001
    shift = stepped(naive_steps(source, target, date(2025, 12, 1), date(2027, 1, 10)), seconds)
    expected = naive.replace(tzinfo=ZoneInfo(source)).astimezone(UTC).astimezone(ZoneInfo(target)).replace(tzinfo=None)
    assert naive + timedelta(seconds=shift) == expected
    offset = stepped(utc_steps(target, date(2025, 12, 1), date(2027, 1, 10)), seconds)
    aware = naive.replace(tzinfo=UTC).astimezone(ZoneInfo(target))
    assert timezone(timedelta(seconds=offset)).utcoffset(None) == aware.utcoffset()
