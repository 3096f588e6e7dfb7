"""The columns every row of the statement has, in one order, whatever the row says.

`genre` tells what a row is: a person, an interval kept as it is (stay or project), or the number of a day.
The person columns are aggregates of one (establishment, person); they feed `gathering.persons.Personne` field by field.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, Integer, String, cast, func, null
from sqlalchemy.types import TypeEngine

UNKNOWN_SITE: Final = "?"
"""Stands for the finess of rows whose site the source itself does not list."""

OF_THE_OG: Final = "OG"
"""Stands for the finess of messages that belong to no establishment."""


class Genre(IntEnum):
    """What a row of the statement is."""

    PERSONNE = 0
    SEJOUR = 1
    PROJET = 2
    JOUR = 3


Aggregate = Callable[[ColumnElement[Any]], ColumnElement[Any]]


def _sum(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Nobody's rows sum to 0, not to NULL."""
    return func.coalesce(func.sum(column), 0)


_max: Aggregate = func.max
_min: Aggregate = func.min

LEADING: Final[Mapping[str, type[TypeEngine[Any]]]] = {
    "genre": Integer,
    "finess": String,
    "usager": String,
    "jour": Date,
    "fin": Date,
    "code": Integer,
    "nombre": Integer,
    "cle": String,
}

PERSON: Final[Mapping[str, tuple[type[TypeEngine[Any]], Aggregate]]] = {
    "sejours": (Integer, _sum),
    "jour_ref": (Date, _max),
    "motif": (Integer, _min),  # 0, eligible, wins over any reason
    "motifs_inconnus": (Integer, _sum),
    "sejours_illisibles": (Integer, _sum),
    "maj": (Integer, _sum),
    "maj_jour": (Date, _max),
    "maj_sans_auteur": (Integer, _sum),
    "maj_inconnus": (Integer, _sum),
    "maj_illisibles": (Integer, _sum),
    "projets": (Integer, _sum),
    "projet": (Integer, _max),
    "projets_inconnus": (Integer, _sum),
    "projets_illisibles": (Integer, _sum),
    "evenements": (Integer, _sum),
    "evenement_jour": (Date, _max),
    "evenements_retenus": (Integer, _sum),
    "evenements_inconnus": (Integer, _sum),
    "evenements_illisibles": (Integer, _sum),
    "depots": (Integer, _sum),
    "depot_jour": (Date, _max),
    "depots_illisibles": (Integer, _sum),
}

TYPES: Final[Mapping[str, type[TypeEngine[Any]]]] = {**LEADING, **{name: kind for name, (kind, _) in PERSON.items()}}


def arm(values: Mapping[str, ColumnElement[Any]], names: Iterable[str] = TYPES) -> list[ColumnElement[Any]]:
    """The columns of one arm of a UNION ALL: those given, and a typed NULL for each of the others.

    An untyped NULL takes the type of whatever stands above it on some engines and is refused by others.
    """
    return [values.get(name, cast(null(), TYPES[name])).label(name) for name in names]
