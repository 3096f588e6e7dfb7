"""A look at the values of a date column, for what SQLite's types cannot tell: all of it would count as a silent 0."""

import re
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, literal, select

from temoin_sdk.contract.natures import EpochMs, Instant, Jour, Nature
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.errors import MappingError
from temoin_sdk.statement.dialects.base import Probed

_SAMPLE: Final = 500
"""Rows looked at: a column is written by one program, so that a few tell."""

_DAY: Final = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]")
_PLAUSIBLE: Final = range(631_152_000, 4_102_444_800)
"""Seconds from 1990 to 2099: a whole sample outside of it was not written in the declared unit."""


def check_values(connection: Connection, probed: Probed, raw: ColumnElement[Any], nature: Nature) -> None:
    """Refuse a column that is never filled though the contract needs it, French dates, and the wrong epoch unit."""
    found = list(connection.execute(select(raw).limit(_SAMPLE)).scalars())
    filled = [value for value in found if value not in (None, "")]
    required = raw.key in SHAPES[probed.relation].required
    if required and found and not filled:
        _check_filled(connection, probed, raw)
    elif isinstance(nature, (Jour, Instant)):
        _check_spelling(probed, raw.key or "", filled, nature)
    elif required and filled:  # an exit may well be « for ever », in the year 9999
        _check_unit(probed, raw.key or "", filled, 1000 if isinstance(nature, EpochMs) else 1)


def _check_filled(connection: Connection, probed: Probed, raw: ColumnElement[Any]) -> None:
    some = select(literal(1)).where(raw.is_not(None), raw != "").limit(1)
    if connection.execute(some).first() is None:
        raise MappingError(
            f"La colonne « {raw.key} » est toujours vide.",
            remede="Vérifier l'expression du SELECT : une fonction de date de SQLite rend NULL pour ce qu'elle ne sait "
            "pas lire, une date française par exemple.",
            ou=f"relation {probed.relation.value}",
            code="date_absente",
        )


def _check_spelling(probed: Probed, name: str, filled: Sequence[Any], nature: Nature) -> None:
    if all(_DAY.match(str(value)) for value in filled):
        return
    day = "substr(x, 7, 4) || '-' || substr(x, 4, 2) || '-' || substr(x, 1, 2)"
    hour = " || substr(x, 11)" if isinstance(nature, Instant) else ""
    raise MappingError(
        f"La colonne « {name} » contient des dates qui ne sont pas écrites AAAA-MM-JJ.",
        remede=f"Les convertir dans le SELECT ; pour JJ/MM/AAAA, par exemple : {day}{hour}.",
        ou=f"relation {probed.relation.value}",
        code="date_illisible",
    )


def _check_unit(probed: Probed, name: str, filled: Sequence[Any], unit: int) -> None:
    if any(int(value / unit) in _PLAUSIBLE for value in filled if isinstance(value, int | float)):
        return
    other = "EpochS()" if unit == 1000 else "EpochMs()"
    raise MappingError(
        f"Aucune date de la colonne « {name} » ne tombe entre 1990 et 2099 dans l'unité déclarée.",
        remede=f"Déclarer l'autre unité, {other}, ou convertir la colonne dans le SELECT.",
        ou=f"relation {probed.relation.value}",
        code="date_unite",
    )
