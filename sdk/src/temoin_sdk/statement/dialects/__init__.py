"""One file per engine. Adding an engine is adding a file and a line here."""

from temoin_sdk.errors import ConfigurationError
from temoin_sdk.statement.dialects.base import Clock, Dialect, Probed
from temoin_sdk.statement.dialects.sqlite import SQLiteDialect

_DIALECTS: dict[str, type[Dialect]] = {"sqlite": SQLiteDialect}

__all__ = ["Clock", "Dialect", "Probed", "dialect_for"]


def dialect_for(name: str) -> Dialect:
    """The dialect of a SQLAlchemy backend name; ConfigurationError for an engine this version does not speak."""
    try:
        return _DIALECTS[name]()
    except KeyError:
        raise ConfigurationError(
            f"Le moteur « {name} » n'est pas encore lu par cette version (connus : {', '.join(sorted(_DIALECTS))}).",
            remede="Employer une source d'un moteur connu, ou mettre à jour Témoin.",
            code="moteur_inconnu",
        ) from None
