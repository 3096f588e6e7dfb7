"""A database filled for one run of the kit: a SQLite file, or an empty database of a server."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import sqlparse
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Float,
    Index,
    MetaData,
    Numeric,
    String,
    Table,
    Uuid,
    create_engine,
    inspect,
    make_url,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.types import TypeEngine

from temoin_sdk.errors import Acteur, ConfigurationError
from temoin_sdk.testing.supplying.named import Named
from temoin_sdk.testing.supplying.tables import Ligne, Tables, Valeur

URL: Final = "TEMOIN_KIT_URL"
MOT_DE_PASSE: Final = "TEMOIN_KIT_MOT_DE_PASSE"

_LENGTH: Final = 400
_DRIVERS: Final = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql", "mysql": "mysql+pymysql"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the run's database is: as a configuration names it."""

    url: str
    mot_de_passe: str | None

    @property
    def moteur(self) -> str:
        """The engine, as settings spell it."""
        return make_url(self.url).get_backend_name()

    def settings(self) -> dict[str, Any]:
        """What the source is told."""
        return {"url": self.url} | ({} if self.mot_de_passe is None else {"mot_de_passe": self.mot_de_passe})

    def engine(self) -> Engine:
        """An engine that writes, for the kit alone."""
        url = make_url(self.url)
        if self.mot_de_passe is not None:
            url = url.set(password=self.mot_de_passe)
        return create_engine(url.set(drivername=_DRIVERS.get(url.drivername, url.drivername)))


def chosen_place(folder: Path) -> Place:
    """The server database that the environment names, or a SQLite file in this folder."""
    url = os.environ.get(URL)
    if url:
        return Place(url, os.environ.get(MOT_DE_PASSE))
    return Place(f"sqlite:///{folder / 'dui.db'}", None)


@contextmanager
def filled(place: Place, tables: Tables, shape: Named | str) -> Iterator[None]:
    """The database with these rows, its tables dropped at the end.

    Tables come from `shape`: the names found, or the editor's own DDL. Raises ConfigurationError when a
    server's database already holds something (`kit_base_pleine`): the kit never touches what it did not make.
    """
    engine = place.engine()
    try:
        _refuse_full(engine)
        with engine.begin() as connection:
            if isinstance(shape, Named):
                _create(connection, shape, tables)
            else:
                for statement in sqlparse.split(shape):
                    connection.exec_driver_sql(statement)
        try:
            with engine.begin() as connection:
                _fill(connection, tables)
            yield
        finally:
            _drop(engine)
    except DBAPIError as error:
        raise _refused_by_base(error, "la base donnée au kit", "Vérifier l'adresse, le compte et le schéma.") from None
    finally:
        engine.dispose()


def state_of(place: Place) -> str:
    """A digest of every row of every table: what a read must leave as it was."""
    engine, digest = place.engine(), hashlib.sha256()
    try:
        with engine.connect() as connection:
            quote = connection.dialect.identifier_preparer.quote
            for name in sorted(inspect(connection).get_table_names()):
                found = connection.exec_driver_sql(f"SELECT * FROM {quote(name)}")  # noqa: S608 - a name of the base
                digest.update(repr((name, sorted(repr(tuple(row)) for row in found))).encode())
    finally:
        engine.dispose()
    return digest.hexdigest()


def _refuse_full(engine: Engine) -> None:
    names = inspect(engine).get_table_names()
    if names:
        raise ConfigurationError(
            f"La base donnée au kit n'est pas vide ({', '.join(sorted(names)[:5])}…).",
            remede=f"Créer une base vide pour les essais et la nommer dans {URL} ; le kit y crée ses tables, puis les "
            "retire.",
            ou=str(engine.url.set(password=None)),
            code="kit_base_pleine",
            acteur=Acteur.EDITEUR,
        )


def _reflected(connection: Connection) -> MetaData:
    metadata = MetaData()
    metadata.reflect(connection)
    return metadata


