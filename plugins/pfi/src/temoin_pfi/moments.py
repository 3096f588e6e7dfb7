"""Timestamps of HL7 (type TS, later DTM): YYYY[MM[DD[HH[MM[SS[.S…]]]]]][±ZZZZ], from a year to fractions of seconds."""

import re
from datetime import datetime
from typing import Final

_TS: Final = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d\d)(?:(?P<day>\d\d)(?:(?P<hour>\d\d)(?:(?P<minute>\d\d)"
    r"(?:(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?)?)?)?)?(?P<offset>[+-]\d{4})?"
)


def read_moment(text: str) -> str | None:
    """The same moment in ISO 8601, as precise as it was written and with its offset if it has one.

    A day stays a day. A month or a year stays one too: it is no date, and the count says that it cannot be placed
    rather than guessing a day. None when the text is no timestamp at all.
    """
    found = _TS.fullmatch(text.strip())
    if found is None:
        return None
    part = found.groupdict()
    try:
        moment = datetime(  # noqa: DTZ001 # a timestamp without offset is written on a clock that the settings name
            int(part["year"]),
            int(part["month"] or 1),
            int(part["day"] or 1),
            int(part["hour"] or 0),
            int(part["minute"] or 0),
            int(part["second"] or 0),
            int((part["fraction"] or "0").ljust(6, "0")[:6]),
        )
        offset = _offset(part["offset"])
    except ValueError:
        return None
    if part["day"] is None:
        return f"{moment:%Y-%m}" if part["month"] else f"{moment:%Y}"
    if part["hour"] is None:
        return f"{moment:%Y-%m-%d}"
    return moment.isoformat() + offset


def _offset(text: str | None) -> str:
    if text is None:
        return ""
    if int(text[1:3]) > 14 or int(text[3:]) > 59:
        raise ValueError(text)
    return f"{text[:3]}:{text[3:]}"


def wall_clock(moment: str) -> str:
    """The moment without its offset, as text that sorts: « 2026-09-15T10:30:00 », or the day, month or year alone."""
    return moment[:19]
