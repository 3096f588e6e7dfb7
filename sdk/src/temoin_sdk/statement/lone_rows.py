"""Rows of one relation for a few sites, read as the one statement reads them: to explain a figure, never to count it.

Same sites, persons, days and words as the branches of the statement, by the same expressions, without their filters:
what they drop is handed over too, and told apart by `sort`. Rows outside of the window are put together per person.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import IntEnum
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
)
from sqlalchemy.sql.selectable import TypedReturnsRows

from temoin_sdk.campaigns import Reglages
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.statement.branches import Branches, Scope, hold
from temoin_sdk.statement.dialects import TEXT, Clock, Dialect, Probed
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre


class Sort(IntEnum):
    """What the dates of a row are; a stay or a project that can be read is DEDANS whatever its days."""

    DEDANS = 0
    AVANT = 1
    APRES = 2
    ABSENTE = 3
    ILLISIBLE = 4


LONG_AGO: Final = date(1900, 1, 1)
"""A first day before it is none, a last day before it is this one: the year 1 and minus infinity are no ordinals."""

WORD_OF: Final[Mapping[Relation, str]] = {
    Relation.SEJOURS: "motif_non_eligible",
    Relation.MISES_A_JOUR: "auteur",
    Relation.PROJETS: "statut",
    Relation.EVENEMENTS: "statut",
    Relation.MESSAGES_MSS: "destinataire",
}
"""The column of a relation that holds a word of a closed list."""


def build_lone_rows(
    relation: Relation,
    probed: Probed,
    dialect: Dialect,
    sites: Sequence[str],
    asked: tuple[Fenetre, Fenetre, Reglages, str],
) -> TypedReturnsRows[Any]:
    """The rows of one relation that name one of these sites; `asked` is window, interval of persons, rules, zone.

    Columns: sort, site, usager, word, key, ordinals of the first and last day, number of rows put together. Of rows
    outside of the window the latest day is told, and neither key nor number of persons is lost.
    """
    fenetre, personnes, reglages, fuseau = asked
    scope = Scope(
        fenetre,
        personnes,
        reglages,
        dialect,
        Clock(fuseau, personnes.debut, fenetre.fin),
        dialect.keys([probed.vues["usager"].type] if "usager" in probed.vues else []),
        hold(dialect, dict.fromkeys(sites, "x"), og=False),
    )
    return dialect.assembled([_LoneRows(scope, {relation: probed}).told(relation)])


class _LoneRows(Branches):
    """The branches' own sources, keys and words, with nothing filtered but the sites."""

    def told(self, relation: Relation) -> Any:
        probed, scope = self.relations[relation], self.scope
        names = SHAPES[relation].dates
        days, raws = self._days(relation, names)
        word = WORD_OF.get(relation)
        key = "cle" in probed.colonnes
        values = {
            **days,
            "mot": cast(null(), TEXT) if word is None else self._word(relation, word),
            "cle": scope.dialect.key(self._sources[relation].c.cle) if key else cast(null(), TEXT),
        }
        read = scope.dialect.settled(self._placed(relation, **values), raws).subquery(f"l_{relation.value}")
        sorted_ = self._sorted(relation, read)
        keys, ordinal = scope.keys, scope.dialect.ordinal
        person = keys.spell_usager(sorted_.c.usager) if "usager" in sorted_.c else cast(null(), TEXT)
        last = ordinal(_ended(func.max(sorted_.c.fin))) if len(names) > 1 else cast(null(), Integer)
        grouping = [sorted_.c[name] for name in ("sort", "site", "usager", "mot", "cle", "jour") if name in sorted_.c]
        if len(names) > 1:
            grouping.append(sorted_.c.fin)
        return select(
            sorted_.c.sort,
            keys.spell_site(sorted_.c.site).label("site"),
            person.label("usager"),
            type_coerce(sorted_.c.mot, TEXT).label("mot"),
            type_coerce(sorted_.c.cle, TEXT).label("cle"),
            ordinal(_began(func.max(sorted_.c.debut))).label("debut"),
            last.label("fin"),
            cast(func.count(), BigInteger).label("nombre"),
        ).group_by(*grouping)

    def _sorted(self, relation: Relation, read: Subquery) -> Subquery:
        """Each row with what its dates are; of those outside of the window, day and key are put together."""
        names = SHAPES[relation].dates
        first = read.c[names[0]]
        told = select(read, self._sort(relation, read).label("sort")).subquery(f"s_{relation.value}")
        inside = told.c.sort == _whole(Sort.DEDANS)
        columns = [told.c.sort, told.c.site, *([told.c.usager] if "usager" in told.c else []), told.c.mot]
        columns.append(case((inside, told.c.cle), else_=cast(null(), TEXT)).label("cle"))
        columns.append(case((inside, told.c[first.key]), else_=cast(null(), Date)).label("jour"))
        columns.append(told.c[first.key].label("debut"))
        if len(names) > 1:
            columns.append(told.c[names[1]].label("fin"))
        return select(*columns).subquery(f"g_{relation.value}")

    def _sort(self, relation: Relation, read: Subquery) -> ColumnElement[int]:
        names = SHAPES[relation].dates
        bad = [and_(read.c[f"{name}_absent"] == _whole(0), read.c[name].is_(None)) for name in names]
        cases: list[tuple[ColumnElement[bool], ColumnElement[int]]] = [(each, _whole(Sort.ILLISIBLE)) for each in bad]
        if relation is not Relation.PROJETS:
            cases.append((read.c[names[0]].is_(None), _whole(Sort.ABSENTE)))
        if len(names) == 1:
            fenetre, day = self.scope.fenetre, read.c[names[0]]
            everything = relation is Relation.EVENEMENTS and self.scope.reglages.agenda == "tout"
            if not everything:
                cases.append((day < literal(fenetre.debut, Date), _whole(Sort.AVANT)))
            cases.append((day >= literal(fenetre.fin, Date), _whole(Sort.APRES)))
        return case(*cases, else_=_whole(Sort.DEDANS))


def _began(day: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((day >= literal(LONG_AGO, Date), day), else_=cast(null(), Date))


def _ended(day: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((day < literal(LONG_AGO, Date), literal(LONG_AGO, Date)), else_=day)


def _whole(number: int) -> ColumnElement[int]:
    return literal(int(number), Integer)
