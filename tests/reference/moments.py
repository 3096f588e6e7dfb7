"""Moments at every edge of a window, in every way SQLite stores them."""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from temoin_sdk.contract import LOCALE_ETABLISSEMENT, EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.testing.reference.civil_days import EPOCH
from temoin_sdk.windows import Fenetre

NATURES: tuple[Nature, ...] = (
    Instant("Europe/Paris"),
    Jour(),
    EpochS(),
    EpochMs(),
    Instant(LOCALE_ETABLISSEMENT),
    Instant("UTC"),
    Instant("Indian/Reunion"),
    Instant("America/Miquelon"),
)

TIMES = (
    time(0, 0),
    time(23, 59, 59, 999_999),
    time(23, 59, 59),
    time(0, 0, 1),
    time(12, 0),
    time(0, 30),
    time(23, 30),
    time(2, 30),
    time(22, 0),
    time(4, 0),
)

FIRST_DAYS = (date(1, 1, 1), date(1900, 1, 1))
LAST_DAYS = (date(9999, 12, 31), date(2999, 12, 31))


def edge_days(fenetre: Fenetre) -> tuple[date, ...]:
    """Days of the window and around it, those on which a mistake would show more often than the others."""
    day = timedelta(days=1)
    debut, fin = fenetre.debut, fenetre.fin
    bounds = [fin - day, debut, fin, debut - day, debut + day, fin - 2 * day, fin + day]
    middle = [debut + (fin - debut) / 2]
    return tuple(bounds * 3 + middle * 6 + [d for year in (debut.year, fin.year) for d in switch_days(year, fenetre)])


def switch_days(year: int, fenetre: Fenetre) -> list[date]:
    """Days of both clock changes of Europe and of America, 29 February, the twelve months' start: near the window."""
    found = [last_sunday(year, 3), last_sunday(year, 10), nth_sunday(year, 3, 2), nth_sunday(year, 11, 1)]
    found += [date(year, 2, 28), date(year, 3, 1)]
    if year % 4 == 0:
        found.append(date(year, 2, 29))
    around = [d + timedelta(days=shift) for d in found for shift in (0, 1)]
    return [d for d in around if abs((d - fenetre.debut).days) < 40 or abs((d - fenetre.fin).days) < 40]


def far_days(fenetre: Fenetre) -> tuple[date, ...]:
    """Days long before and after: around the start of the rolling year, and years away."""
    day = timedelta(days=1)
    year = date(fenetre.fin.year - 1, fenetre.fin.month, min(fenetre.fin.day, 28))
    return (
        year,
        year - day,
        year + day,
        year + 2 * day,
        fenetre.debut - 40 * day,
        date(2019, 7, 1),
        fenetre.fin + 40 * day,
    )


def impossible_days(fenetre: Fenetre) -> tuple[str, ...]:
    """Texts that stand between the bounds of the window and are no days: 00, 32, and a 31st where there is none."""
    last = monthrange(fenetre.debut.year, fenetre.debut.month)[1]
    return tuple(f"{fenetre.debut:%Y-%m}-{day:02}" for day in (32, 0, last + 1))


def last_sunday(year: int, month: int) -> date:
    """The day clocks change in Europe."""
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def nth_sunday(year: int, month: int, rank: int) -> date:
    """The day clocks change at Saint-Pierre-et-Miquelon."""
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (rank - 1))


Style = Callable[[datetime, str], Any]
"""From an instant, and the zone in which a naive hour is read, to what is stored."""


def _naive(form: str) -> Style:
    return lambda moment, zone: moment.astimezone(ZoneInfo(zone)).strftime(form)


def _offset(form: str, fuseau: str, length: int = 6) -> Style:
    """Its offset written as +02:00, +0200 or +02."""

    def spell(moment: datetime, _zone: str) -> str:
        local = moment.astimezone(ZoneInfo(fuseau))
        offset = local.strftime("%z")
        return local.strftime(form) + {6: f"{offset[:3]}:{offset[3:]}", 5: offset, 3: offset[:3]}[length]

    return spell


INSTANT_STYLES: tuple[Style, ...] = (
    _naive("%Y-%m-%d %H:%M:%S"),
    _naive("%Y-%m-%dT%H:%M:%S"),
    _naive("%Y-%m-%d"),
    _naive("%Y-%m-%d %H:%M"),
    _naive("%Y-%m-%dT%H:%M"),
    _naive("%Y-%m-%d %H:%M:%S.%f"),
    _naive("%Y-%m-%dT%H:%M:%S.999"),
    lambda moment, _zone: moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    lambda moment, _zone: moment.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ"),
    lambda moment, _zone: moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    _offset("%Y-%m-%dT%H:%M:%S", "Europe/Paris"),
    _offset("%Y-%m-%d %H:%M:%S.%f", "America/Miquelon"),
    _offset("%Y-%m-%d %H:%M", "Indian/Reunion"),
    _offset("%Y-%m-%dT%H:%M:%S", "America/Guadeloupe", 5),
    _offset("%Y-%m-%d %H:%M:%S.%f", "Pacific/Wallis", 3),
)

JOUR_STYLES: tuple[Callable[[datetime], str], ...] = (
    lambda wall: wall.strftime("%Y-%m-%d"),
    lambda wall: wall.strftime("%Y-%m-%d 00:00:00"),
    lambda wall: wall.strftime("%Y-%m-%dT%H:%M:%S"),
    lambda wall: wall.strftime("%Y-%m-%dT23:59:59.999999Z"),
)

STYLES = 15


def spell(day: date, hour: time, clock: str, nature: Nature, fuseau: str, style: int) -> Any:
    """What is stored for this hour of this clock, at an establishment of zone `fuseau`."""
    wall = datetime.combine(day, hour)
    if isinstance(nature, Jour):
        return JOUR_STYLES[style % len(JOUR_STYLES)](wall)
    moment = wall.replace(tzinfo=ZoneInfo(clock))
    if isinstance(nature, Instant):
        return INSTANT_STYLES[style % len(INSTANT_STYLES)](moment, nature.zone_at(fuseau))
    since = moment - EPOCH
    if isinstance(nature, EpochMs):
        return since // timedelta(milliseconds=1)
    whole = since // timedelta(seconds=1)
    return whole + hour.microsecond / 1_000_000 if style % 3 == 2 and hour.microsecond else whole


def spell_sentinel(day: date, nature: Nature, style: int) -> Any:
    """« For ever » and « since always », as programs write them: a day, midnight, or the last second."""
    hour = ("", " 00:00:00", "T23:59:59", " 23:59:59.999999")[style % 4]
    if isinstance(nature, (Jour, Instant)):
        return f"{day.year:04}-{day.month:02}-{day.day:02}{hour}"
    moment = datetime.combine(day, time(23, 59, 59) if style % 2 else time(0), UTC)
    since = moment - EPOCH
    return since // timedelta(milliseconds=1) if isinstance(nature, EpochMs) else since // timedelta(seconds=1)
