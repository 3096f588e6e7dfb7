"""Spark SQL: dates have types, texts compare byte by byte, nothing is normalised, and a cast that fails stops it all.

The session's zone is never asked: a moment with an offset is its seconds since 1970, a naive one those of its own
clock, put together from its parts; the switches of a zone are added to them, and days are counted from the sum.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from string import ascii_lowercase, ascii_uppercase
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    Numeric,
    String,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    text,
)
from sqlalchemy.types import Boolean, NullType, TypeEngine

from temoin_sdk.civil import MARGIN, Step, naive_steps, utc_steps
from temoin_sdk.contract.natures import EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.errors import MappingError
from temoin_sdk.statement.dialects.base import TEXT, Clock, Dialect, Probed, Seen
from temoin_sdk.statement.dialects.declared import check_declared
from temoin_sdk.statement.dialects.steps import number, stepped

_TYPES: Final[Mapping[str, TypeEngine[Any]]] = {
    "tinyint": Integer(),
    "smallint": Integer(),
    "int": Integer(),
    "bigint": BigInteger(),
    "float": Double(),
    "double": Double(),
    "decimal": Numeric(),
    "string": String(),
    "char": String(),
    "varchar": String(),
    "void": String(),
    "date": Date(),
    "timestamp": DateTime(timezone=True),
    "timestamp_ntz": DateTime(),
    "boolean": Boolean(),
    "binary": LargeBinary(),
}
"""By the name DESCRIBE gives; a column that is NULL throughout is a text without values."""

_DAY: Final = (
    "(?!0000)([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    "|02-(0[1-9]|1[0-9]|2[0-8]))"
    "|([0-9][0-9](0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
)
"""A day that exists: a cast of one that does not is an error that would stop the whole statement."""

_HOUR: Final = "[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?"
_OFFSET: Final = "([Zz]|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)"
_SCALE: Final = re.compile(r"decimal\((\d+),(\d+)\)")
_EPOCH, _FIRST, _LAST = date(1970, 1, 1), date(1, 1, 1), date(9999, 12, 31)
_SOONEST: Final = (_FIRST - _EPOCH).days * 86_400
_LATEST: Final = ((_LAST - _EPOCH).days + 1) * 86_400


class SparkDialect(Dialect):
    """Expressions for Spark 3.4 and later."""

    def look(self, connection: Connection, cleaned: str, binds: Sequence[BindParameter[Any]]) -> list[Seen]:
        asked = text(f"DESCRIBE QUERY SELECT * FROM (\n{cleaned}\n)").bindparams(*binds)  # noqa: S608 # tokenised, one SELECT
        return [Seen(name, self.type_of(kind)) for name, kind, _ in connection.execute(asked)]

    def type_of(self, code: Any) -> TypeEngine[Any]:
        if scaled := _SCALE.fullmatch(code):
            return Numeric(int(scaled.group(1)), int(scaled.group(2)))
        return _TYPES.get(code.split("(")[0].split(" ")[0], NullType())

    def probe_types(self, connection: Connection, probed: Probed) -> None:
        for name, nature in probed.natures.items():
            kind = probed.vues[name].type
            if isinstance(nature, Jour) and isinstance(kind, DateTime) and kind.timezone:
                raise MappingError(
                    f"La colonne « {name} » est de type timestamp, un instant, et sa nature déclarée est Jour.",
                    remede='Déclarer Instant("Europe/Paris"), ou rendre le jour voulu dans le SELECT : '
                    "CAST(from_utc_timestamp(x, 'Europe/Paris') AS DATE).",
                    ou=f"relation {probed.relation.value}",
                    code="date_nature",
                )
        check_declared(connection, probed, self)

    def code(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.trim(_text(column), type_=TEXT)

    def key(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.nullif(self.code(column), literal(""))

    def word(self, column: ColumnElement[object]) -> ColumnElement[str]:
        lower = func.translate(self.code(column), literal(ascii_uppercase), literal(ascii_lowercase))
        return func.nullif(lower, literal(""))

    def usager(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.nullif(func.rtrim(_text(column), type_=TEXT), literal(""))

    def day(self, column: ColumnElement[object], nature: Nature, clock: Clock) -> ColumnElement[date]:
        match nature:
            case Jour():
                return _civil_day(column)
            case Instant():
                return _instant_day(column, nature.zone_at(clock.fuseau), clock)
            case EpochS():
                return _epoch_day(column, 1, clock)
            case EpochMs():
                return _epoch_day(column, 1000, clock)

    def absent(self, column: ColumnElement[object]) -> ColumnElement[bool]:
        if isinstance(column.type, String):
            return or_(column.is_(None), column == literal(""))
        return column.is_(None)

    def ordinal(self, day: ColumnElement[Any]) -> ColumnElement[int]:
        # beyond 9999, which Spark has, is « for ever »; nothing before the window is ever handed over
        since = func.datediff(day, literal(_FIRST, Date), type_=Integer) + number(1)
        return case((day <= literal(_LAST, Date), since), (day.is_not(None), number(_LAST.toordinal())))

    def near(
        self, column: ColumnElement[object], nature: Nature, debut: date | None, fin: date | None
    ) -> Sequence[ColumnElement[bool]]:
        low = None if debut is None else _raw_bound(debut - MARGIN, column, nature)
        high = None if fin is None else _raw_bound(fin + MARGIN, column, nature)
        return [
            *([] if low is None else [column >= low]),
            *([] if high is None else [column < high]),
        ]


def _constant(mot: str) -> ColumnElement[str]:
    return literal(mot, TEXT)


def _text(raw: ColumnElement[Any]) -> ColumnElement[str]:
    return raw if isinstance(raw.type, String) else cast(raw, TEXT)


def _fits(raw: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    return func.regexp_like(raw, literal(f"^{pattern}$", TEXT), type_=Boolean)


def _civil_day(raw: ColumnElement[Any]) -> ColumnElement[date]:
    if isinstance(raw.type, Date):
        return raw
    if isinstance(raw.type, DateTime):
        return cast(raw, Date)
    written = func.substr(raw, 1, 10, type_=TEXT)
    return case((_fits(written, _DAY), cast(written, Date)), else_=cast(null(), Date))


def _instant_day(raw: ColumnElement[Any], zone: str, clock: Clock) -> ColumnElement[date]:
    if isinstance(raw.type, Date):
        return raw
    local = () if zone == clock.fuseau else naive_steps(zone, clock.fuseau, clock.debut, clock.fin)
    absolute = utc_steps(clock.fuseau, clock.debut, clock.fin)
    if isinstance(raw.type, DateTime):
        return _moved(_seconds(raw), absolute if raw.type.timezone else local)
    hour = case(
        (func.substr(raw, 17, 1, type_=TEXT) == ":", func.substr(raw, 12, 8, type_=TEXT)),
        else_=func.substr(raw, 12, 5, type_=TEXT).concat(literal(":00", TEXT)),
    )
    wall = _seconds(cast(func.substr(raw, 1, 10, type_=TEXT).concat(literal(" ", TEXT)).concat(hour), _NAIVE))
    return case(
        (_fits(raw, _DAY), cast(func.substr(raw, 1, 10), Date)),
        (_fits(raw, f"{_DAY}{_HOUR}"), _moved(wall, local)),
        (_fits(raw, f"{_DAY}{_HOUR}{_OFFSET}"), _moved(wall - _offset_of(raw), absolute)),
        else_=cast(null(), Date),
    )


_NAIVE: Final = DateTime()


def _offset_of(raw: ColumnElement[Any]) -> ColumnElement[int]:
    """+02:00, +0200 and +02 as seconds; Z as none. Looked for after the day, whose dashes are no sign."""
    tail = func.regexp_extract(func.substr(raw, 17), literal(f"{_OFFSET}$", TEXT), 1)
    digits = func.replace(tail, literal(":", TEXT), literal("", TEXT), type_=TEXT)
    hours = cast(func.substr(digits, 2, 2), Integer) * number(3600)
    minutes = cast(literal("0", TEXT).concat(func.substr(digits, 4, 2, type_=TEXT)), Integer) * number(60)
    sign = func.substr(digits, 1, 1, type_=TEXT)
    plus, minus = literal("+", TEXT), literal("-", TEXT)
    return case((sign == minus, -(hours + minutes)), (sign == plus, hours + minutes), else_=number(0))


def _seconds(moment: ColumnElement[Any]) -> ColumnElement[int]:
    """Seconds since 1970, cut and never rounded; of a naive moment on its own clock, whatever the session's zone is."""
    if isinstance(moment.type, DateTime) and moment.type.timezone:
        return func.unix_seconds(moment, type_=BigInteger)
    days = cast(func.unix_date(cast(moment, Date)), BigInteger) * number(86_400)
    return days + func.hour(moment) * number(3600) + func.minute(moment) * number(60) + func.second(moment)


