"""Which tables and columns an editor's SELECTs name: just these are created."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from temoin_sdk.errors import MappingError
from temoin_sdk.statement.editor_text import clean
from temoin_sdk.testing.supplying.tables import Tables

DIALECTS: Final = {
    "sqlite": "sqlite",
    "postgresql": "postgres",
    "mariadb": "mysql",
    "mysql": "mysql",
    "oracle": "oracle",
    "mssql": "tsql",
}
"""sqlglot's word for each of our engines."""


@dataclass(slots=True)
class Named:
    """Tables by name as created, each with the names of its columns.

    `joined` are those by which one table meets another, as an editor has indexes on: without any, an engine that
    joins in nested loops takes minutes for what takes a second at his clients'.
    """

    columns: dict[str, set[str]] = field(default_factory=dict)
    joined: dict[str, set[str]] = field(default_factory=dict)
    _spelt: dict[str, str] = field(default_factory=dict)

    def table(self, name: str) -> set[str]:
        """The columns of a table, which is added if it is new."""
        spelt = self._spelt.setdefault(name.lower(), name)
        return self.columns.setdefault(spelt, set())

    def add(self, table: str, column: str) -> None:
        """Add a column unless it is there in another case."""
        columns = self.table(table)
        if column.lower() not in {each.lower() for each in columns}:
            columns.add(column)

    def unwritten(self, tables: Tables) -> list[str]:
        """Columns that the texts read and the loader never names, not even with None: misspelt, or forgotten."""
        return sorted(
            f"{table}.{column}"
            for table, columns in self.columns.items()
            for column in columns
            if column.lower() not in {each.lower() for each in tables.columns(table)}
        )

    def join(self, table: str, column: str) -> None:
        """Say that a column, added before, meets another table's."""
        columns = self.table(table)
        spelt = self._spelt[table.lower()]
        self.joined.setdefault(spelt, set()).update(each for each in columns if each.lower() == column.lower())


def named_in(texts: Mapping[str, str], engine: str, tables: Tables) -> Named:
    """Tables and columns of these texts (by what they are for), and of what the loader wrote.

    Raises MappingError when a text is not understood, or when a column of a join cannot be told to be of one table.
    """
    found = Named()
    for table in tables.names():
        columns = found.table(table)
        columns.update(tables.columns(table))
    for ou, texte in texts.items():
        for scope in traverse_scope(_parsed(texte, engine, ou)):
            _add_scope(found, scope, ou)
    return found


def _parsed(texte: str, engine: str, ou: str) -> exp.Expr:
    try:
        return parse_one(clean(texte, ou=ou).replace("\\:", ":"), read=DIALECTS[engine])
    except SqlglotError as error:
        first = str(error).splitlines()[0]
        raise MappingError(
            f"Le kit ne sait pas lire ce SELECT : {first}",
            remede="Donner le schéma de la base (schema = Path(…)) : le kit n'y cherche alors plus de tables.",
            ou=ou,
            code="kit_texte",
        ) from None


def _add_scope(found: Named, scope: Scope, ou: str) -> None:
    sources = {alias: one.name for alias, one in scope.sources.items() if isinstance(one, exp.Table)}
    for table in sources.values():
        found.table(table)
    for column in scope.columns:
        if column.table:
            if column.table in sources:
                found.add(sources[column.table], column.name)
        elif not _is_known(found, sources.values(), column.name):
            _add_unqualified(found, scope, sources, column.name, ou)
    for compared in scope.find_all(exp.EQ):
        sides = [side for side in (compared.left, compared.right) if isinstance(side, exp.Column)]
        if len(sides) == 2 and sides[0].table != sides[1].table:
            for side in sides:
                if side.table in sources:
                    found.join(sources[side.table], side.name)


def _is_known(found: Named, tables: Iterable[str], column: str) -> bool:
    return any(column.lower() in {each.lower() for each in found.table(table)} for table in tables)


def _add_unqualified(found: Named, scope: Scope, sources: Mapping[str, str], column: str, ou: str) -> None:
    if len(scope.sources) > len(sources):
        return  # of a derived table or a WITH, whose own text names it
    tables = set(sources.values())
    if len(tables) == 1:
        found.add(tables.pop(), column)
    elif tables:
        raise MappingError(
            f"Le kit ne sait pas de quelle table est la colonne « {column} » ({', '.join(sorted(tables))}).",
            remede=f"L'écrire avec le nom de sa table dans le SELECT, ou la remplir dans charger(), "
            f"ou donner le schéma (schema = Path(…)). Colonne : {column}.",
            ou=ou,
            code="kit_colonne",
        )
