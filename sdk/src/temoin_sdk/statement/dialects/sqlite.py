"""SQLite: no date type, so text (with and without time, `T` or space, with or without offset) and epochs.

Values have a type of their own whatever the column says. Integers sort before all text, which makes a wrong
declaration lose every row in silence: `probe_types` looks for that first, with comparisons that an index serves.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Integer,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
)

from temoin_sdk.civil import MARGIN, Step, naive_steps, utc_steps
from temoin_sdk.contract.natures import EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.errors import MappingError
from temoin_sdk.statement.dialects.base import Clock, Dialect, Probed
from temoin_sdk.statement.dialects.sqlite_values import check_values

_PLAIN_TIME: Final = "??????????[ T]??:??:??"


class SQLiteDialect(Dialect):
    """Expressions for SQLite 3.38 and later."""

    def probe_types(self, connection: Connection, probed: Probed) -> None:
        source = self.rows(probed, "r")
        for name, nature in probed.natures.items():
            if name not in probed.colonnes:
                continue
            wrong = self._wrong_kind(source.c[name], nature)
            if connection.execute(select(literal(1)).select_from(source).where(wrong).limit(1)).first() is not None:
                raise _wrong_nature(probed, name, nature)
            check_values(connection, probed, source.c[name], nature)

    def _wrong_kind(self, raw: ColumnElement[object], nature: Nature) -> ColumnElement[bool]:
        if isinstance(nature, (Jour, Instant)):
            return raw < literal_column("''")  # every number sorts before every text
        return raw >= literal_column("' '")

    def code(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.trim(cast(column, String))

    def key(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.nullif(self.code(column), literal_column("''"))

    def word(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.nullif(func.lower(func.trim(cast(column, String))), literal_column("''"))

    def usager(self, column: ColumnElement[object]) -> ColumnElement[str]:
        text = func.rtrim(type_coerce(column, String))
        whole = cast(column, Integer)
        settled = case(
            (func.typeof(column) == "integer", cast(column, String)),
            (func.typeof(column) == "text", func.nullif(text, literal_column("''"))),
            # 7 stored in a column of real affinity comes back as 7.0: still the integer 7
            ((func.typeof(column) == "real") & (column == whole), cast(whole, String)),
            else_=null(),
        )
        return type_coerce(settled, String).collate("BINARY")

    def day(self, column: ColumnElement[object], nature: Nature, clock: Clock) -> ColumnElement[date]:
        match nature:
            case Jour():
                text = type_coerce(func.substr(column, 1, 10), String)
                return type_coerce(case((_is_day(text), text), else_=null()), Date)
            case Instant():
                return self._instant_day(column, nature.zone_at(clock.fuseau), clock)
            case EpochS():
                return _shifted_epoch(_whole(column), clock)
            case EpochMs():
                return _shifted_epoch(_whole(column) // literal(1000, Integer), clock)

    def _instant_day(self, raw: ColumnElement[object], zone: str, clock: Clock) -> ColumnElement[date]:
        text = type_coerce(raw, String)
        day = type_coerce(func.substr(text, 1, 10), String)
        # a fraction is cut, never rounded up into the next second, which may be the next day
        seconds = case((func.substr(text, 17, 1) == ":", func.substr(text, 17, 3)), else_="")
        wall = type_coerce(func.substr(text, 1, 16), String) + type_coerce(seconds, String)
        offset = _offset(text)
        steps = utc_steps(clock.fuseau, clock.debut, clock.fin)
        same = zone == clock.fuseau
        naive = day if same else _moved(wall, naive_steps(zone, clock.fuseau, clock.debut, clock.fin))
        return type_coerce(
            case(
                (func.coalesce(_is_day(day), 0) == 0, null()),
                (func.length(text) == 10, text),
                (text.op("GLOB")(_PLAIN_TIME), func.coalesce(naive, day)),  # by far the most common spelling
                # « for ever », 9999-12-31 23:59:59, has no day after it to be moved to
                (offset.is_not(None), func.coalesce(_moved(wall + offset, steps), day)),
                else_=func.coalesce(naive, day),
            ),
            Date,
        )

    def absent(self, column: ColumnElement[object]) -> ColumnElement[bool]:
        return or_(column.is_(None), column == literal_column("''"))

    def ordinal(self, day: ColumnElement[Any]) -> ColumnElement[int]:
        return cast(func.julianday(day) - literal_column("1721424.5"), Integer)

    def settled(self, rows: Select[Any], raws: Sequence[ColumnElement[Any]]) -> Select[Any]:
        return rows.limit(-1)  # a derived table with a LIMIT is not flattened into what reads it

    def near(
        self, column: ColumnElement[object], nature: Nature, debut: date | None, fin: date | None
    ) -> Sequence[ColumnElement[bool]]:
        low = None if debut is None else _raw_bound(debut - MARGIN, nature)
        high = None if fin is None else _raw_bound(fin + MARGIN, nature)
        return [
            *([] if low is None else [column >= low]),
            *([] if high is None else [column < high]),
        ]


def _is_day(text: ColumnElement[str]) -> ColumnElement[bool]:
    return func.date(text, "+0 days") == text  # without a modifier, 31 September comes back as it is


def _raw_bound(day: date, nature: Nature) -> ColumnElement[object]:
    if isinstance(nature, (Jour, Instant)):
        return literal(day.isoformat(), String)
    seconds = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return literal(seconds if isinstance(nature, EpochS) else seconds * 1000, Integer)


def _whole(raw: ColumnElement[object]) -> ColumnElement[int]:
    """Whole seconds or milliseconds; an empty text is no date, and not the first of January 1970."""
    return cast(func.nullif(raw, literal_column("''")), Integer)


def _offset(text: ColumnElement[str]) -> ColumnElement[str]:
    """The offset at the end of a text, the one way SQLite reads it: +02:00 for +0200 and +02 too. NULL if naive."""
    signs = ("+", "-")
    return type_coerce(
        case(
            (func.upper(func.substr(text, -1)) == "Z", "Z"),
            (func.substr(text, -6, 1).in_(signs), func.substr(text, -6)),
            (
                func.substr(text, -5, 1).in_(signs),
                func.substr(text, -5, 3) + literal(":", String) + func.substr(text, -2),
            ),
            (func.substr(text, -3, 1).in_(signs), func.substr(text, -3) + literal(":00", String)),
            else_=null(),
        ),
        String,
    )


def _moved(moment: ColumnElement[str], steps: Sequence[Step]) -> ColumnElement[str]:
    """The day of a text after the switches it has passed; NULL beyond the year 9999."""
    return func.date(moment, _stepped(func.datetime(moment), steps, _as_text, _as_modifier))


def _shifted_epoch(seconds: ColumnElement[int], clock: Clock) -> ColumnElement[date]:
    steps = utc_steps(clock.fuseau, clock.debut, clock.fin)
    moved = func.date(seconds, "unixepoch", _stepped(seconds, steps, _as_number, _as_modifier))
    return type_coerce(func.coalesce(moved, func.date(seconds, "unixepoch")), Date)


def _as_number(seconds: int) -> ColumnElement[int]:
    return literal(seconds, Integer)


def _as_text(since: int) -> ColumnElement[str]:
    return literal((datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=since)).strftime("%Y-%m-%d %H:%M:%S"), String)


def _as_modifier(seconds: int) -> ColumnElement[str]:
    return literal(f"{seconds:+} seconds", String)


def _stepped(
    value: ColumnElement[Any],
    steps: Sequence[Step],
    bound: Callable[[int], ColumnElement[Any]],
    shift: Callable[[int], ColumnElement[str]],
) -> ColumnElement[str]:
    """A CASE over the switches, the latest that the value has passed first."""
    first, *later = steps
    if not later:
        return shift(first.seconds)
    return case(
        *((value >= bound(step.since), shift(step.seconds)) for step in reversed(later) if step.since is not None),
        else_=shift(first.seconds),
    )


def _wrong_nature(probed: Probed, name: str, nature: Nature) -> MappingError:
    found = "des nombres" if isinstance(nature, (Jour, Instant)) else "du texte"
    return MappingError(
        f"La colonne « {name} » contient {found}, alors que sa nature déclarée est {type(nature).__name__}.",
        remede="Déclarer la nature réelle (Jour ou Instant pour du texte, EpochS ou EpochMs pour des nombres).",
        ou=f"relation {probed.relation.value}",
        code="date_nature",
    )
