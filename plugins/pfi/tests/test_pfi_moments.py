"""Timestamps from a year to fractions of seconds, with and without offset."""

import pytest

from temoin_pfi.moments import read_moment, wall_clock


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026", "2026"),
        ("202609", "2026-09"),
        ("20260915", "2026-09-15"),
        ("2026091510", "2026-09-15T10:00:00"),
        ("202609151030", "2026-09-15T10:30:00"),
        ("20260915103005", "2026-09-15T10:30:05"),
        ("20260915103005.1234", "2026-09-15T10:30:05.123400"),
        ("20260915103005.123456789+0400", "2026-09-15T10:30:05.123456+04:00"),
        ("202609151030-0330", "2026-09-15T10:30:00-03:30"),
        ("20260915+0200", "2026-09-15"),
        (" 20260915 ", "2026-09-15"),
    ],
)
def test_as_precise_as_it_was_written(text: str, expected: str) -> None:
    assert read_moment(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "15/09/2026", "2026-09-15", "20261315", "20260931", "2026091524", "20260915103060", "202609151030+1500", "26"],
)
def test_what_is_no_timestamp(text: str) -> None:
    assert read_moment(text) is None


def test_the_wall_clock_sorts_without_its_offset() -> None:
    moments = ["2026-09-15", "2026-09-15T10:00:00+02:00", "2026-09-15T10:00:00.500000-04:00"]
    assert sorted(map(wall_clock, moments)) == ["2026-09-15", "2026-09-15T10:00:00", "2026-09-15T10:00:00"]
