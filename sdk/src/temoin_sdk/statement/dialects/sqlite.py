"""SQLite: no date type, so text (with and without time, `T` or space, with or without offset) and epochs.

Values have a type of their own whatever the column says. Integers sort before all text, which makes a wrong
declaration lose every row in silence: `probe_types` looks for that first, with comparisons that an index serves.
"""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Integer,
    String,
    case,
    cast,
    column,
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

NFC_FUNCTION: Final = "temoin_nfc"
"""Registered on every connection of ours: SQLite cannot normalise Unicode."""

_DAY_PATTERN: Final = "[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]*"
_SAMPLE: Final = 500


def nfc(text: str | None) -> str | None:
    """What NFC_FUNCTION does."""
    return None if text is None else unicodedata.normalize("NFC", text)


class SQLiteDialect(Dialect):
    """Expressions for SQLite 3.38 and later."""

    def probe_types(self, connection: Connection, probed: Probed) -> None:
        source = probed.texte.columns(*(column(name) for name in probed.colonnes)).subquery("r")
        for name, nature in probed.natures.items():
            if name not in probed.colonnes:
                continue
            wrong = self._wrong_kind(source.c[name], nature)
            if connection.execute(select(literal(1)).select_from(source).where(wrong).limit(1)).first() is not None:
                raise _wrong_nature(probed, name, nature)
            if isinstance(nature, (Jour, Instant)):
                self._probe_spelling(connection, probed, name)

    def _wrong_kind(self, raw: ColumnElement[object], nature: Nature) -> ColumnElement[bool]:
        if isinstance(nature, (Jour, Instant)):
            return raw < literal_column("''")  # every number sorts before every text
        return raw >= literal_column("' '")

    def _probe_spelling(self, connection: Connection, probed: Probed, name: str) -> None:
        """French dates in text compare as nonsense; a sample is enough, since a column is written by one program."""
        sample = (
            select(column(name))
            .select_from(probed.texte.columns(*(column(c) for c in probed.colonnes)).subquery("r"))
            .where(column(name).is_not(None), column(name) != "")
            .limit(_SAMPLE)
            .subquery("echantillon")
        )
        bad = select(func.count()).select_from(sample).where(~sample.c[name].op("GLOB")(_DAY_PATTERN))
        if connection.execute(bad).scalar_one():
            raise MappingError(
                f"La colonne « {name} » contient des dates qui ne sont pas écrites AAAA-MM-JJ.",
                remede="Les convertir dans le SELECT, par exemple "
                "substr(x, 7, 4) || '-' || substr(x, 4, 2) || '-' || substr(x, 1, 2).",
                ou=f"relation {probed.relation.value}",
                code="date_illisible",
            )

    def code(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.trim(cast(column, String))

    def word(self, column: ColumnElement[object]) -> ColumnElement[str]:
        return func.nullif(func.lower(func.trim(cast(column, String))), literal_column("''"))

    def usager(self, column: ColumnElement[object]) -> ColumnElement[str]:
        text = func.rtrim(type_coerce(column, String))
        normal = case((text.op("GLOB")("*[^ -~]*"), getattr(func, NFC_FUNCTION)(text)), else_=text)
        whole = cast(column, Integer)
        settled = case(
            (func.typeof(column) == "integer", cast(column, String)),
            (func.typeof(column) == "text", func.nullif(normal, literal_column("''"))),
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
                return _shifted_epoch(cast(column, Integer), clock)
            case EpochMs():
                return _shifted_epoch(cast(column, Integer) // literal(1000, Integer), clock)

    def _instant_day(self, raw: ColumnElement[object], zone: str, clock: Clock) -> ColumnElement[date]:
        text = type_coerce(raw, String)
        day = func.substr(text, 1, 10)
        tail = func.substr(text, -6)
        has_z = func.upper(func.substr(text, -1)) == "Z"
        has_offset = (func.length(text) > 16) & (has_z | func.substr(tail, 1, 1).in_(["+", "-"]))
        # a fraction is cut, never rounded up into the next second, which may be the next day
        whole = case(
            (func.substr(text, 20, 1).in_([".", ","]), func.substr(text, 1, 19) + case((has_z, "Z"), else_=tail)),
            else_=text,
        )
        absolute = _shifted_epoch(cast(func.strftime("%s", whole), Integer), clock)
        if zone == clock.fuseau:
            naive: ColumnElement[date] = type_coerce(day, Date)
        else:
            padded = func.substr(func.replace(text, "T", " ") + literal_column("':00'"), 1, 19)
            shift = _stepped(padded, naive_steps(zone, clock.fuseau, clock.debut, clock.fin), _as_text)
            naive = type_coerce(func.date(padded, cast(shift, String) + " seconds"), Date)
        return type_coerce(
            case(
                (~_is_day(day), null()),
                (func.length(text) == 10, type_coerce(text, Date)),
                (has_offset, absolute),
                else_=naive,
            ),
            Date,
        )

    def absent(self, column: ColumnElement[object]) -> ColumnElement[bool]:
        return or_(column.is_(None), column == literal_column("''"))

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
    return func.date(text) == text


def _raw_bound(day: date, nature: Nature) -> ColumnElement[object]:
    if isinstance(nature, (Jour, Instant)):
        return literal(day.isoformat(), String)
    seconds = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return literal(seconds if isinstance(nature, EpochS) else seconds * 1000, Integer)


def _shifted_epoch(seconds: ColumnElement[int], clock: Clock) -> ColumnElement[date]:
    shift = _stepped(seconds, utc_steps(clock.fuseau, clock.debut, clock.fin), lambda since: literal(since, Integer))
    return type_coerce(func.date(seconds + shift, "unixepoch"), Date)


def _as_text(since: int) -> ColumnElement[str]:
    return literal((datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=since)).strftime("%Y-%m-%d %H:%M:%S"), String)


def _stepped(value: ColumnElement, steps: Sequence[Step], bound) -> ColumnElement[int]:  # type: ignore[no-untyped-def,type-arg]
    """A CASE over the switches, the latest that the value has passed first."""
    first, *later = steps
    if not later:
        return literal(first.seconds, Integer)
    return case(
        *((value >= bound(step.since), literal(step.seconds, Integer)) for step in reversed(later)),
        else_=literal(first.seconds, Integer),
    )


def _wrong_nature(probed: Probed, name: str, nature: Nature) -> MappingError:
    found = "des nombres" if isinstance(nature, (Jour, Instant)) else "du texte"
    return MappingError(
        f"La colonne « {name} » contient {found}, alors que sa nature déclarée est {type(nature).__name__}.",
        remede="Déclarer la nature réelle (Jour ou Instant pour du texte, EpochS ou EpochMs pour des nombres).",
        ou=f"relation {probed.relation.value}",
        code="date_nature",
    )
