"""From a cell to a day, an instant, a month or a whole number, as French exports and spreadsheets write them.

Nothing is guessed: an ambiguous cell (year of two digits, fraction of a message) is a CellError.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from temoin_fichiers.problems import CellError, shape_of
from temoin_fichiers.spelling import plain
from temoin_sdk.windows import MOIS

_FRENCH: Final = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:(?:\s*à\s*|[ T]+)(\d{1,2})[:hH](\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?"
)
_SERIAL: Final = re.compile(r"\d{5}(?:[.,]\d+)?")
_NUMBER: Final = re.compile(r"(-?\d{1,3}(?: \d{3})+|-?\d+)(?:[.,]0+)?")
_SPREADSHEET_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 # a serial number has no zone of its own
_SERIALS: Final = range(20_000, 80_000)
"""1954 to 2119: outside of it a number in a column of dates is something else."""

Moment = date | datetime
_ISO_DAY: Final = 10


def read_moment(value: object, zone: ZoneInfo | None) -> Moment:
    """A day (no hour in the cell) or an instant; a naive hour is of `zone`, or of the establishment's clock (None).

    In a spreadsheet a day and midnight are one cell: it is the day.
    """
    if isinstance(value, str):
        value = _from_text(value.strip())
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        value = _from_serial(float(value))
    elif isinstance(value, datetime) and value.tzinfo is None and value.time() == value.min.time():
        return value.date()
    if isinstance(value, datetime):
        return value.replace(tzinfo=zone) if value.tzinfo is None and zone is not None else value
    if isinstance(value, date):
        return value
    raise CellError(f"{shape_of(value)} n'est pas une date")


def read_epoch(value: object, unit: int) -> datetime:
    """Seconds (`unit` 1) or milliseconds (1000) since 1970 UTC."""
    text = str(value).strip().replace(",", ".")
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(text) / unit)
    except (ValueError, OverflowError) as error:
        raise CellError(f"{shape_of(value)} n'est pas un nombre de secondes ou de millisecondes depuis 1970") from error


def _from_text(text: str) -> Moment:
    french = _FRENCH.fullmatch(text)
    try:
        if french:
            day, month, year, hour, minute, second = french.groups()
            if hour is None:
                return date(int(year), int(month), int(day))
            return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))  # noqa: DTZ001 # read_moment gives the zone
        if _SERIAL.fullmatch(text):
            return _from_serial(float(text.replace(",", ".")))
        return date.fromisoformat(text) if len(text) <= _ISO_DAY else datetime.fromisoformat(text)
    except ValueError as error:
        raise CellError(
            f"{shape_of(text)} n'est pas une date (admis : 31/12/2026, 31/12/2026 14:05, 2026-12-31T14:05)"
        ) from error


def _from_serial(number: float) -> Moment:
    if int(number) not in _SERIALS:
        raise CellError("ce nombre n'est pas une date de tableur")
    if number.is_integer():
        return (_SPREADSHEET_EPOCH + timedelta(days=number)).date()
    return _SPREADSHEET_EPOCH + timedelta(seconds=round(number * 86_400))


def read_count(value: object) -> int:
    """A whole number: 1234, « 1 234 », « 1 234,00 », 12.0; a fraction of a message is refused."""
    if isinstance(value, bool):
        raise CellError("vrai ou faux n'est pas un nombre")
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if value.is_integer():
            return int(value)
        raise CellError("un nombre entier est attendu")
    found = _NUMBER.fullmatch(" ".join(str(value).split()))
    if found is None:
        raise CellError(f"{shape_of(value)} n'est pas un nombre entier")
    return int(found[1].replace(" ", ""))


_MONTHS: Final = tuple(plain(name) for name in MOIS)
_ISO_MONTH: Final = re.compile(r"(\d{4})[-/.]?(\d{2})")
_FRENCH_MONTH: Final = re.compile(r"(\d{1,2})[-/.](\d{4})")
_NAMED_MONTH: Final = re.compile(r"([a-z]{3,9})\.?[ -]*(\d{4}|\d{2})")


def read_month(value: object) -> date:
    """The first day of a month: 2026-08, 08/2026, « août 2026 », « août-26 », or the cell of its first day."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and float(value) in range(190_001, 220_013):
        value = str(int(value))
    if isinstance(value, str):
        text = plain(value)
        if found := _ISO_MONTH.fullmatch(text):
            return _month(int(found[1]), int(found[2]), value)
        if found := _FRENCH_MONTH.fullmatch(text):
            return _month(int(found[2]), int(found[1]), value)
        if found := _NAMED_MONTH.fullmatch(text):
            return _month(int(found[2]) + (2000 if len(found[2]) == 2 else 0), _rank(found[1], value), value)
    moment = read_moment(value, None)
    day = moment.date() if isinstance(moment, datetime) else moment
    if day.day != 1:
        raise CellError("un mois est attendu (2026-08, 08/2026, août 2026), non un jour")
    return day


def _rank(name: str, value: object) -> int:
    ranks = [rank for rank, month in enumerate(_MONTHS, start=1) if month.startswith(name)]
    if len(ranks) != 1:
        raise CellError(f"{shape_of(value)} n'est pas un mois")
    return ranks[0]


def _month(year: int, month: int, value: object) -> date:
    try:
        return date(year, month, 1)
    except ValueError as error:
        raise CellError(f"{shape_of(value)} n'est pas un mois") from error


def month_after(first: date) -> date:
    """The first day of the following month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
