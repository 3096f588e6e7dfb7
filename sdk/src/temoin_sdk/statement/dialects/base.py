"""What an engine must be able to say for the one statement; everything else is plain SQL built once.

No engine's zone functions are used: they read sessions, tables or settings that differ from site to site. The offsets
come from `temoin_sdk.civil` as literal steps.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, TextClause

from temoin_sdk.contract.natures import Nature
from temoin_sdk.vocabulary import Relation


@dataclass(frozen=True, slots=True)
class Clock:
    """The zone of a group of establishments, and the days between which its offsets must be exact."""

    fuseau: str
    debut: date
    fin: date


@dataclass(frozen=True, slots=True)
class Probed:
    """One relation whose columns and types were looked at before the statement was built."""

    relation: Relation
    texte: TextClause
    colonnes: frozenset[str]
    natures: dict[str, Nature]


class Dialect(ABC):
    """Expressions that differ between engines. Each returns a typed SQLAlchemy expression, never a string of SQL."""

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
        """A word of a closed list: text, trimmed, lower case; NULL when empty."""

    @abstractmethod
    def usager(self, column: ColumnElement[object]) -> ColumnElement[str]:
        """An identifier settled as text compared byte by byte; NULL when it cannot be one."""

    @abstractmethod
    def day(self, column: ColumnElement[object], nature: Nature, clock: Clock) -> ColumnElement[date]:
        """The civil day on the establishment's wall clock; NULL when the value cannot be read."""

    @abstractmethod
    def absent(self, column: ColumnElement[object]) -> ColumnElement[bool]:
        """No date at all: NULL, or what this engine's programs write for it."""

    def settled(self, rows: Select[Any]) -> Select[Any]:
        """Rows whose expressions are evaluated once; engines that would paste them wherever they are used say how."""
        return rows

    @abstractmethod
    def near(
        self, column: ColumnElement[object], nature: Nature, debut: date | None, fin: date | None
    ) -> Sequence[ColumnElement[bool]]:
        """Wide bounds on the raw column, so that the editor's index serves; the exact day decides afterwards."""
