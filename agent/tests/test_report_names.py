"""Names of report files say what they are, and say it in one way."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from temoin_agent.outbox.names import ReportName
from temoin_sdk.vocabulary import Mesure

NAMES = st.builds(
    lambda projet, debut, days, mesure, version, repere: ReportName(
        projet, debut, debut + timedelta(days=days), mesure, version, repere
    ),
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,63}", fullmatch=True),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(1, 400),
    st.sampled_from(Mesure),
    st.integers(1, 999_999),
    st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
)


@given(NAMES)
def test_a_name_is_read_back_as_it_was(name):
    assert ReportName.parse(name.stem) == name


def test_a_name_shows_both_days_included():
    name = ReportName("dui", date(2026, 8, 1), date(2026, 11, 1), Mesure.INITIALE, 2, "0123456789abcdef")
    assert name.stem == "dui_2026-08-01_au_2026-10-31_initiale_v2_0123456789abcdef"


@given(st.text(max_size=80))
def test_anything_else_is_no_name(text):
    found = ReportName.parse(text)
    assert found is None or found.stem == text


def test_names_that_nearly_are():
    good = "dui_2026-08-01_au_2026-10-31_initiale_v2_0123456789abcdef"
    for bad in (
        good.replace("2026-10-31", "2026-02-30"),
        good.replace("initiale", "finale"),
        good.replace("v2", "v0"),
        good.replace("v2", "v02"),
        good.upper(),
        good + "\n",
        good.replace("dui", "../dui"),
        good.replace("2026-08", "2026-12"),
        good.replace("2026", "9999").replace("10-31", "12-31"),
    ):
        assert ReportName.parse(bad) is None, bad
