"""SQL Server 2012 and later (compatibility level 110 of the database, for TRY_CONVERT).

Text is NVARCHAR with a binary collation, given wherever a text is made: the collation of a server, of its database and
of a column may all differ, and most of them take « ABC » for « abc ». Nothing is read through the session's language.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnClause,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    FromClause,
    Integer,
    Numeric,
    Select,
    Unicode,
    and_,
    case,
    cast,
    column,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    try_cast,
    union_all,
    values,
)
from sqlalchemy.dialects.mssql import DATETIME2
from sqlalchemy.sql.selectable import TextualSelect, TypedReturnsRows
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import BigInteger, Boolean, Float, LargeBinary, NullType, TypeEngine, Uuid

from temoin_sdk.civil import MARGIN, Step, naive_steps, utc_steps
from temoin_sdk.contract.natures import EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.statement.dialects.base import TEXT, Clock, Dialect, Probed, Seen
from temoin_sdk.statement.dialects.declared import check_declared, fits, is_text
from temoin_sdk.statement.dialects.mssql_text import rename_ctes, take_apart
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

_COLLATION: Final = "Latin1_General_100_BIN2"

_ROWS: Final = 1_000
"""What one table value constructor holds; sites are literals in it, because a query takes 2 100 parameters."""

_ENDS: Final = frozenset({"sortie", "fin"})
"""Columns in which 1900-01-01 is no date: that is what an empty text becomes in a datetime of SQL Server."""

_DAY: Final[ColumnElement[Any]] = literal_column("day")
_MINUTE: Final[ColumnElement[Any]] = literal_column("minute")
_SECOND: Final[ColumnElement[Any]] = literal_column("second")
_ISO: Final[ColumnElement[Any]] = literal_column("23")
_ISO_SECONDS: Final[ColumnElement[Any]] = literal_column("120")
_EPOCH: Final[ColumnElement[Any]] = literal_column("CONVERT(date, '19700101', 112)", Date)
_NOWHEN: Final[ColumnElement[Any]] = literal_column("CONVERT(date, '19000101', 112)", Date)

_BY_KIND: Final[Mapping[Any, TypeEngine[Any]]] = {
    str: Unicode(),
    int: BigInteger(),
    float: Float(),
    bool: Boolean(),
    date: Date(),
    bytes: LargeBinary(),
    UUID: Uuid(),
}


def described_type(one: Sequence[Any]) -> TypeEngine[Any]:
    """Type of a column by its PEP 249 description, whose type codes are Python's own types here.

    datetimeoffset and datetime2 share one: they are told apart by their size, 26 and 19 characters before the fraction.
    """
    kind, size, scale = one[1], one[4] or 0, one[5] or 0
    if kind is datetime:
        whole = size - (scale + 1 if scale else 0)
        return DateTime(timezone=whole == len("2026-10-31 10:00:00 +01:00"))
    if kind is Decimal:
        return Numeric(size, scale)
    return _BY_KIND.get(kind, NullType())


class MSSQLDialect(Dialect):
    """Expressions of Transact-SQL."""

    def __init__(self) -> None:
        self._recursion: int | None = None

    def look(self, connection: Connection, cleaned: str, binds: Sequence[BindParameter[Any]]) -> list[Seen]:
        textual, recursion = _textual(cleaned, "sonde", [], binds)
        rows = textual.subquery("sonde")
        probe: Select[Any] = select(literal_column("*")).select_from(rows).where(literal_column("1 = 0"))
        with connection.execute(_recursive(probe, recursion)) as result:
            described = result.cursor.description if result.cursor is not None else ()
            return [self.seen(one) for one in described]

    def seen(self, described: Sequence[Any]) -> Seen:
        return Seen(described[0], described_type(described))

    def textual(self, probed: Probed, columns: Sequence[ColumnClause[Any]]) -> TextualSelect:
        binds = [part for part in iterate(probed.texte) if isinstance(part, BindParameter)]
        textual, recursion = _textual(probed.texte.text, probed.relation.value, columns, binds)
        if recursion is not None and self._recursion != 0:
            self._recursion = 0 if recursion == 0 else max(recursion, self._recursion or 0)
        return textual

    def sites(self, sites: Sequence[str]) -> FromClause:
        rows = [(site,) for site in sites]
        parts = [
            select(values(column("code", TEXT), name=f"sites_{at}", literal_binds=True).data(rows[at : at + _ROWS]))
            for at in range(0, len(rows), _ROWS)
        ]
        return union_all(*parts).cte("carte")

    def assembled(self, arms: Sequence[Select[Any]]) -> TypedReturnsRows[Any]:
        whole = union_all(*arms)
        if self._recursion is None:
            return whole
        return _recursive(select(whole.subquery("tout")), self._recursion)

    def probe_types(self, connection: Connection, probed: Probed) -> None:
        check_declared(connection, probed, self)

    def code(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return _binary(func.ltrim(_text(column)))

    def key(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return _binary(func.nullif(func.ltrim(_text(column)), _quoted("")))

    def word(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return _binary(func.nullif(func.lower(func.ltrim(_text(column))), _quoted("")))

    def usager(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return _binary(func.nullif(_text(column), _quoted("")))

    def day(self, column: ColumnElement[object], nature: Nature, clock: Clock) -> ColumnElement[date]:
        if not fits(column, nature):
            return cast(null(), Date)  # it was looked at, and holds nothing
        match nature:
            case Jour():
                return _iso_day(column) if is_text(column) else cast(_raw(column), Date)
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
        if isinstance(raw.type, Date) or (not _aware(raw) and unmoved(naive)):
            return cast(_raw(raw), Date)
        return _moved(_raw(raw), absolute if _aware(raw) else naive)

    def absent(self, column: ColumnElement[object]) -> ColumnElement[bool]:
        if is_text(column):
            return or_(column.is_(None), func.rtrim(cast(column, Unicode(_LONGEST))) == _quoted(""))
        return or_(column.is_(None), column == _NOWHEN) if _may_be_nowhen(column) else column.is_(None)

    def ordinal(self, day: ColumnElement[Any]) -> ColumnElement[int]:
        since: ColumnElement[int] = func.datediff(_DAY, _EPOCH, day, type_=Integer)
        return since + number(date(1970, 1, 1).toordinal())

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


def _textual(
    cleaned: str, relation: str, columns: Sequence[ColumnClause[Any]], binds: Iterable[BindParameter[Any]]
) -> tuple[TextualSelect, int | None]:
    """An editor's SELECT whose WITH goes to the head of the statement, under names that are only its own."""
    hoisted = take_apart(cleaned, ou=f"relation {relation}")
    hoisted = rename_ctes(hoisted, {cte.nom.lower(): f"{relation}_{cte.nom}" for cte in hoisted.ctes})
    known = {bind.key: bind for bind in binds}

    def bound(part: str, names: Sequence[ColumnClause[Any]]) -> TextualSelect:
        clause = text(part)
        mine = [known[b.key] for b in iterate(clause) if isinstance(b, BindParameter)]
        return clause.bindparams(*mine).columns(*names)

    ctes = [
        # « recursive » spells the columns of the name; T-SQL itself has no such word
        bound(cte.corps, [column(name) for name in cte.colonnes]).cte(cte.nom, recursive=bool(cte.colonnes))
        for cte in hoisted.ctes
    ]
    return bound(hoisted.reste, columns).add_cte(*ctes), hoisted.recursion


