"""The columns every row of the statement has, in one order, whatever the row says.

`genre` tells what a row is: a person, a project kept as the interval it is, or the number of a day.
The person columns are aggregates of one (establishment, person); they feed `gathering.persons.Personne` field by field.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, Integer, cast, func, null
from sqlalchemy.types import TypeEngine

from temoin_sdk.statement.dialects.base import TEXT

UNKNOWN_SITE: Final = "?"
"""Stands for the finess of rows whose site the source itself does not list."""

OF_THE_OG: Final = "OG"
"""Stands for the finess of messages that belong to no establishment."""


class Genre(IntEnum):
    """What a row of the statement is."""

    PERSONNE = 0
    PROJET = 1
    JOUR = 2


Kind = type[TypeEngine[Any]] | TypeEngine[Any]

Aggregate = Callable[[ColumnElement[Any]], ColumnElement[Any]]


def _sum(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Nobody's rows sum to 0, not to NULL, and to a whole number: some engines make a sum of sums a decimal."""
    return cast(func.coalesce(func.sum(column), 0), Integer)


_max: Aggregate = func.max
_min: Aggregate = func.min

LEADING: Final[Mapping[str, Kind]] = {"genre": Integer, "finess": TEXT, "usager": TEXT}

OTHERS: Final[Mapping[str, Kind]] = {
    "jour": Date,
    "fin": Date,
    "code": Integer,
    "nombre": Integer,
    "cle": TEXT,
}
"""Columns of intervals and days; NULL in the row of a person, and last, so that a person is read from the front."""

PERSON: Final[Mapping[str, tuple[Kind, Aggregate]]] = {
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

TYPES: Final[Mapping[str, Kind]] = {
    **LEADING,
    **{name: kind for name, (kind, _) in PERSON.items()},
    **OTHERS,
}
"""Every column of the statement. Inside it days are dates; what it hands over are ordinals (see `handed_over`)."""

PLACES: Final[Mapping[str, int]] = {name: place for place, name in enumerate(TYPES)}
"""Where each column stands in a row."""


def arm(values: Mapping[str, ColumnElement[Any]], names: Iterable[str]) -> list[ColumnElement[Any]]:
    """The columns of one arm of a UNION ALL: those given, and a typed NULL for each of the others.

    An untyped NULL takes the type of whatever stands above it on some engines and is refused by others.
    """
    return [values.get(name, cast(null(), TYPES[name])).label(name) for name in names]


def handed_over(
    values: Mapping[str, ColumnElement[Any]], ordinal: Callable[[ColumnElement[Any]], ColumnElement[int]]
) -> list[ColumnElement[Any]]:
    """The columns of one outermost arm, days as proleptic ordinals: whole numbers are the same from every driver."""
    columns: list[ColumnElement[Any]] = []
    for name, kind in TYPES.items():
        given = values.get(name)
        if kind is Date:
            columns.append((cast(null(), Integer) if given is None else ordinal(given)).label(name))
        else:
            columns.append((cast(null(), kind) if given is None else given).label(name))
    return columns
