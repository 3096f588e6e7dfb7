"""What an engine must be able to say for the one statement; everything else is plain SQL built once.

No engine's zone functions are used: they read sessions, tables or settings that differ from site to site. The offsets
come from `temoin_sdk.civil` as literal steps.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

from sqlalchemy import (
    BindParameter,
    ColumnClause,
    ColumnElement,
    CompoundSelect,
    Connection,
    Date,
    FromClause,
    Integer,
    Select,
    String,
    TextClause,
    Unicode,
    and_,
    case,
    column,
    literal,
    or_,
    select,
    text,
    union_all,
    values,
)
from sqlalchemy.sql.selectable import TextualSelect, TypedReturnsRows
from sqlalchemy.types import NullType, TypeEngine

from temoin_sdk.contract.natures import Nature
from temoin_sdk.vocabulary import Relation


@dataclass(frozen=True, slots=True)
class Clock:
    """The zone of a group of establishments, and the days between which its offsets must be exact."""

    fuseau: str
    debut: date
    fin: date


TEXT: Final = (
    String(400).with_variant(Unicode(400), "mssql").with_variant(String(), "sqlite", "postgresql", "mysql", "mariadb")
)
"""Text wherever the statement names a type: two engines refuse one without a length."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A column of an editor's SELECT as the server describes it: its name as spelled there, and its type."""

    nom: str
    type: TypeEngine[Any]


@dataclass(frozen=True, slots=True)
class Probed:
    """One relation whose columns and types were looked at before the statement was built.

    `vues` are the columns of the contract that it has, by their name in the contract; `autres` what it has besides.
    """

    relation: Relation
    texte: TextClause
    natures: dict[str, Nature]
    vues: Mapping[str, Seen]
    autres: tuple[str, ...] = ()

    @property
    def colonnes(self) -> frozenset[str]:
        """The columns of the contract that this relation has."""
        return frozenset(self.vues)


Way = Callable[[ColumnElement[Any]], ColumnElement[Any]]


def as_it_is(key: ColumnElement[Any]) -> ColumnElement[Any]:
    """For keys that are spelled as they are grouped."""
    return key


@dataclass(frozen=True, slots=True)
class Keys:
    """What rows are grouped by, site and person, and how both are spelled once grouped.

    Two identifiers never share a key; one may have several, for instance with and without padding: what is spelled
    alike is brought together on site, so an engine may group by whatever costs it least.
    """

    site: Way
    usager: Way
    spell_site: Way = as_it_is
    spell_usager: Way = as_it_is


@dataclass(frozen=True, slots=True)
class Folding:
    """How an engine folds facts before they are put side by side, where what is written in between costs most.

    Facts of one person that are alike but for their day become one row with the latest day and their number, words
    compared as they were written; then each row holds what one relation says and nothing else (see `layouts.Narrow`).
    """

    written: Way
    """A word as text that two facts share only if it was written alike."""
    hint: str
    """What a SELECT that folds begins with."""


def day_inside(day: ColumnElement[Any], bounds: tuple[date | None, date]) -> ColumnElement[bool]:
    """Days of [debut, fin), and those that nobody can read."""
    debut, fin = bounds
    inside = day < literal(fin, Date)
    if debut is not None:
        inside = and_(day >= literal(debut, Date), inside)
    return or_(day.is_(None), inside)


