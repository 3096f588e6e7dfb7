"""PostgreSQL: dates have types, so most expressions are a cast or nothing; texts are read without ever raising.

The session's zone is never asked: instants are told in UTC, which has no rule, and moved by literal steps. A native
date or timestamp of the establishment's own clock costs no more than in a hand-written query.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    Numeric,
    Select,
    SmallInteger,
    String,
    Uuid,
    any_,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    text,
)
from sqlalchemy.types import NullType, TypeEngine

from temoin_sdk.civil import MARGIN, Step, naive_steps, utc_steps
from temoin_sdk.contract.natures import EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.errors import MappingError
from temoin_sdk.statement.dialects.base import TEXT, Clock, Dialect, Keys, Probed, Seen, as_it_is
from temoin_sdk.statement.dialects.declared import check_declared
from temoin_sdk.statement.dialects.steps import number, unmoved, wall_of


class Worded(String):
    """Text only once cast: enumerations have no function of texts, and citext compares without case."""


_TYPES: Final[Mapping[str, TypeEngine[Any]]] = {
    "int2": SmallInteger(),
    "int4": Integer(),
    "int8": BigInteger(),
    "oid": BigInteger(),
    "float4": Float(),
    "float8": Float(),
    "numeric": Numeric(),
    "date": Date(),
    "timestamp": DateTime(),
    "timestamptz": DateTime(timezone=True),
    "text": String(),
    "varchar": String(),
    "bpchar": String(),
    "name": String(),
    "citext": Worded(),
    "uuid": Uuid(),
    "bool": Boolean(),
}
"""By the name of the type in pg_type; an enumeration is read as text, anything else is of no use to the contract."""

_DAY: Final = (
    r"(?!0000)(\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))"
    r"|(\d\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
)
"""A day that exists: casting one that does not is an error that would stop the whole statement."""

_HOUR: Final = r"[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d+)?)?"
_OFFSET: Final = r"([Zz]|[+-](0\d|1[0-5])(:?[0-5]\d)?)"
_TURN: Final = timedelta(days=1)
"""Around a bound, hours within which no clock may turn for one comparison to tell the day."""

_FIRST, _LAST = date(1, 1, 1), date(9999, 12, 31)
_SHIFT_DAYS: Final = _FIRST.toordinal() - date(1970, 1, 1).toordinal()
_SOONEST, _LATEST = _SHIFT_DAYS * 86_400, (_LAST.toordinal() - date(1970, 1, 1).toordinal() + 1) * 86_400 - 1


class PostgreSQLDialect(Dialect):
    """Expressions for PostgreSQL 13 and later."""

    def look(self, connection: Connection, cleaned: str, binds: Sequence[BindParameter[Any]]) -> list[Seen]:
        probe = text(f"SELECT * FROM ({cleaned}) sonde WHERE 1 = 0")  # noqa: S608 # tokenised, one SELECT
        with connection.execute(probe.bindparams(*binds)) as result:
            described: list[Any] = list(result.cursor.description) if result.cursor is not None else []
        asked = text("SELECT oid, typname, typtype FROM pg_type WHERE oid = ANY (:oids)")
        known = {
            oid: Worded() if kind == "e" else _TYPES.get(name, NullType())
            for oid, name, kind in connection.execute(asked, {"oids": [one.type_code for one in described]})
        }
        return [Seen(one.name, _scaled(known.get(one.type_code, NullType()), one.scale)) for one in described]

    def keys(self, usagers: Sequence[TypeEngine[Any]]) -> Keys:
        # numbers cost several times less to hash than texts, and a text costs less as it stands than trimmed
        whole = bool(usagers) and all(isinstance(kind, Integer) for kind in usagers)
        return Keys(
            site=_bare,
            spell_site=self.code,
            usager=(lambda column: cast(column, BigInteger)) if whole else self.usager,
            spell_usager=(lambda key: cast(key, TEXT)) if whole else as_it_is,
        )

    def among(self, sites: Sequence[str]) -> Callable[[ColumnElement[str]], ColumnElement[bool]]:
        # one parameter however many sites there are: a statement may have 65 535
        return lambda code: code == any_(literal(list(sites), ARRAY(TEXT)))

    def probe_types(self, connection: Connection, probed: Probed) -> None:
        for name, nature in probed.natures.items():
            kind = probed.vues[name].type
            if isinstance(nature, Jour) and isinstance(kind, DateTime) and kind.timezone:
                raise MappingError(
                    f"La colonne « {name} » est de type timestamptz, un instant, et sa nature déclarée est Jour.",
                    remede='Déclarer Instant("Europe/Paris"), ou rendre le jour voulu dans le SELECT : '
                    "(x AT TIME ZONE 'Europe/Paris')::date.",
                    ou=f"relation {probed.relation.value}",
                    code="date_nature",
                )
        check_declared(connection, probed, self)

    def code(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.trim(_text(column), type_=TEXT).collate("C")

    def key(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.nullif(self.code(column), literal_column("''"))

    def word(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.nullif(func.lower(self.code(column)), literal_column("''"))

    def usager(self, column: ColumnElement[object]) -> ColumnElement[str]:
        if not isinstance(column.type, String):
            return cast(column, TEXT).collate("C")
        return func.nullif(func.rtrim(_text(column), type_=TEXT), literal_column("''"), type_=TEXT).collate("C")

    def day(self, column: ColumnElement[object], nature: Nature, clock: Clock) -> ColumnElement[date]:
        match nature:
            case Jour():
                return self._civil_day(column)
            case Instant():
                return self._instant_day(column, nature.zone_at(clock.fuseau), clock)
            case EpochS():
                return _epoch_day(column, 1, clock)
            case EpochMs():
                return _epoch_day(column, 1000, clock)

    def _civil_day(self, raw: ColumnElement[Any]) -> ColumnElement[date]:
        if isinstance(raw.type, Date):
            return raw
        if isinstance(raw.type, DateTime):
            return cast(raw, Date)
        written = func.substr(_text(raw), 1, 10, type_=TEXT)
        return case((written.regexp_match(f"^{_DAY}$"), cast(written, Date)), else_=cast(null(), Date))

    def _instant_day(self, raw: ColumnElement[Any], zone: str, clock: Clock) -> ColumnElement[date]:
        if isinstance(raw.type, Date):
            return raw
        local = () if zone == clock.fuseau else naive_steps(zone, clock.fuseau, clock.debut, clock.fin)
        absolute = utc_steps(clock.fuseau, clock.debut, clock.fin)
        if isinstance(raw.type, DateTime):
            return _moved(_in_utc(raw), absolute) if raw.type.timezone else _moved(raw, local)
        written = _text(raw)
        whole = case(
            (func.substr(written, 17, 1) == ":", func.substr(written, 1, 19)), else_=func.substr(written, 1, 16)
        )
        # a fraction is cut, never rounded up into the next second, which may be the next day
        carried = func.regexp_replace(written, r"[.,]\d+", "", type_=TEXT)
        return case(
            (written.regexp_match(f"^{_DAY}$"), cast(written, Date)),
            (written.regexp_match(f"^{_DAY}{_HOUR}$"), _moved(cast(whole, DateTime), local)),
            (
                written.regexp_match(f"^{_DAY}{_HOUR}{_OFFSET}$"),
                _moved(_in_utc(cast(carried, DateTime(timezone=True))), absolute),
            ),
            else_=cast(null(), Date),
        )

    def absent(self, column: ColumnElement[object]) -> ColumnElement[bool]:
        if isinstance(column.type, String):
            return or_(column.is_(None), _text(column) == literal_column("''"))
        return column.is_(None)

    def ordinal(self, day: ColumnElement[Any]) -> ColumnElement[int]:
        # 'infinity' and years of five digits are « for ever »; nothing before the window is ever handed over
        since = cast(day - literal_column("DATE '0001-01-01'"), Integer) + number(1)
        return case((day <= literal_column("DATE '9999-12-31'"), since), (day.is_not(None), number(_LAST.toordinal())))

    def settled(self, rows: Select[Any], raws: Sequence[ColumnElement[Any]]) -> Select[Any]:
        if not any(isinstance(raw.type, String) for raw in raws):
            return rows  # nothing dear is evaluated twice, and a limit would forbid parallel plans
        return rows.offset(literal_column("0"))  # not pulled up: expressions over texts are evaluated once

    def exactly(
        self, column: ColumnElement[object], nature: Nature, clock: Clock, bounds: tuple[date | None, date]
    ) -> Sequence[ColumnElement[bool]] | None:
        moments = [None if day is None else _exact_bound(day, column, nature, clock) for day in bounds]
        if any(day is not None and moment is None for day, moment in zip(bounds, moments, strict=True)):
            return None
        low, high = moments
        return [*([] if low is None else [column >= low]), *([] if high is None else [column < high])]

    def near(
        self, column: ColumnElement[object], nature: Nature, debut: date | None, fin: date | None
    ) -> Sequence[ColumnElement[bool]]:
        low = None if debut is None else _raw_bound(debut - MARGIN, column, nature)
        high = None if fin is None else _raw_bound(fin + MARGIN, column, nature)
        return [
            *([] if low is None else [column >= low]),
            *([] if high is None else [column < high]),
        ]


def _bare(code: ColumnElement[Any]) -> ColumnElement[str]:
    """A site code compared byte by byte, its padding still there unless the type strips it."""
    return _text(code).collate("C")


def _scaled(kind: TypeEngine[Any], scale: int | None) -> TypeEngine[Any]:
    """A number of any scale may be 12 in one relation and 12.00 in another: only a scale of 0 makes it whole."""
    return Numeric(scale=1 if scale is None else scale) if type(kind) is Numeric else kind


def _text(raw: ColumnElement[Any]) -> ColumnElement[str]:
    """As text: an identifier padded to a width loses its padding, and case counts again."""
    return raw if type(raw.type) is String else cast(raw, TEXT)


def _in_utc(moment: ColumnElement[Any]) -> ColumnElement[datetime]:
    return func.timezone(literal_column("'UTC'"), moment, type_=DateTime())


def _exact_bound(day: date, raw: ColumnElement[Any], nature: Nature, clock: Clock) -> ColumnElement[Any] | None:
    """The first moment of a day as the column writes it; None when a text or a number may be none, or a clock turns."""
    if isinstance(raw.type, Date) and isinstance(nature, (Jour, Instant)):
        return literal(day, Date)
    if not isinstance(raw.type, DateTime):
        return None
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 # the column has none
    if isinstance(nature, Jour):
        return literal(midnight, DateTime())
    if not isinstance(nature, Instant):
        return None
    written, wall = "UTC" if raw.type.timezone else nature.zone_at(clock.fuseau), clock.fuseau
    if written != wall and any(_turns(midnight, zone) for zone in (written, wall)):
        return None
    moved = midnight.replace(tzinfo=ZoneInfo(wall)).astimezone(ZoneInfo(written))
    return literal(moved if raw.type.timezone else moved.replace(tzinfo=None), DateTime(timezone=raw.type.timezone))


def _turns(midnight: datetime, zone: str) -> bool:
    """Whether the clocks of a zone change within a day of this hour: an hour would be missing, or come twice."""
    around = (midnight.replace(tzinfo=ZoneInfo(zone)) + shift for shift in (-_TURN, timedelta(), _TURN))
    return len({moment.utcoffset() for moment in around}) > 1


def _raw_bound(day: date, raw: ColumnElement[Any], nature: Nature) -> ColumnElement[Any]:
    if isinstance(nature, (EpochS, EpochMs)):
        seconds = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        return number(seconds if isinstance(nature, EpochS) else seconds * 1000)
    if isinstance(raw.type, String):
        return literal(day.isoformat(), String)
    if isinstance(raw.type, DateTime):
        zone = UTC if raw.type.timezone else None
        return literal(datetime(day.year, day.month, day.day, tzinfo=zone), DateTime(timezone=zone is not None))
    return literal(day, Date)


def _moved(moment: ColumnElement[Any], steps: Sequence[Step]) -> ColumnElement[date]:
    """The day of a naive moment after the switches it has passed; the first moments there are stay where they are."""
    if not steps or unmoved(steps):
        return cast(moment, Date)
    first, *later = steps
    moved = case(
        *((moment >= _at(step.since), moment + _lasting(step)) for step in reversed(later) if step.since is not None),
        (moment >= literal_column("TIMESTAMP '0001-01-01'"), moment + _lasting(first)),
        else_=moment,
    )
    return cast(moved, Date)


def _at(since: int) -> ColumnElement[datetime]:
    return literal_column(f"TIMESTAMP '{wall_of(since)}'", DateTime())


def _lasting(step: Step) -> ColumnElement[timedelta]:
    return literal_column(f"INTERVAL '{step.seconds} seconds'")


def _epoch_day(raw: ColumnElement[Any], unit: int, clock: Clock) -> ColumnElement[date]:
    """Whole days since the year 1: a division of positive numbers cuts them like a floor."""
    whole = cast(raw if isinstance(raw.type, Integer) else func.floor(raw), BigInteger)
    since = whole + _since_year_1(raw, unit, utc_steps(clock.fuseau, clock.debut, clock.fin))
    days = cast(since // number(86_400 * unit), Integer)
    possible = raw.between(number(_SOONEST * unit), number((_LATEST + 1) * unit - 1))
    return case((possible, literal_column("DATE '0001-01-01'", Date) + days), else_=cast(null(), Date))


def _since_year_1(raw: ColumnElement[Any], unit: int, steps: Sequence[Step]) -> ColumnElement[int]:
    """What to add to an epoch so that it counts from the year 1 on the establishment's wall clock."""
    moved = [(step.since, number((step.seconds - _SOONEST) * unit)) for step in steps]
    passed = [(raw >= number(since * unit), added) for since, added in reversed(moved) if since is not None]
    return case(*passed, else_=moved[0][1]) if passed else moved[0][1]
