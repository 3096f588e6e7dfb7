"""A look at one relation before anything is counted: its text, its columns by name, their types."""

from typing import Any

from sqlalchemy import CursorResult, Date, bindparam, text
from sqlalchemy.exc import DBAPIError

from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.contract.sources import RelationSql, SqlSource
from temoin_sdk.errors import MappingError
from temoin_sdk.statement.dialects import Dialect, Probed
from temoin_sdk.statement.editor_text import BINDS, clean
from temoin_sdk.statement.reading import Reader, query_error
from temoin_sdk.vocabulary import Relation


def probe(source: SqlSource, relation: Relation, sql: RelationSql, reader: Reader, dialect: Dialect) -> Probed:
    """One relation ready to stand in the statement; MappingError says what of it does not fit the contract."""
    ou = f"source {source.nom}, relation {relation.value}"
    cleaned = clean(sql.texte, ou=ou)
    named = {name[1:] for name in BINDS if name in cleaned.replace("\\:", "")}
    binds = [bindparam(name, reader.bounds[name], type_=Date) for name in sorted(named)]
    statement = text(cleaned).bindparams(*binds)
    try:
        result = reader.connection.execute(
            text(f"SELECT * FROM ({cleaned}) sonde WHERE 1 = 0").bindparams(*binds)  # noqa: S608 # tokenised, one SELECT
        )
    except DBAPIError as error:
        raise query_error(error, ou) from error
    shape = SHAPES[relation]
    present = {column.lower() for column in _names(result)}
    if missing := [name for name in shape.required if name not in present]:
        raise MappingError(
            f"Le SELECT ne rend pas la colonne {', '.join(missing)} (il rend : {', '.join(sorted(present))}).",
            remede=f"Nommer les colonnes {', '.join(shape.columns)} par AS dans le SELECT de cette relation.",
            ou=ou,
            code="colonne_manquante",
        )
    colonnes = frozenset(shape.columns) & present
    natures = {name: sql.nature_of(name) for name in shape.dates if name in colonnes}
    probed = Probed(relation, statement, colonnes, natures)
    dialect.probe_types(reader.connection, probed)
    return probed


def _names(result: CursorResult[Any]) -> tuple[str, ...]:
    return tuple(result.keys())