def _drop(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return  # a file of the run's own folder
    with engine.begin() as connection:
        _reflected(connection).drop_all(connection)


def _create(connection: Connection, named: Named, tables: Tables) -> None:
    metadata, engine = MetaData(), connection.dialect.name
    for name, columns in named.columns.items():
        values = {column.lower(): known for column, known in tables.columns(name).items()}
        typed = [
            Column(_folded(column, engine), _type(name, column, values.get(column.lower(), []), engine))
            for column in sorted(columns)
        ]
        table = Table(_folded(name, engine), metadata, *typed)
        for column in sorted(named.joined.get(name, ())):
            Index(f"kit_{name}_{len(table.indexes)}".lower(), table.c[_folded(column, engine)])
    metadata.create_all(connection)


def _folded(name: str, engine: str) -> str:
    """As the engine stores a name that a SELECT writes without quotes."""
    return name.lower() if engine == "postgresql" else name


def _type(table: str, column: str, values: list[Valeur], engine: str) -> TypeEngine[Any]:
    kinds = {type(value) for value in values}
    if kinds <= {int, float} and float in kinds:
        return Float()
    if len(kinds) > 1:
        told = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise ConfigurationError(
            f"Le chargeur écrit plusieurs types dans {table}.{column} : {told}.",
            remede="Écrire toujours le même type dans une colonne, ou donner le schéma (schema = Path(…)).",
            ou=f"charger(), table {table}",
            code="chargeur_types",
            acteur=Acteur.EDITEUR,
        )
    kind = kinds.pop() if kinds else str
    if kind is datetime:
        return _instant_type(values, engine)
    if kind is UUID:
        return Uuid() if engine == "postgresql" else String(36)
    plain: dict[type, TypeEngine[Any]] = {
        bool: Boolean(),
        int: BigInteger(),
        date: Date(),
        Decimal: Numeric(20, 6),
        str: String(_LENGTH),
    }
    return plain[kind]


def _instant_type(values: list[Valeur], engine: str) -> TypeEngine[Any]:
    aware = any(isinstance(value, datetime) and value.tzinfo is not None for value in values)
    if aware and engine != "postgresql":
        return String(_LENGTH)  # no type of this engine keeps an offset
    return DateTime(timezone=aware)


def _fill(connection: Connection, tables: Tables) -> None:
    known = {table.name.lower(): table for table in _reflected(connection).sorted_tables}
    for name in sorted(tables.names(), key=lambda each: _rank(known, each)):
        table = known.get(name.lower())
        if table is None:
            raise ConfigurationError(
                f"Le chargeur écrit dans la table « {name} », qui n'est pas dans le schéma donné.",
                remede="Corriger son nom dans charger(), ou l'ajouter au schéma.",
                ou=f"charger(), table {name}",
                code="chargeur_table",
                acteur=Acteur.EDITEUR,
            )
        columns = {column.name.lower(): column.name for column in table.columns}
        written = [_renamed(row, columns, name) for row in tables.rows(name)]
        empty = dict.fromkeys(column for row in written for column in row)
        try:
            _insert(connection, table, [empty | row for row in written])
        except (SQLAlchemyError, TypeError, ValueError) as error:
            remede = "Écrire dans charger() des valeurs du type des colonnes du schéma."
            raise _refused_by_base(error, f"charger(), table {name}", remede) from None


def _refused_by_base(error: Exception, ou: str, remede: str) -> ConfigurationError:
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return ConfigurationError(
        f"La base refuse : {said[0] if said else type(error).__name__}",
        remede=remede,
        ou=ou,
        code="kit_base",
        acteur=Acteur.EDITEUR,
    )


def _rank(known: Mapping[str, Table], name: str) -> int:
    """Tables that others refer to come first."""
    return list(known).index(name.lower()) if name.lower() in known else -1


def _renamed(row: Ligne, columns: Mapping[str, str], table: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name.lower() not in columns:
            raise ConfigurationError(
                f"Le chargeur écrit dans {table}.{name}, que le schéma donné n'a pas.",
                remede="Corriger le nom de la colonne dans charger(), ou l'ajouter au schéma.",
                ou=f"charger(), table {table}",
                code="chargeur_colonne",
                acteur=Acteur.EDITEUR,
            )
        found[columns[name.lower()]] = value
    return found


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    engine = connection.dialect.name
    as_text = {column.name for column in table.columns if isinstance(column.type, String)}
    given = list(rows[0])
    for row in rows:
        for name in as_text & row.keys():
            if row[name] is not None and not isinstance(row[name], str):
                row[name] = _as_text(row[name])
    if engine == "sqlite":
        # Types of a reflected SQLite table are those of its DDL's words: values are written as they are told.
        names = ", ".join(f'"{name}"' for name in given)
        marks = ", ".join("?" * len(given))
        values = [tuple(_plain(row[name]) for name in given) for row in rows]
        connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', values)  # noqa: S608
    else:
        connection.execute(table.insert(), rows)


def _as_text(value: Any) -> str:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime, UUID)):
        return _as_text(value)
    return str(value) if isinstance(value, Decimal) else value
