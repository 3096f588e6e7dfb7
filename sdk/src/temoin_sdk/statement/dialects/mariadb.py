"""MariaDB and MySQL: dates that need not exist, texts compared as the column pleases, no Unicode normalisation.

TIMESTAMP columns are absolute and read in UTC, which is the zone of our session; DATETIME columns are naive.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    FromClause,
    Integer,
    LargeBinary,
    Numeric,
    Select,
    String,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.mysql import BIT, TIMESTAMP, YEAR
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlalchemy.types import NullType, Time, TypeEngine

from temoin_sdk.civil import MARGIN, Step, naive_steps, utc_steps
from temoin_sdk.contract.natures import EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.statement.dialects.base import Clock, Dialect, Folding, Keys, Probed, Seen
from temoin_sdk.statement.dialects.mariadb_rows import packed
from temoin_sdk.statement.dialects.mariadb_text import standard
from temoin_sdk.statement.dialects.mariadb_types import check_types
from temoin_sdk.statement.dialects.steps import number, stepped, wall_of

COLLATION: Final = "utf8mb4_bin"
"""Compares code points, the same in both engines; trailing spaces, which it overlooks, are stripped before."""

_SORTED: Final = "SQL_BIG_RESULT"
"""Groups by sorting: a table of groups that outgrows the memory of a temporary table is converted and searched on disk,
row by row."""

_NOTHING: Final = String(1)
"""A bare NULL, a text of no length: it has no character set to ask for, and fits everywhere."""

_TYPES: Final[Mapping[int, TypeEngine[Any]]] = {
    **dict.fromkeys((1, 2, 3, 8, 9), BigInteger()),
    **dict.fromkeys((0, 4, 5, 246), Numeric()),
    **dict.fromkeys((10, 14), Date()),
    12: DateTime(),
    7: TIMESTAMP(),
    11: Time(),
    13: YEAR(),
    16: BIT(),
    6: _NOTHING,
    **dict.fromkeys((15, 245, 247, 248, 249, 250, 251, 252, 253, 254), String()),
}
"""By the type codes of the protocol. Text and binary share theirs: `look` tells them apart."""

_EPOCH: Final = literal_column("TIMESTAMP'1970-01-01 00:00:00'", DateTime)
_DAY: Final = text("DAY")
_SECOND: Final = text("SECOND")
_ISO: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PLAIN_TIME: Final = "^.{10}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]*)?)?$"
_WITH_OFFSET: Final = "([+-][0-9]{2}(:?[0-9]{2})?|[Zz])$"


class MariaDBDialect(Dialect):
    """Expressions for MariaDB 10.5 and later, and MySQL 8."""

    # a union is written to a temporary table, wide rows at length, and what a sort is of is computed on both its sides
    folding = Folding(lambda word: _text(word), _SORTED)

    def standard(self, texte: str) -> str:
        return standard(texte)

    def look(self, connection: Connection, cleaned: str, binds: Sequence[BindParameter[Any]]) -> list[Seen]:
        found = super().look(connection, cleaned, binds)
        texts = [one for one in found if isinstance(one.type, String) and one.type is not _NOTHING]
        if not texts or len({one.nom for one in found}) < len(found):
            return found
        # an aggregate over no row has the character set of its column, and nothing is executed for it
        rows = text(cleaned).bindparams(*binds).columns(*(column(one.nom) for one in found)).subquery("sonde")
        asked = [func.charset(func.max(rows.c[one.nom])) for one in texts]
        told = connection.execute(select(*asked).where(literal_column("1 = 0"))).one()
        binary = {one.nom for one, charset in zip(texts, told, strict=True) if charset in ("binary", b"binary")}
        return [Seen(one.nom, LargeBinary()) if one.nom in binary else one for one in found]

    def seen(self, described: Sequence[Any]) -> Seen:
        nothing = described[3] == 0 and isinstance(self.type_of(described[1]), String)
        return Seen(described[0], _NOTHING if nothing else self.type_of(described[1]))

    def type_of(self, code: Any) -> TypeEngine[Any]:
        return _TYPES.get(code, NullType())

    def sites(self, sites: Sequence[str]) -> FromClause:
        # VALUES is spelled otherwise by each of the two, and its columns take the collation of the session
        return union_all(*(select(self.constant(site).label("code")) for site in sites)).cte("carte")

    def constant(self, mot: str) -> ColumnElement[str]:
        return literal(mot, String).collate(COLLATION)

    def assembled(self, arms: Sequence[Select[Any]]) -> TypedReturnsRows[Any]:
        # each row as one text: the driver takes its time by the column
        return union_all(*(arm.prefix_with(_SORTED).with_only_columns(packed(arm.selected_columns)) for arm in arms))

    def keys(self, usagers: Sequence[TypeEngine[Any]]) -> Keys:
        # what has no decimals and no text is half as wide and compares in one step; padding goes once grouped
        whole = bool(usagers) and all(isinstance(kind, Integer) for kind in usagers)
        return Keys(
            site=_text,
            spell_site=lambda key: func.trim(key, type_=String),
            usager=_number if whole else _text,
            spell_usager=_spelled
            if whole
            else lambda key: func.nullif(func.rtrim(key), self.constant(""), type_=String),
        )

    def probe_types(self, connection: Connection, probed: Probed) -> None:
        check_types(connection, probed, self)

    def code(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.trim(_text(column))

    def key(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.nullif(self.code(column), self.constant(""))

    def word(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.lower(self.code(column))  # nullif would make it twice

    def unsaid(self, word: ColumnElement[Any]) -> ColumnElement[bool]:
        return or_(word.is_(None), word == self.constant(""))

    def coded(
        self, word: ColumnElement[Any], codes: Mapping[str, int], otherwise: ColumnElement[Any]
    ) -> ColumnElement[int]:
        # the simple form makes the word once, and not once per code
        return case({name: literal(value, Integer) for name, value in codes.items()}, value=word, else_=otherwise)

    def usager(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.nullif(func.rtrim(_text(column)), self.constant(""))

    def day(self, column: ColumnElement[object], nature: Nature, clock: Clock) -> ColumnElement[date]:
        match nature:
            case Jour():
                return _real_day(_leading_day(column))
            case Instant():
                return self._instant_day(column, nature.zone_at(clock.fuseau), clock)
            case EpochS():
                return _epoch_day(func.floor(column), clock)
            case EpochMs():
                return _epoch_day(func.floor(column / literal_column("1000")), clock)

    def _instant_day(self, raw: ColumnElement[Any], zone: str, clock: Clock) -> ColumnElement[date]:
        naive = () if zone == clock.fuseau else naive_steps(zone, clock.fuseau, clock.debut, clock.fin)
        absolute = utc_steps(clock.fuseau, clock.debut, clock.fin)
        if isinstance(raw.type, TIMESTAMP):
            return _moved(raw, _real_day(func.date(raw)), absolute)
        if isinstance(raw.type, Date):
            return _real_day(raw)
        if isinstance(raw.type, DateTime):
            return _moved(raw, _real_day(func.date(raw)), naive)
        day = _real_day(_leading_day(raw))
        wall = cast(func.replace(func.left(raw, 19), "T", " "), DateTime)
        offset = func.regexp_substr(func.substr(raw, 17), _WITH_OFFSET)
        utc = func.timestampadd(_SECOND, -_seconds(offset), wall)
        return case(
            (func.char_length(raw) <= 10, day),
            (raw.regexp_match(_PLAIN_TIME), _moved(wall, day, naive)),
            (raw.regexp_match(_WITH_OFFSET), _moved(utc, day, absolute)),
            else_=_moved(wall, day, naive),
        )

    def absent(self, column: ColumnElement[object]) -> ColumnElement[bool]:
        if isinstance(column.type, Numeric | Integer):
            return column.is_(None)
        if isinstance(column.type, Date | DateTime):
            return or_(column.is_(None), column == literal_column("0"))
        return or_(column.is_(None), func.trim(column) == "", column.like("0000-00-00%"))

    def ordinal(self, day: ColumnElement[Any]) -> ColumnElement[int]:
        return func.to_days(day, type_=Integer) - literal_column("365")

    def inside(
        self, column: ColumnElement[object], nature: Nature, clock: Clock, bounds: tuple[date | None, date]
    ) -> ColumnElement[bool]:
        zone = nature.zone_at(clock.fuseau) if isinstance(nature, Instant) else clock.fuseau
        typed = isinstance(column.type, Date | DateTime) and not isinstance(column.type, TIMESTAMP)
        if not typed or (zone != clock.fuseau and naive_steps(zone, clock.fuseau, clock.debut, clock.fin)):
            return super().inside(column, nature, clock, bounds)
        # on the establishment's own clock a raw date tells its day as it stands, or none
        debut, fin = bounds
        within = [column < _raw_bound(fin, nature), *([] if debut is None else [column >= _raw_bound(debut, nature)])]
        return or_(and_(*within), self.day(column, nature, clock).is_(None))

    def near(
        self, column: ColumnElement[object], nature: Nature, debut: date | None, fin: date | None
    ) -> Sequence[ColumnElement[bool]]:
        low = None if debut is None else _raw_bound(debut - MARGIN, nature)
        high = None if fin is None else _raw_bound(fin + MARGIN, nature)
        return [
            *([] if low is None else [column >= low]),
            *([] if high is None else [column < high]),
        ]


def _text(raw: ColumnElement[Any]) -> ColumnElement[str]:
    """As text that compares by code points."""
    return _spelled(_number(raw) if isinstance(raw.type, Integer) else raw)


def _number(raw: ColumnElement[Any]) -> ColumnElement[int]:
    """Without the zeros that ZEROFILL shows."""
    return raw + literal_column("0")


def _spelled(value: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(value, String).collate(COLLATION)


def _leading_day(raw: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day that a value begins with; NULL for a text that begins otherwise than AAAA-MM-JJ."""
    if isinstance(raw.type, Date):
        return raw
    if isinstance(raw.type, DateTime):
        return func.date(raw)
    return case((raw.regexp_match(_ISO), cast(func.left(raw, 10), Date)))