def _recursive(rows: Select[Any], levels: int | None) -> Select[Any]:
    return rows if levels is None else rows.suffix_with(text(f"OPTION (MAXRECURSION {levels:d})"))


def _binary(value: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(value, TEXT).collate(_COLLATION)


def _text(raw: ColumnElement[Any]) -> ColumnElement[Any]:
    """As text, without padding, NULL when it is too long."""
    if isinstance(raw.type, Uuid):
        return func.lower(cast(raw, Unicode(36)))
    if isinstance(raw.type, Numeric):
        return cast(cast(raw, Numeric(38, 0)), Unicode(40))
    if not is_text(raw):
        return cast(raw, Unicode(40))
    whole = func.rtrim(cast(raw, Unicode(4000)))
    return case((func.len(whole) <= number(_LONGEST), whole))


def _aware(raw: ColumnElement[Any]) -> bool:
    return isinstance(raw.type, DateTime) and bool(raw.type.timezone)


def _may_be_nowhen(raw: ColumnElement[Any]) -> bool:
    return raw.key in _ENDS and isinstance(raw.type, (Date, DateTime))


def _raw(raw: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.nullif(raw, _NOWHEN, type_=raw.type) if _may_be_nowhen(raw) else raw


def _iso_day(raw: ColumnElement[Any]) -> ColumnElement[date]:
    leading = func.left(cast(raw, Unicode(_LONGEST)), number(10))
    return func.try_convert(literal_column("date"), func.nullif(leading, _quoted("")), _ISO, type_=Date)


def _shifted(wall: ColumnElement[Any], steps: Sequence[Step]) -> ColumnElement[Any]:
    bound = "CONVERT(datetime2, '{}', 120)"
    shift = stepped(wall, steps, lambda since: literal_column(bound.format(wall_of(since)), DATETIME2))
    return func.dateadd(_SECOND, shift, wall, type_=DATETIME2)


def _moved(moment: ColumnElement[Any], steps: Sequence[Step]) -> ColumnElement[date]:
    """The day of a moment after the switches it has passed; what stands for « for ever » stays where it is."""
    utc = func.switchoffset(moment, _quoted("+00:00")) if _aware(moment) else moment
    still = beyond(moment, _day_literal(FIRST), _day_literal(LAST))
    return case((still, cast(moment, Date)), else_=cast(_shifted(cast(utc, DATETIME2), steps), Date))


def _text_day(raw: ColumnElement[Any], naive: Sequence[Step], absolute: Sequence[Step]) -> ColumnElement[date]:
    """The day of a text: what has no offset is read in the column's zone, a bare day is that day."""
    length = case((_part(raw, 17, 1) == _quoted(":"), number(19)), else_=number(16))
    wall: ColumnElement[Any] = func.try_convert(
        literal_column("datetime2(0)"),
        func.replace(func.left(raw, length), _quoted("T"), _quoted(" ")),
        _ISO_SECONDS,
        type_=DATETIME2,
    )
    tail = func.rtrim(func.substring(raw, number(17), number(30)), type_=Unicode())
    sign = func.patindex(_quoted("%[+-]%"), tail)
    offset = func.replace(func.substring(tail, sign, number(6)), _quoted(":"), _quoted(""), type_=Unicode())
    hours = try_cast(_part(offset, 1, 3), Integer)
    rest = try_cast(func.concat(_part(offset, 1, 1), _quoted("0"), _part(offset, 4, 2)), Integer)
    universal = func.upper(func.right(tail, number(1))) == _quoted("Z")
    ahead = case((universal, number(0)), else_=hours * number(60) + rest)
    utc = func.dateadd(_MINUTE, -ahead, wall, type_=DATETIME2)
    always = beyond(raw, _quoted(FIRST.isoformat()), _quoted(LAST.isoformat()))
    return case(
        (or_(always, func.len(raw) <= number(10)), _iso_day(raw)),
        (or_(universal, sign > number(0)), cast(_shifted(utc, absolute), Date)),
        else_=_iso_day(raw) if unmoved(naive) else cast(_shifted(wall, naive), Date),
    )


def _part(whole: ColumnElement[Any], start: int, length: int) -> ColumnElement[Any]:
    return func.substring(whole, number(start), number(length), type_=Unicode())


def _quoted(mot: str) -> ColumnElement[str]:
    """A short ASCII text of ours, written in the statement."""
    return literal_column(f"'{mot}'", Unicode)


def _epoch_day(raw: ColumnElement[Any], unit: int, clock: Clock) -> ColumnElement[date]:
    """Whole days since 1970, which DATEADD takes as an int when it could not take the seconds."""
    seconds: ColumnElement[Any] = cast(func.floor(raw / literal_column(f"{unit}.0")), Numeric(20, 0))
    steps = stepped(seconds, utc_steps(clock.fuseau, clock.debut, clock.fin), number)
    shift = case((beyond(seconds, number(SOONEST), number(LATEST)), number(0)), else_=steps)
    days = cast(func.floor((seconds + shift) / literal_column("86400.0")), Integer)
    real = and_(raw >= number(FROM_YEAR_1 * unit), raw < number(TO_YEAR_10000 * unit))
    return case((real, func.dateadd(_DAY, days, _EPOCH, type_=Date)))


def _day_literal(day: date) -> ColumnElement[Any]:
    return literal_column(f"CONVERT(date, '{day:%Y%m%d}', 112)", Date)


def _raw_bound(raw: ColumnElement[Any], day: date, nature: Nature) -> ColumnElement[Any]:
    if isinstance(nature, (EpochS, EpochMs)):
        seconds = (day - date(1970, 1, 1)).days * 86_400
        return number(seconds if isinstance(nature, EpochS) else seconds * 1000)
    # a text of ours without N leaves the index of a varchar column usable
    return _quoted(day.isoformat()) if is_text(raw) else _day_literal(day)
