"""How the facts of several relations stand in one UNION ALL, and how they are aggregated from it.

Wide: one column per aggregate, NULL but for those of the row's own relation. Narrow: three columns that every relation
shares, and a number that tells whose they are; more is computed where they are grouped and a third is written before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, FromClause, Integer, Select, case, func, literal, select

from temoin_sdk.statement.columns import COUNT, PERSON, arm
from temoin_sdk.vocabulary import Relation

Columns = Mapping[str, ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Facts:
    """One relation: its rows (site, usager), and what each says, by the names of `PERSON` and `part`."""

    relation: Relation
    rows: FromClause
    columns: Columns
    kept: ColumnElement[bool] | None = None


class Wide:
    """Each relation in columns of its own."""

    @staticmethod
    def spread(facts: Facts) -> Select[Any]:
        """One branch of the UNION ALL."""
        return _rows(facts, arm(facts.columns, (*PERSON, "part")))

    @staticmethod
    def gathered(rows: FromClause, facts: Sequence[Facts]) -> Columns:
        """What is known of a person, from the rows of all branches."""
        return {name: aggregate(rows.c[name]) for name, (_, aggregate) in PERSON.items()}


class Said(NamedTuple):
    """Which columns of `PERSON` a relation tells as its number, its day and its code (a second number for events)."""

    nombre: str
    jour: str | None
    mot: str | None


SAID: Final[Mapping[Relation, Said]] = {
    Relation.SEJOURS: Said("sejours", "jour_ref", "motif"),
    Relation.MISES_A_JOUR: Said("maj", "maj_jour", None),
    Relation.PROJETS: Said("projets", None, "projet"),
    Relation.EVENEMENTS: Said("evenements", "evenement_jour", "evenements_retenus"),
    Relation.DEPOTS_DMP: Said("depots", "depot_jour", None),
}

_SHARED: Final = {"nombre": BigInteger, "jour": Integer, "mot": Integer}
_QUOI: Final[Mapping[Relation, int]] = {relation: number for number, relation in enumerate(SAID, start=1)}


@dataclass(frozen=True, slots=True)
class Narrow:
    """All relations in the same columns: `quoi` tells which one a row is of. Numbers may be above 1.

    Days are ordinals from here on: of a date and a constant an engine may make a text.
    """

    ordinal: Callable[[ColumnElement[Any]], ColumnElement[int]]

    def spread(self, facts: Facts) -> Select[Any]:
        """One branch of the UNION ALL."""
        said = SAID[facts.relation]._asdict()
        told = {shared: facts.columns[name] for shared, name in said.items() if name in facts.columns}
        if "jour" in told:
            told["jour"] = self.ordinal(told["jour"])
        quoi = literal(_QUOI[facts.relation], Integer).label("quoi")
        return _rows(facts, [quoi, *arm(told, _SHARED, _SHARED), *arm(facts.columns, ("part",))])

    def gathered(self, rows: FromClause, facts: Sequence[Facts]) -> Columns:
        """What is known of a person; what no relation tells is 0, or missing."""
        person: dict[str, ColumnElement[Any]] = {
            name: literal(0, Integer) for name, (_, aggregate) in PERSON.items() if aggregate is COUNT
        }
        for one in facts:
            of_it = rows.c.quoi == literal(_QUOI[one.relation], Integer)
            for shared, name in SAID[one.relation]._asdict().items():
                if name not in one.columns:
                    continue
                aggregate, value = PERSON[name][1], rows.c[shared]
                if aggregate is not COUNT or (shared == "nombre" and "nombre" not in one.rows.c):
                    person[name] = aggregate(case((of_it, value)))  # each row is one fact
                else:
                    person[name] = func.coalesce(func.sum(case((of_it, value))), literal(0, Integer))
        return person


def _rows(facts: Facts, columns: Sequence[ColumnElement[Any]]) -> Select[Any]:
    rows = select(facts.rows.c.site, facts.rows.c.usager, *columns)
    return rows if facts.kept is None else rows.where(facts.kept)