def _day_of(seconds: ColumnElement[Any]) -> ColumnElement[date]:
    whole = cast(func.floor(seconds / number(86_400)), Integer)
    return func.date_add(literal(_EPOCH, Date), whole, type_=Date)


def _moved(seconds: ColumnElement[Any], steps: Sequence[Step]) -> ColumnElement[date]:
    return _day_of(seconds + stepped(seconds, steps, number) if steps else seconds)


def _epoch_day(raw: ColumnElement[Any], unit: int, clock: Clock) -> ColumnElement[date]:
    whole = cast(func.floor(raw / number(unit)), BigInteger)
    day = _moved(whole, utc_steps(clock.fuseau, clock.debut, clock.fin))
    possible = raw.between(number(_SOONEST * unit), number(_LATEST * unit - 1))
    return case((possible, day), else_=cast(null(), Date))


def _raw_bound(day: date, raw: ColumnElement[Any], nature: Nature) -> ColumnElement[Any]:
    if isinstance(nature, (EpochS, EpochMs)):
        seconds = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        return number(seconds if isinstance(nature, EpochS) else seconds * 1000)
    if isinstance(raw.type, String):
        return literal(day.isoformat(), TEXT)
    if isinstance(raw.type, DateTime):
        zone = UTC if raw.type.timezone else None
        return literal(datetime(day.year, day.month, day.day, tzinfo=zone), DateTime(timezone=zone is not None))
    return literal(day, Date)
