"""Oracle 12.1 and later; text dates need 12.2, for DEFAULT … ON CONVERSION ERROR.

DATE carries a time, an empty text is NULL, names without quotes are upper case, and a text of a national type
(NVARCHAR2) never meets one of the base's own character set: everything here is VARCHAR2, and what would be lost on the
way is NULL. Binary comparison is a setting of our session (see the engine).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    DateTime,
    FromClause,
    Integer,
    LargeBinary,
    Numeric,
    String,
    and_,
    case,
    cast,
    column,
    func,
    literal_column,
    null,
    or_,
    text,
)
from sqlalchemy.dialects.oracle import NVARCHAR2, TIMESTAMP
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import quoted_name
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, Float, NullType, Text, TypeEngine

from temoin_sdk.civil import MARGIN, Step, naive_steps, utc_steps
from temoin_sdk.contract.natures import EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.statement.dialects.base import TEXT, Clock, Dialect, Probed, Seen
from temoin_sdk.statement.dialects.declared import check_declared, fits, is_text
from temoin_sdk.statement.dialects.steps import (
    FIRST,
    FROM_YEAR_1,
    LAST,
    LATEST,
    SOONEST,
    TO_YEAR_10000,
    beyond,
    number,
    stepped,
    unmoved,
    wall_of,
)

_LONGEST: Final = 400
"""A text that is longer is no identifier; it is not cut to one that may be another's."""

_SITE: Final = "VARCHAR2(400 CHAR)"

_UNBOUND: Final = -127
"""The scale by which the driver describes a NUMBER that may hold anything."""

_ISO_DAY: Final[ColumnElement[str]] = literal_column("'FXYYYY-MM-DD'")
_ISO_SECONDS: Final[ColumnElement[str]] = literal_column("'YYYY-MM-DD HH24:MI:SS'")
_EPOCH: Final[ColumnElement[Any]] = literal_column("DATE '1970-01-01'", Date)

_BY_NAME: Final[Mapping[str, TypeEngine[Any]]] = {
    "DB_TYPE_DATE": DateTime(),
    "DB_TYPE_TIMESTAMP": TIMESTAMP(),
    "DB_TYPE_TIMESTAMP_TZ": TIMESTAMP(timezone=True),
    "DB_TYPE_TIMESTAMP_LTZ": TIMESTAMP(local_timezone=True),
    "DB_TYPE_VARCHAR": String(),
    "DB_TYPE_CHAR": String(),
    "DB_TYPE_LONG": Text(),
    "DB_TYPE_CLOB": Text(),
    "DB_TYPE_NCLOB": Text(),
    "DB_TYPE_NVARCHAR": NVARCHAR2(),
    "DB_TYPE_NCHAR": NVARCHAR2(),
    "DB_TYPE_BINARY_DOUBLE": Float(),
    "DB_TYPE_BINARY_FLOAT": Float(),
    "DB_TYPE_BINARY_INTEGER": Integer(),
    "DB_TYPE_BOOLEAN": Boolean(),
    "DB_TYPE_RAW": LargeBinary(),
    "DB_TYPE_BLOB": LargeBinary(),
}


def described_type(one: Sequence[Any]) -> TypeEngine[Any]:
    """Type of a column by its PEP 249 description: the driver's type object, precision and scale."""
    name, precision, scale = one[1].name, one[4] or 0, one[5] or 0
    if name != "DB_TYPE_NUMBER":
        return _BY_NAME.get(name, NullType())
    if scale == _UNBOUND:
        return Float() if precision else Numeric()
    return Numeric(precision or 38, scale)


