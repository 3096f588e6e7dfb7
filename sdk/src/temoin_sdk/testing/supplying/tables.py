"""Rows as a loader writes them, before any database: what each table holds, column by column."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from temoin_sdk.errors import Acteur, ConfigurationError

Valeur = int | float | str | bool | date | datetime | Decimal | UUID | None
Ligne = dict[str, Valeur]

_ADMITTED = (int, float, str, bool, date, datetime, Decimal, UUID)


class Tables:
    """Where a loader writes the scenario, one `insert` per row. Names are those of the SELECTs, in any case."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Ligne]] = {}
        self._spelt: dict[str, str] = {}
        self.written = 0

    def insert(self, table: str, /, **colonnes: Valeur) -> None:
        """Write one row; columns left out are NULL. ConfigurationError (`chargeur_valeur`) for what is no value."""
        for name, value in colonnes.items():
            if value is not None and not isinstance(value, _ADMITTED):
                raise ConfigurationError(
                    f"Le chargeur écrit dans {table}.{name} une valeur de type {type(value).__name__}.",
                    remede="Écrire un nombre, un texte, un booléen, une date, un UUID ou None ; pour un moment du "
                    "scénario : fait.le.local, fait.le.a(fuseau), fait.le.jour ou fait.le.epoch.",
                    ou=f"charger(), table {table}",
                    code="chargeur_valeur",
                    acteur=Acteur.EDITEUR,
                )
        spelt = self._spelt.setdefault(table.lower(), table)
        self._rows.setdefault(spelt, []).append(dict(colonnes))
        self.written += 1

    def names(self) -> Iterator[str]:
        """Tables in the order of their first row."""
        return iter(self._rows)

    def rows(self, table: str) -> list[Ligne]:
        """The rows of a table, whatever the case of its name; none if nothing was written."""
        return self._rows.get(self._spelt.get(table.lower(), table), [])

    def columns(self, table: str) -> dict[str, list[Valeur]]:
        """Values other than None of each column of a table, by the name the loader gave it."""
        found: dict[str, list[Valeur]] = {}
        for row in self.rows(table):
            for name, value in row.items():
                kept = found.setdefault(name, [])
                if value is not None:
                    kept.append(value)
        return found
