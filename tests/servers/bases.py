"""A database that a test fills as its administrator and that the sdk reads as a reader."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine


@dataclass(frozen=True)
class Base:
    """One database: `url` and `mot_de_passe` are the reader's, `admin` may do anything in it."""

    moteur: str
    """sqlite, postgresql or mariadb."""
    url: str
    mot_de_passe: str | None
    admin: Engine

    @property
    def reglages(self) -> dict[str, Any]:
        """Settings of a SqlSource that reads it."""
        return {"url": self.url} | ({"mot_de_passe": self.mot_de_passe} if self.mot_de_passe else {})

    def run(self, *statements: str) -> None:
        """Statements of the administrator, committed."""
        with self.admin.begin() as connection:
            cursor = connection.connection.cursor()  # without parameters, a % stays a %
            for statement in statements:
                cursor.execute(statement)
            cursor.close()

    def load(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Create a table with these columns and types, and fill it."""
        mark = "?" if self.moteur == "sqlite" else "%s"
        spelled = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        with self.admin.begin() as connection:
            connection.exec_driver_sql(f"CREATE TABLE {table} ({spelled})")
            if listed := [tuple(row) for row in rows]:
                marks = ", ".join([mark] * len(columns))
                connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", listed)


class Server(ABC):
    """A running server of this session."""

    @abstractmethod
    def create(self, name: str) -> Base:
        """A new empty database of this name, that the reader may read whole."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""

    _number = 0

    @contextmanager
    def base(self) -> Iterator[Base]:
        """A new empty database, dropped at the end."""
        type(self)._number += 1
        name = f"essai_{self._number}"
        base = self.create(name)
        try:
            yield base
        finally:
            base.admin.dispose()
            self.drop(name)
