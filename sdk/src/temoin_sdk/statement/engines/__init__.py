"""One file per engine. Adding an engine is adding a file and a line here."""

from importlib import import_module
from typing import Final

from temoin_sdk.errors import ConfigurationError
from temoin_sdk.statement.engines.base import Access

_ACCESSES: Final[dict[str, tuple[str, str]]] = {
    "sqlite": ("sqlite", "SQLiteAccess"),
    "postgresql": ("postgresql", "PostgreSQLAccess"),
    "mariadb": ("mariadb", "MariaDBAccess"),
    "mysql": ("mariadb", "MariaDBAccess"),
    "oracle": ("oracle", "OracleAccess"),
    "mssql": ("mssql", "MSSQLAccess"),
    "spark": ("spark", "SparkAccess"),
}

__all__ = ["Access", "access_for"]


def access_for(backend: str, source: str) -> Access:
    """The access to a SQLAlchemy backend name; ConfigurationError names the engines that can be read."""
    if backend not in _ACCESSES:
        raise ConfigurationError(
            f"Le moteur « {backend} » n'est pas lu par cette version (connus : {', '.join(sorted(_ACCESSES))}).",
            remede="Écrire une adresse d'un moteur connu, par exemple postgresql://compte@machine/base.",
            ou=f"source {source}",
            code="moteur_inconnu",
        )
    module, name = _ACCESSES[backend]
    access: Access = getattr(import_module(f"{__name__}.{module}"), name)()
    return access
