"""The one place where this program asks what time it is."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def civil_day(instant: datetime, fuseaux: Iterable[str]) -> date:
    """The civil date at the place where the day is the least advanced: no window may end after it anywhere."""
    return min(instant.astimezone(ZoneInfo(fuseau)).date() for fuseau in fuseaux)
