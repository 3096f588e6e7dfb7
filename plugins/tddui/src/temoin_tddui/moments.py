"""FHIR dates: whole days, instants, and dates that stop at the month or the year."""

import calendar
import re
from datetime import UTC, date, datetime
from typing import Final

_PARTIAL: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NAMED: Final = re.compile(r"(?<![0-9A-Za-z])(20[0-9]{2})(-?)([0-9]{2})\2([0-9]{2})(?:T[0-9:.+Z-]*)?(?![0-9A-Za-z])")


def to_utc(text: str) -> str | None:
    """An instant as UTC text of fixed width, so that texts sort as moments do; None for anything without an offset."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            return None
        return spell(moment)
    except (ValueError, OverflowError):
        return None


def spell(moment: datetime) -> str:
    """The one spelling of instants in the store."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_moment(text: str) -> str | None:
    """An instant in UTC, or a whole day as it is; None for anything else."""
    return to_day(text) or to_utc(text)


def to_day(text: str) -> str | None:
    """A whole day that exists."""
    if not _DAY.fullmatch(text):
        return None
    try:
        date.fromisoformat(text)
    except ValueError:
        return None
    return text


def first_day(text: str | None) -> str | None:
    """A date that stops at the month or the year, as its first day; anything else as it is."""
    parts = _PARTIAL.fullmatch(text) if text else None
    return f"{parts[1]}-{parts[2] or '01'}-01" if parts else text


def last_day(text: str | None) -> str | None:
    """A date that stops at the month or the year, as its last day; anything else as it is.

    A stay is read as wide as its dates allow: it is in the denominator, where leaving somebody out flatters the rate.
    """
    parts = _PARTIAL.fullmatch(text) if text else None
    if parts is None:
        return text
    month = parts[2] or "12"
    if not 1 <= int(month) <= 12 or not int(parts[1]):
        return text
    return f"{parts[1]}-{month}-{calendar.monthrange(int(parts[1]), int(month))[1]:02}"


def days_in_name(name: str) -> list[str]:
    """Every whole day written in a file's name, in their order (2026-10-05 or 20261005)."""
    found = (to_day(f"{year}-{month}-{day}") for year, _, month, day in _NAMED.findall(name.replace("_", " ")))
    return [day for day in found if day is not None]
