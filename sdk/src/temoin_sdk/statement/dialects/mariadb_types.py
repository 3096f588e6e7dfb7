"""Types of MariaDB and MySQL that cannot be what the contract says, whatever they hold."""

from sqlalchemy import Connection
from sqlalchemy.types import TIMESTAMP, Numeric

from temoin_sdk.contract.natures import Jour
from temoin_sdk.errors import MappingError
from temoin_sdk.statement.dialects.base import Dialect, Probed
from temoin_sdk.statement.dialects.declared import check_declared

_IDENTIFIERS = ("code", "usager", "cle")


def check_types(connection: Connection, probed: Probed, dialect: Dialect) -> None:
    """Refuse numbers with decimals as identifiers, and absolute times as civil days; then what every engine refuses."""
    for name in _IDENTIFIERS:
        if name in probed.vues and isinstance(probed.vues[name].type, Numeric):
            raise MappingError(
                f"La colonne « {name} » est d'un type à décimales (DECIMAL, FLOAT ou DOUBLE), qui ne peut pas être un "
                "identifiant : 12 et 12.00 seraient deux usagers.",
                remede="Rendre un entier ou un texte dans le SELECT, par exemple CAST(x AS SIGNED).",
                ou=f"relation {probed.relation.value}",
                code="usager_type" if name == "usager" else "identifiant_type",
            )
    for name, nature in probed.natures.items():
        if isinstance(nature, Jour) and isinstance(probed.vues[name].type, TIMESTAMP):
            raise MappingError(
                f"La colonne « {name} » est un TIMESTAMP, un instant absolu dont le jour dépend du fuseau, alors que "
                "sa nature déclarée est Jour.",
                remede='Déclarer Instant("UTC") : un TIMESTAMP est toujours lu en temps universel.',
                ou=f"relation {probed.relation.value}",
                code="date_nature",
            )
    check_declared(connection, probed, dialect)