def _real_day(day: ColumnElement[Any]) -> ColumnElement[date]:
    """NULL for the days that these engines store and that do not exist: 2025-00-00, 2025-02-31."""
    return func.timestampadd(_DAY, literal_column("0"), day, type_=Date)


def _moved(wall: ColumnElement[Any], day: ColumnElement[date], steps: Sequence[Step]) -> ColumnElement[date]:
    """The day of a time after the switches it has passed; its own day where that falls beyond the calendar."""
    if not steps:
        return day
    shifted = func.timestampadd(_SECOND, stepped(wall, steps, _as_time), wall)
    return func.coalesce(func.date(shifted, type_=Date), day)


def _epoch_day(seconds: ColumnElement[Any], clock: Clock) -> ColumnElement[date]:
    shift = stepped(seconds, utc_steps(clock.fuseau, clock.debut, clock.fin), number)
    moved = func.date(func.timestampadd(_SECOND, seconds + shift, _EPOCH), type_=Date)
    return func.coalesce(moved, func.date(func.timestampadd(_SECOND, seconds, _EPOCH), type_=Date))


def _seconds(offset: ColumnElement[str]) -> ColumnElement[int]:
    """+02:00, +0200 and +02 as seconds; Z as none."""
    digits = func.replace(offset, ":", "")
    hours, minutes = func.substr(digits, 2, 2), func.substr(digits, 4, 2)
    size = cast(hours, Integer) * literal_column("3600") + cast(func.concat("0", minutes), Integer) * literal_column(
        "60"
    )
    return case((func.left(digits, 1) == "-", -size), (func.left(digits, 1) == "+", size), else_=literal_column("0"))


def _as_time(since: int) -> ColumnElement[datetime]:
    return literal_column(f"TIMESTAMP'{wall_of(since)}'", DateTime)


def _raw_bound(day: date, nature: Nature) -> ColumnElement[Any]:
    if isinstance(nature, (Jour, Instant)):
        return literal_column(f"'{day.isoformat()}'")  # compared as a date with a date, as a text with a text
    seconds = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return literal_column(str(seconds if isinstance(nature, EpochS) else seconds * 1000))
