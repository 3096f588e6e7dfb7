"""One file per engine. Adding an engine is adding a file and a line here."""

from importlib import import_module
from typing import Final

from temoin_sdk.errors import ConfigurationError
from temoin_sdk.statement.dialects.base import TEXT, Clock, Dialect, Folding, Keys, Probed, Seen, day_inside

_DIALECTS: Final[dict[str, tuple[str, str]]] = {
    "sqlite": ("sqlite", "SQLiteDialect"),
    "postgresql": ("postgresql", "PostgreSQLDialect"),
    "mariadb": ("mariadb", "MariaDBDialect"),
    "mysql": ("mariadb", "MariaDBDialect"),
    "oracle": ("oracle", "OracleDialect"),
    "mssql": ("mssql", "MSSQLDialect"),
    "spark": ("spark", "SparkDialect"),
}

__all__ = ["TEXT", "Clock", "Dialect", "Folding", "Keys", "Probed", "Seen", "day_inside", "dialect_for"]


def dialect_for(name: str) -> Dialect:
    """The dialect of a SQLAlchemy backend name; ConfigurationError for an engine this version does not speak."""
    if name not in _DIALECTS:
        raise ConfigurationError(
            f"Le moteur « {name} » n'est pas lu par cette version (connus : {', '.join(sorted(_DIALECTS))}).",
            remede="Employer une source d'un moteur connu, ou mettre à jour Témoin.",
            code="moteur_inconnu",
        )
    module, kind = _DIALECTS[name]
    dialect: Dialect = getattr(import_module(f"{__name__}.{module}"), kind)()
    return dialect