class OracleDialect(Dialect):
    """Expressions of Oracle."""

    def seen(self, described: Sequence[Any]) -> Seen:
        return Seen(_as_spelled(described[0]), described_type(described))

    def sites(self, sites: Sequence[str]) -> FromClause:
        # literals in one text: too many for parameters, and for thousands of SELECT objects to be quick
        first, *others = sites
        lines = [f"SELECT CAST({_fixed(first)} AS {_SITE}) AS code FROM DUAL"]  # noqa: S608 # quoted by `_fixed`
        lines += [f"SELECT {_fixed(code)} FROM DUAL" for code in others]  # noqa: S608 # the same
        return text(" UNION ALL\n".join(lines)).columns(column("code", TEXT)).cte("carte")

    def probe_types(self, connection: Connection, probed: Probed) -> None:
        check_declared(connection, probed, self)

    def code(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return cast(func.trim(_text(column)), TEXT)

    def key(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return self.code(column)

    def word(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return cast(func.lower(func.trim(_text(column))), TEXT)

    def usager(self, column: ColumnElement[object]) -> ColumnElement[str]:
        bare = _text(column)
        # one byte for each character: nothing to compose, which is nearly always
        composed = case((func.lengthb(bare) > func.length(bare), func.compose(bare)), else_=bare)
        return cast(composed if is_text(column) else bare, TEXT)

    def day(self, column: ColumnElement[object], nature: Nature, clock: Clock) -> ColumnElement[date]:
        if not fits(column, nature):
            return cast(null(), Date)  # it was looked at, and holds nothing
        match nature:
            case Jour():
                return _iso_day(column) if is_text(column) else _day_of(column)
            case Instant():
                return self._instant_day(column, nature.zone_at(clock.fuseau), clock)
            case EpochS():
                return _epoch_day(column, 1, clock)
            case EpochMs():
                return _epoch_day(column, 1000, clock)

    def _instant_day(self, raw: ColumnElement[Any], zone: str, clock: Clock) -> ColumnElement[date]:
        naive = naive_steps(zone, clock.fuseau, clock.debut, clock.fin)
        absolute = utc_steps(clock.fuseau, clock.debut, clock.fin)
        if is_text(raw):
            return _text_day(raw, naive, absolute)
        if _aware(raw):
            utc: ColumnElement[Any] = func.sys_extract_utc(raw, type_=TIMESTAMP())
            return _moved(utc, absolute)
        return _day_of(raw) if unmoved(naive) else _moved(raw, naive)

    def absent(self, column: ColumnElement[object]) -> ColumnElement[bool]:
        return func.trim(column).is_(None) if is_text(column) else column.is_(None)

    def ordinal(self, day: ColumnElement[Any]) -> ColumnElement[int]:
        return cast(day.op("-")(_EPOCH), Integer) + number(date(1970, 1, 1).toordinal())

    def near(
        self, column: ColumnElement[object], nature: Nature, debut: date | None, fin: date | None
    ) -> Sequence[ColumnElement[bool]]:
        if not fits(column, nature):
            return []
        low = None if debut is None else _raw_bound(column, debut - MARGIN, nature)
        high = None if fin is None else _raw_bound(column, fin + MARGIN, nature)
        return [
            *([] if low is None else [column >= low]),
            *([] if high is None else [column < high]),
        ]


def _as_spelled(name: str) -> str:
    """CODE is what an unquoted « code » becomes; « code » itself was quoted, and must be again."""
    return name.lower() if name.isupper() else quoted_name(name, quote=True)


def _fixed(mot: str) -> str:
    """A text of ours as a literal of SQL, its colons escaped for `text`."""
    quoted = mot.replace("'", "''").replace(":", "\\:")
    return f"'{quoted}'"


def _text(raw: ColumnElement[Any]) -> ColumnElement[Any]:
    """As text, without padding; NULL when empty, too long, or not the same in the base's own character set."""
    if isinstance(raw.type, Numeric):
        whole = case((raw == func.trunc(raw), cast(raw, String(40))))
        return cast(raw, String(40)) if raw.type.scale == 0 else whole
    if not is_text(raw):
        return cast(raw, String(40))
    bare = func.rtrim(raw, type_=raw.type)
    fitting = func.length(bare) <= number(_LONGEST)
    if isinstance(raw.type, NVARCHAR2):
        own = func.to_char(bare)
        return case((and_(fitting, func.to_nchar(own) == bare), own))
    return case((fitting, bare))


def _aware(raw: ColumnElement[Any]) -> bool:
    return isinstance(raw.type, TIMESTAMP) and bool(raw.type.timezone or raw.type.local_timezone)


def _day_of(moment: ColumnElement[Any]) -> ColumnElement[date]:
    """The day without its hour. A TIMESTAMP goes through text: its conversion to a DATE may round up."""
    if isinstance(moment.type, TIMESTAMP):
        day = _quoted("YYYY-MM-DD")
        return func.to_date(func.to_char(moment, day), day, type_=Date)
    return func.trunc(moment, type_=Date)


class _ReadDate(FunctionElement[Any]):
    """TO_DATE(text DEFAULT NULL ON CONVERSION ERROR, format): NULL for what is no date."""

    type = DateTime()
    inherit_cache = True
    name = "to_date"


@compiles(_ReadDate)
def _spell_read_date(element: _ReadDate, compiler: SQLCompiler, **kw: Any) -> str:
    read, fmt = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"TO_DATE({read} DEFAULT NULL ON CONVERSION ERROR, {fmt})"


def _iso_day(raw: ColumnElement[Any]) -> ColumnElement[date]:
    return func.trunc(_ReadDate(func.substr(raw, number(1), number(10)), _ISO_DAY), type_=Date)


def _shifted(moment: ColumnElement[Any], steps: Sequence[Step]) -> ColumnElement[Any]:
    shift = stepped(moment, steps, lambda since: literal_column(f"TIMESTAMP '{wall_of(since)}'", TIMESTAMP))
    return moment.op("+", return_type=moment.type)(func.numtodsinterval(shift, _quoted("SECOND")))


def _moved(moment: ColumnElement[Any], steps: Sequence[Step]) -> ColumnElement[date]:
    """The day of a moment after the switches it has passed; what stands for « for ever » stays where it is."""
    still = beyond(moment, _day_literal(FIRST), _day_literal(LAST))
    return case((still, _day_of(moment)), else_=_day_of(_shifted(moment, steps)))


def _text_day(raw: ColumnElement[Any], naive: Sequence[Step], absolute: Sequence[Step]) -> ColumnElement[date]:
    """The day of a text: what has no offset is read in the column's zone, a bare day is that day."""
    length = case((_part(raw, 17, 1) == _quoted(":"), number(19)), else_=number(16))
    wall = _ReadDate(func.replace(func.substr(raw, number(1), length), _quoted("T"), _quoted(" ")), _ISO_SECONDS)
    tail = func.rtrim(func.substr(raw, number(17)), type_=String())
    offset = func.replace(func.regexp_substr(tail, _quoted("[+-][0-9:]+$")), _quoted(":"), _quoted(""), type_=String())
    rest = _part(offset, 1, 1) + func.coalesce(_part(offset, 4, 2), _quoted("0"), type_=String())
    minutes = func.to_number(_part(offset, 1, 3)) * number(60) + func.to_number(rest)
    universal = func.upper(func.substr(tail, number(-1))) == _quoted("Z")
    ahead = case((universal, number(0)), else_=minutes)
    utc = wall.op("-", return_type=DateTime())(func.numtodsinterval(ahead, _quoted("MINUTE")))
    always = beyond(raw, _quoted(FIRST.isoformat()), _quoted(LAST.isoformat()))
    return case(
        (or_(always, tail.is_(None) & (func.length(func.rtrim(raw)) <= number(10))), _iso_day(raw)),
        (or_(universal, offset.is_not(None)), _day_of(_shifted(utc, absolute))),
        else_=_iso_day(raw) if unmoved(naive) else _day_of(_shifted(wall, naive)),
    )


def _part(whole: ColumnElement[Any], start: int, length: int) -> ColumnElement[Any]:
    return func.substr(whole, number(start), number(length), type_=String())


def _quoted(mot: str) -> ColumnElement[str]:
    """A short text of ours, written in the statement."""
    return literal_column(f"'{mot}'", String)


def _epoch_day(raw: ColumnElement[Any], unit: int, clock: Clock) -> ColumnElement[date]:
    seconds: ColumnElement[Any] = func.floor(raw / number(unit), type_=Numeric())
    steps = stepped(seconds, utc_steps(clock.fuseau, clock.debut, clock.fin), number)
    shift = case((beyond(seconds, number(SOONEST), number(LATEST)), number(0)), else_=steps)
    days = func.floor((seconds + shift) / number(86_400))
    real = and_(raw >= number(FROM_YEAR_1 * unit), raw < number(TO_YEAR_10000 * unit))
    return case((real, _EPOCH.op("+", return_type=Date())(days)))


def _day_literal(day: date) -> ColumnElement[Any]:
    return literal_column(f"DATE '{day.isoformat()}'", Date)


def _raw_bound(raw: ColumnElement[Any], day: date, nature: Nature) -> ColumnElement[Any]:
    if isinstance(nature, (EpochS, EpochMs)):
        seconds = (day - date(1970, 1, 1)).days * 86_400
        return number(seconds if isinstance(nature, EpochS) else seconds * 1000)
    return _quoted(day.isoformat()) if is_text(raw) else _day_literal(day)