class Dialect(ABC):
    """Expressions that differ between engines. Each returns a typed SQLAlchemy expression, never a string of SQL."""

    folding: ClassVar[Folding | None] = None
    """None where the engine groups wide rows as fast."""

    def standard(self, texte: str) -> str:
        """An editor's text, spelled so that it is tokenised as this engine reads it."""
        return texte

    def look(self, connection: Connection, cleaned: str, binds: Sequence[BindParameter[Any]]) -> list[Seen]:
        """The columns of an editor's SELECT, in its order, without running it."""
        probe = text(f"SELECT * FROM ({cleaned}) sonde WHERE 1 = 0")  # noqa: S608 # tokenised, one SELECT
        with connection.execute(probe.bindparams(*binds)) as result:
            described = result.cursor.description if result.cursor is not None else ()
            return [self.seen(one) for one in described]

    def seen(self, described: Sequence[Any]) -> Seen:
        """One column of a driver's description: name, type code, sizes, precision, scale (PEP 249)."""
        return Seen(described[0], self.type_of(described[1]))

    def type_of(self, code: Any) -> TypeEngine[Any]:
        """The SQLAlchemy type that stands for a type code of the driver; NullType where the engine has none."""
        return NullType()

    def rows(self, probed: Probed, name: str) -> FromClause:
        """The editor's SELECT as a derived table whose columns have the contract's names and the server's types."""
        seen = {key: probed.vues[key] for key in sorted(probed.vues)}
        inner = self.textual(probed, [column(one.nom, one.type) for one in seen.values()])
        if all(key == one.nom for key, one in seen.items()):
            return inner.subquery(name)
        spelled = inner.subquery(f"{name}_tel_quel")
        return select(*(spelled.c[one.nom].label(key) for key, one in seen.items())).subquery(name)

    def textual(self, probed: Probed, columns: Sequence[ColumnClause[Any]]) -> TextualSelect:
        """The editor's SELECT with the columns we read of it, fit to stand in a derived table."""
        return probed.texte.columns(*columns)

    def sites(self, sites: Sequence[str]) -> FromClause:
        """A table of one column, `code`, with these sites."""
        return values(column("code", TEXT), name="sites").data([(site,) for site in sites]).cte("carte")

    def keys(self, usagers: Sequence[TypeEngine[Any]]) -> Keys:
        """What to group by; `usagers` are the types of the person columns of every relation of the statement."""
        return Keys(self.code, self.usager)

    def among(self, sites: Sequence[str]) -> Callable[[ColumnElement[str]], ColumnElement[bool]]:
        """Whether a site is one of these; there may be thousands, so they are written once."""
        table = self.sites(sites)
        return lambda code: code.in_(select(table.c.code))

    def assembled(self, arms: Sequence[Select[Any]]) -> TypedReturnsRows[Any]:
        """The arms as one statement."""
        whole: CompoundSelect[Any] = union_all(*arms)
        return whole

    @abstractmethod
    def probe_types(self, connection: Connection, probed: Probed) -> None:
        """Refuse, by name, a column whose type cannot be what the contract says; MappingError."""

    @abstractmethod
    def code(self, column: ColumnElement[object]) -> ColumnElement[str]:
        """A site code as text without padding."""

    @abstractmethod
    def key(self, column: ColumnElement[object]) -> ColumnElement[str]:
        """The key of a fact as text without padding; NULL when empty, or all facts without a key would be one."""

    @abstractmethod
    def word(self, column: ColumnElement[object]) -> ColumnElement[str]:
        """A word of a closed list: text, trimmed, lower case; `unsaid` when empty."""

    def unsaid(self, word: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether there is no word at all."""
        return word.is_(None)

    def coded(
        self, word: ColumnElement[Any], codes: Mapping[str, int], otherwise: ColumnElement[Any]
    ) -> ColumnElement[int]:
        """The code of a word; there is at least one."""
        return case(*((word == name, literal(value, Integer)) for name, value in codes.items()), else_=otherwise)

    @abstractmethod
    def usager(self, column: ColumnElement[object]) -> ColumnElement[str]:
        """An identifier as text compared byte by byte, without padding; NULL when it cannot be one.

        How accents are stored is settled on site: engines that cannot normalise then say the same as those that can.
        """

    @abstractmethod
    def day(self, column: ColumnElement[object], nature: Nature, clock: Clock) -> ColumnElement[date]:
        """The civil day on the establishment's wall clock; NULL when the value cannot be read."""

    @abstractmethod
    def absent(self, column: ColumnElement[object]) -> ColumnElement[bool]:
        """No date at all: NULL, or what this engine's programs write for it."""

    @abstractmethod
    def ordinal(self, day: ColumnElement[Any]) -> ColumnElement[int]:
        """A day as its proleptic ordinal, 1 for 0001-01-01 as in `date.toordinal`; NULL for NULL."""

    def settled(self, rows: Select[Any], raws: Sequence[ColumnElement[Any]]) -> Select[Any]:
        """Rows whose expressions are evaluated once; engines that would paste them wherever they are used say how.

        `raws` are the date columns that are read.
        """
        return rows

    def inside(
        self, column: ColumnElement[object], nature: Nature, clock: Clock, bounds: tuple[date | None, date]
    ) -> ColumnElement[bool]:
        """Whether the day of a raw date is in [debut, fin), or cannot be read."""
        return day_inside(self.day(column, nature, clock), bounds)

    def exactly(
        self, column: ColumnElement[object], nature: Nature, clock: Clock, bounds: tuple[date | None, date]
    ) -> Sequence[ColumnElement[bool]] | None:
        """Conditions on the raw column that keep the days of [debut, fin) and no other, if there are any.

        The type must be such that every value is a date: the exact day then need not be looked at again.
        """
        return None

    @abstractmethod
    def near(
        self, column: ColumnElement[object], nature: Nature, debut: date | None, fin: date | None
    ) -> Sequence[ColumnElement[bool]]:
        """Wide bounds on the raw column, so that the editor's index serves; the exact day decides afterwards."""
