"""The switches of a zone as a CASE, for engines whose dates carry a type."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, case, literal_column, or_

from temoin_sdk.civil import Step

FIRST: Final = date(1900, 1, 1)
LAST: Final = date(9999, 12, 30)
"""Outside of these two a date is « always » or « for ever »: moved by some hours it may be no date any more."""

SOONEST: Final = int(datetime(1900, 1, 1, tzinfo=UTC).timestamp())
LATEST: Final = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())
"""The same two in seconds since 1970."""

FROM_YEAR_1: Final = int(datetime(1, 1, 1, tzinfo=UTC).timestamp())
TO_YEAR_10000: Final = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp()) + 86_400
"""Outside of these there is no date at all."""


def wall_of(since: int) -> datetime:
    """The naive time that stands for some seconds since 1970."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=since)).replace(tzinfo=None)


def number(value: int) -> ColumnElement[int]:
    """A whole number of ours, written in the statement: engines type a parameter by its first value."""
    return literal_column(str(value), Integer)


def stepped(
    value: ColumnElement[Any], steps: Sequence[Step], bound: Callable[[int], ColumnElement[Any]]
) -> ColumnElement[int]:
    """Seconds to add, by the switches that the value has passed, the latest first."""
    first, *later = steps
    passed = [(value >= bound(step.since), number(step.seconds)) for step in reversed(later) if step.since is not None]
    return case(*passed, else_=number(first.seconds)) if passed else number(first.seconds)


def unmoved(steps: Sequence[Step]) -> bool:
    """Whether these steps move nothing: the column is written on the establishment's own clock."""
    return len(steps) == 1 and steps[0].seconds == 0


def beyond(value: ColumnElement[Any], first: ColumnElement[Any], last: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a moment stands for « always » or « for ever »."""
    return or_(value < first, value >= last)
