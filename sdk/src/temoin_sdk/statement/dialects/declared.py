"""What a typed engine says of a column, held against what the contract and the editor declare: refused by name.

Nothing is guessed from values, with one exception: `NULL AS sortie` has a type of the engine's own choice (a whole
number on SQL Server), and a column that holds nothing can be of no wrong type.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, case, literal_column, not_, select
from sqlalchemy.types import Date, DateTime, Float, Integer, LargeBinary, NullType, Numeric, String, Text, Uuid

from temoin_sdk.contract.natures import EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.errors import MappingError
from temoin_sdk.statement.dialects.base import Dialect, Probed

_SAMPLE: Final = 500
_DAY: Final = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]")
_PLAUSIBLE: Final = range(631_152_000, 4_102_444_800)
"""Seconds from 1990 to 2099: a whole sample outside of it was not written in the declared unit."""


def is_text(column: ColumnElement[Any]) -> bool:
    """A text short enough to be compared."""
    return isinstance(column.type, String) and not isinstance(column.type, Text)


def is_number(column: ColumnElement[Any]) -> bool:
    """Any number."""
    return isinstance(column.type, (Integer, Numeric, Float))


def fits(column: ColumnElement[Any], nature: Nature) -> bool:
    """Whether a column of this type can hold dates of this nature."""
    if isinstance(nature, (EpochS, EpochMs)):
        return is_number(column)
    return is_text(column) or isinstance(column.type, (Date, DateTime))


def check_declared(connection: Connection, probed: Probed, dialect: Dialect) -> None:
    """MappingError for an identifier or a date whose type cannot be what is declared, or that is always empty."""
    rows = dialect.rows(probed, "sonde")
    for name in ("code", "usager", "cle"):
        if name in probed.colonnes:
            _check_identifier(probed, rows.c[name])
    for name, nature in probed.natures.items():
        _check_date(connection, probed, dialect, rows, rows.c[name], nature)


def _check_identifier(probed: Probed, column: ColumnElement[Any]) -> None:
    kind = column.type
    whole = isinstance(kind, Numeric) and not isinstance(kind, Float) and not kind.scale
    if isinstance(kind, (Integer, Uuid)) or is_text(column) or whole:
        return
    remede = "Rendre un entier, un texte ou un uuid dans le SELECT."
    if isinstance(kind, LargeBinary):
        remede = (
            "Rendre un texte : LOWER(RAWTOHEX(x)) sur Oracle, LOWER(CONVERT(varchar(64), x, 2)) sur SQL Server, "
            "LOWER(HEX(x)) sur MariaDB."
        )
    raise MappingError(
        f"La colonne « {column.key} » est de type {_spelled(kind)}, qui ne peut pas être un identifiant.",
        remede=remede,
        ou=f"relation {probed.relation.value}",
        code="usager_type" if column.key == "usager" else "identifiant_type",
    )


def _check_date(
    connection: Connection,
    probed: Probed,
    dialect: Dialect,
    rows: FromClause,
    column: ColumnElement[Any],
    nature: Nature,
) -> None:
    required = column.key in SHAPES[probed.relation].required
    if not fits(column, nature):
        if required or not _empty(connection, rows, column.is_(None)):
            raise _refused(
                probed,
                f"La colonne « {column.key} » est de type {_spelled(column.type)}, alors que sa nature déclarée est "
                f"{type(nature).__name__}.",
                "Déclarer la nature réelle : Jour ou Instant pour une date ou un texte, EpochS ou EpochMs pour un "
                "nombre.",
                "date_nature",
            )
        return
    # whether a date is there, and not the date: a driver refuses those that its language has not
    looked = column if is_text(column) or is_number(column) else case((column.is_not(None), literal_column("1")))
    sample = list(connection.execute(select(looked).select_from(rows).limit(_SAMPLE)).scalars())
    filled = [value for value in sample if value not in (None, "")]
    if required and sample and not filled and _empty(connection, rows, dialect.absent(column)):
        raise _refused(
            probed,
            f"La colonne « {column.key} » est toujours vide.",
            "Vérifier l'expression du SELECT.",
            "date_absente",
        )
    if isinstance(nature, (Jour, Instant)):
        _check_spelling(probed, column, filled)
    elif required and filled:  # an exit may well be « for ever », in the year 9999
        _check_unit(probed, column, filled, nature)


def _empty(connection: Connection, rows: FromClause, absent: ColumnElement[bool]) -> bool:
    found = select(rows.c[0]).where(not_(absent)).limit(1)
    return connection.execute(found).first() is None


def _check_spelling(probed: Probed, column: ColumnElement[Any], filled: Sequence[Any]) -> None:
    if not is_text(column) or all(_DAY.match(str(value)) for value in filled):
        return
    raise _refused(
        probed,
        f"La colonne « {column.key} » contient des dates qui ne sont pas écrites AAAA-MM-JJ.",
        "Les convertir dans le SELECT ; pour JJ/MM/AAAA : TO_DATE(x, 'DD/MM/YYYY') sur Oracle, "
        "TRY_CONVERT(date, x, 103) sur SQL Server.",
        "date_illisible",
    )


def _check_unit(probed: Probed, column: ColumnElement[Any], filled: Sequence[Any], nature: Nature) -> None:
    unit = 1000 if isinstance(nature, EpochMs) else 1
    if any(int(value / unit) in _PLAUSIBLE for value in filled):
        return
    other = "EpochS()" if unit == 1000 else "EpochMs()"
    raise _refused(
        probed,
        f"Aucune date de la colonne « {column.key} » ne tombe entre 1990 et 2099 dans l'unité déclarée.",
        f"Déclarer l'autre unité, {other}, ou convertir la colonne dans le SELECT.",
        "date_unite",
    )


def _spelled(kind: Any) -> str:
    return "inconnu" if isinstance(kind, NullType) else repr(kind).removesuffix("()")


def _refused(probed: Probed, what: str, remede: str, code: str) -> MappingError:
    return MappingError(what, remede=remede, ou=f"relation {probed.relation.value}", code=code)
