"""From what a column holds to the local civil day of an establishment.

A fact belongs to a window by the civil date on the wall clock of the establishment (domain decision 1). This module
is the one place where that is said in Python; the statement says the same in SQL with the offsets computed here, so
that no engine's zone functions are ever called.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from temoin_sdk.contract.natures import EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.errors import MappingError

MARGIN = timedelta(days=2)
"""Wider than any two zones are apart: raw bounds widened by it never lose a fact, the exact day decides afterwards."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """From `since` on (seconds; None: always) add `seconds`."""

    since: int | None
    seconds: int


@lru_cache(maxsize=256)
def utc_steps(fuseau: str, debut: date, fin: date) -> tuple[Step, ...]:
    """Offsets from UTC to the wall clock of `fuseau`, switches given in Unix seconds.

    Exact within [debut - MARGIN, fin + MARGIN]; before and after, the nearest offset stands, which moves no fact
    across a bound of the window.
    """
    zone = ZoneInfo(fuseau)

    def offset(seconds: int) -> int:
        moved = (_EPOCH + timedelta(seconds=seconds)).astimezone(zone).utcoffset()
        return int((moved or timedelta()).total_seconds())

    return _steps(offset, debut, fin)


@lru_cache(maxsize=256)
def naive_steps(zone_source: str, fuseau: str, debut: date, fin: date) -> tuple[Step, ...]:
    """What to add to a naive time of `zone_source` to read it on the wall clock of `fuseau`.

    Switches are given in seconds of the naive time since 1970-01-01 00:00. An hour that stands twice on the clock is
    its first occurrence, an hour that the clock jumped over is read with the offset before the jump (PEP 495, fold 0).
    """
    source, target = ZoneInfo(zone_source), ZoneInfo(fuseau)

    def shift(seconds: int) -> int:
        naive = (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=source)
        local = naive.astimezone(UTC).astimezone(target).replace(tzinfo=None)
        return int((local - naive.replace(tzinfo=None)).total_seconds())

    return _steps(shift, debut, fin)


def _steps(value_at: Callable[[int], int], debut: date, fin: date) -> tuple[Step, ...]:
    low, high = _seconds(debut - MARGIN), _seconds(fin + MARGIN)
    current = value_at(low)
    found = [Step(None, current)]
    for hour in range(low, high, 3600):
        following = value_at(hour + 3600)
        if following != current:
            found.append(Step(_first(value_at, hour, hour + 3600, following), following))
            current = following
    return tuple(found)


def _first(value_at: Callable[[int], int], low: int, high: int, wanted: int) -> int:
    """First second in (low, high] at which the value is `wanted`."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if value_at(middle) == wanted else (middle, high)
    return high


def _seconds(day: date) -> int:
    return (day - _EPOCH.date()).days * 86_400


def local_day(value: object, nature: Nature, fuseau: str) -> date | None:
    """The civil day of one value on the establishment's wall clock; None for None.

    Raises MappingError, without quoting the value, for anything the nature does not allow.
    """
    if value is None or value == "":
        return None
    match nature:
        case Jour():
            return _bare_day(value)
        case Instant():
            return _instant_day(value, nature.zone_at(fuseau), ZoneInfo(fuseau))
        case EpochS():
            return _epoch_day(value, 1, ZoneInfo(fuseau))
        case EpochMs():
            return _epoch_day(value, 1000, ZoneInfo(fuseau))


def _bare_day(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return _parse(value[:10]).date()
    raise _unreadable(value, "jour")


def _instant_day(value: object, zone_source: str, target: ZoneInfo) -> date:
    if isinstance(value, str):
        text = value.strip()
        if len(text) == 10:  # a bare day among instants is that day: the first one counts, the day after does not
            return _parse(text).date()
        value = _parse(text)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=ZoneInfo(zone_source))
        return _day_at(value, target)
    if isinstance(value, date):
        return value
    raise _unreadable(value, "instant")


def _epoch_day(value: object, unit: int, target: ZoneInfo) -> date:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _unreadable(value, "epoch")
    try:
        moment = _EPOCH + timedelta(seconds=value // unit)
    except OverflowError as error:
        raise _unreadable(value, "epoch") from error
    return _day_at(moment, target)


def _day_at(moment: datetime, target: ZoneInfo) -> date:
    try:
        return moment.astimezone(target).date()
    except OverflowError:  # « for ever », 9999-12-31 23:59:59, has no day after it to be moved to
        return moment.date()


def _parse(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise _unreadable(text, "date ISO 8601") from error


def _unreadable(value: object, nature: str) -> MappingError:
    return MappingError(
        f"Une valeur de type {type(value).__name__} ne se lit pas comme {nature}.",
        remede="Déclarer la nature réelle de la colonne (Jour, Instant, EpochS, EpochMs) ou convertir en ISO 8601.",
        code="date_illisible",
    )
