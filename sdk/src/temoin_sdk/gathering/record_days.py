"""Columns of dates as proleptic ordinals: what `local_day` says of one value, said of a batch at a time.

The columns that sources really give (all timestamps, or all texts, on one clock) are read without a call of ours per
value; any other column is read value by value.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import repeat
from typing import Any, Final
from zoneinfo import ZoneInfo

from temoin_sdk.civil import local_day
from temoin_sdk.contract.natures import Instant, Jour, Nature
from temoin_sdk.errors import MappingError

UNREADABLE: Final = -1
"""Stands for the day of a value that its nature does not allow; no day has this ordinal."""

Days = Callable[[Sequence[Any]], Sequence[int | None]]
"""The days of one column, None for a value that is missing."""

_Together = Callable[[Sequence[Any], set[type]], list[int | None] | None]
"""The days of a column of these types; None or an error unless all its values are of one ordinary spelling."""


def days_reader(nature: Nature, fuseau: str) -> Days:
    """How the columns of one nature are read on the wall clock of `fuseau`."""
    together: _Together = _none_together
    if isinstance(nature, Jour):
        together = _bare_days
    elif isinstance(nature, Instant):
        together = _instants(ZoneInfo(nature.zone_at(fuseau)), ZoneInfo(fuseau))

    def read(values: Sequence[Any]) -> Sequence[int | None]:
        kinds = set(map(type, values))
        if kinds == {type(None)}:
            return values
        try:
            days = together(values, kinds)
        except (ValueError, OverflowError):
            days = None  # one of them at least: said below, in the one place that says it
        return [_day(value, nature, fuseau) for value in values] if days is None else days

    return read


def _day(value: object, nature: Nature, fuseau: str) -> int | None:
    try:
        day = local_day(value, nature, fuseau)
    except MappingError:
        return UNREADABLE
    return None if day is None else day.toordinal()


def _none_together(_values: Sequence[Any], _kinds: set[type]) -> None:
    return None


def _bare_days(values: Sequence[Any], kinds: set[type]) -> list[int | None] | None:
    if kinds <= {date, datetime}:
        return list(map(date.toordinal, values))
    if kinds == {str}:
        return [day.toordinal() for day in map(datetime.fromisoformat, [text[:10] for text in values])]
    return None


def _instants(source: ZoneInfo, target: ZoneInfo) -> _Together:
    def read(values: Sequence[Any], kinds: set[type]) -> list[int | None] | None:
        if kinds == {datetime}:
            moments = values
        elif kinds == {str} and 10 not in set(map(len, values)):  # ten characters are a bare day
            moments = list(map(datetime.fromisoformat, values))
        else:
            return None
        naive = {moment.tzinfo for moment in moments} == {None}
        if naive and source is target:
            return list(map(datetime.toordinal, moments))
        if naive:
            moments = [moment.replace(tzinfo=source) for moment in moments]
        elif not all(moment.tzinfo for moment in moments):
            return None
        return list(map(datetime.toordinal, map(datetime.astimezone, moments, repeat(target))))

    return read
