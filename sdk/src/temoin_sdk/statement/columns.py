"""The columns every row of the statement has, in one order, whatever the row says.

`genre` tells what a row is: what one site knows of a person, or the number of a day. The person columns are aggregates
of ordinary facts; facts that are not ordinary (a date nobody can read, a project that began or ended on the way) make a
row of their own, told by `part`, so that an ordinary person costs few columns.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Date, Integer, cast, func, literal, null
from sqlalchemy.types import TypeEngine

from temoin_sdk.statement.dialects.base import TEXT

UNKNOWN_SITE: Final = "?"
"""Stands for the finess of rows whose site the source itself does not list."""

OF_THE_OG: Final = "OG"
"""Stands for the finess of messages that belong to no establishment."""


class Genre(IntEnum):
    """What a row of the statement is."""

    PERSONNE = 0
    JOUR = 1


class Ecart(IntEnum):
    """In what the facts of a row are not ordinary."""

    AUCUN = 0
    ILLISIBLE = 1
    """No day can be told."""
    INCONNU = 2
    """A word that is not of its closed list."""
    SANS_AUTEUR = 3


_ECARTS: Final = len(Ecart)
_STATUTS: Final = 8
_JOURS: Final = 4_194_304
"""More than the ordinal of any day: a part is one whole number, which costs less to group by than four columns."""


def spell_project(debut: ColumnElement[Any], fin: ColumnElement[Any], statut: ColumnElement[Any]) -> ColumnElement[int]:
    """`part` of a project that stood on some days only; ordinals may be NULL."""
    days = func.coalesce(cast(debut, BigInteger), 0) * _big(_JOURS) + func.coalesce(cast(fin, BigInteger), 0)
    return (days * _big(_STATUTS) + cast(statut, BigInteger)) * _big(_ECARTS)


def spell_ecart(ecart: Ecart) -> ColumnElement[int]:
    """`part` of facts that are not ordinary."""
    return _big(ecart.value)


def read_project(part: int) -> tuple[int, int | None, int | None] | None:
    """The project that `part` says: code of its state, ordinals of its first and last day. None when it is an écart."""
    rest, ecart = divmod(part, _ECARTS)
    if ecart:
        return None
    days, statut = divmod(rest, _STATUTS)
    debut, fin = divmod(days, _JOURS)
    return statut, debut or None, fin or None


def read_ecart(part: int) -> Ecart:
    """In what the facts of this `part` are not ordinary."""
    return Ecart(part % _ECARTS)


def _big(number: int) -> ColumnElement[int]:
    return literal(number, BigInteger)


Kind = type[TypeEngine[Any]] | TypeEngine[Any]

Aggregate = Callable[[ColumnElement[Any]], ColumnElement[Any]]

COUNT: Aggregate = func.count
_max: Aggregate = func.max
_min: Aggregate = func.min

LEADING: Final[Mapping[str, Kind]] = {"genre": Integer, "site": TEXT, "usager": TEXT}

PERSON: Final[Mapping[str, tuple[Kind, Aggregate]]] = {
    "sejours": (Integer, COUNT),
    "jour_ref": (Date, _max),
    "motif": (Integer, _min),  # 0, eligible, wins over any reason
    "maj": (Integer, COUNT),
    "maj_jour": (Date, _max),
    "projets": (Integer, COUNT),
    "projet": (Integer, _max),
    "evenements": (Integer, COUNT),
    "evenement_jour": (Date, _max),
    "evenements_retenus": (Integer, COUNT),
    "depots": (Integer, COUNT),
    "depot_jour": (Date, _max),
}
"""Facts of one person, each column 1, a day, a code or NULL before it is aggregated; the first fields of `Personne`."""

OTHERS: Final[Mapping[str, Kind]] = {
    "part": BigInteger,
    "jour": Date,
    "code": Integer,
    "nombre": Integer,
    "cle": TEXT,
}
"""`part` of a person, then the columns of days, NULL for a person: he is read from the front."""

TYPES: Final[Mapping[str, Kind]] = {
    **LEADING,
    **{name: kind for name, (kind, _) in PERSON.items()},
    **OTHERS,
}
"""Every column of the statement. Inside it days are dates; what it hands over are ordinals (see `handed_over`)."""

PLACES: Final[Mapping[str, int]] = {name: place for place, name in enumerate(TYPES)}
"""Where each column stands in a row."""


def arm(
    values: Mapping[str, ColumnElement[Any]], names: Iterable[str], types: Mapping[str, Kind] | None = None
) -> list[ColumnElement[Any]]:
    """The columns of one arm of a UNION ALL: those given, and a typed NULL for each of the others.

    An untyped NULL takes the type of whatever stands above it on some engines and is refused by others.
    """
    kinds = TYPES if types is None else types
    return [values.get(name, cast(null(), kinds[name])).label(name) for name in names]


def handed_over(
    values: Mapping[str, ColumnElement[Any]], ordinal: Callable[[ColumnElement[Any]], ColumnElement[int]]
) -> list[ColumnElement[Any]]:
    """The columns of one outermost arm, days as proleptic ordinals: whole numbers are the same from every driver."""
    columns: list[ColumnElement[Any]] = []
    for name, kind in TYPES.items():
        given = values.get(name)
        if kind is Date and given is None:
            columns.append(cast(null(), Integer).label(name))
        elif kind is Date and given is not None and not isinstance(given.type, Integer):
            columns.append(ordinal(given).label(name))
        else:
            columns.append((cast(null(), kind) if given is None else given).label(name))
    return columns
