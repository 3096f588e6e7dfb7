"""Decision 1: on which civil day of the establishment a stored value falls."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from temoin_sdk.contract import EpochMs, EpochS, Instant, Jour, Nature

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_of(value: Any, nature: Nature, fuseau: str) -> date | None:
    """The local civil date, at an establishment of this zone, of a value of a column of this nature; None if empty.

    A day is that day everywhere. A naive hour is read in the column's zone, an hour with its offset keeps it, a number
    counts from 1970 in universal time.
    """
    if value is None or value == "":
        return None
    match nature:
        case Jour():
            return date.fromisoformat(value[:10])
        case EpochS():
            return _day_at(EPOCH + timedelta(seconds=value), fuseau)
        case EpochMs():
            return _day_at(EPOCH + timedelta(milliseconds=value), fuseau)
        case Instant():
            return _day_of_instant(value, nature.zone_at(fuseau), fuseau)


def _day_of_instant(value: str, naive_zone: str, fuseau: str) -> date:
    if len(value) == len("2026-08-01"):
        return date.fromisoformat(value)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(naive_zone))
    return _day_at(moment, fuseau)


def _day_at(moment: datetime, fuseau: str) -> date:
    try:
        return moment.astimezone(ZoneInfo(fuseau)).date()
    except OverflowError:  # « for ever », written 9999-12-31 23:59 and read further east
        return moment.date()
