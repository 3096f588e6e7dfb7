"""The one statement of a SQL source and zone: persons and day counts in a single UNION ALL, grouped and streamed.

Every relation is read once, its facts put side by side and grouped by site and person: what a person would write by
hand. Sites are mapped to establishments, and spellings of one identifier brought together, on site, group by group.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, func, literal, or_, select, union_all
from sqlalchemy.sql.selectable import TypedReturnsRows

from temoin_sdk.campaigns import Reglages
from temoin_sdk.contract.relations import DAY_CODES
from temoin_sdk.statement.branches import Branches, Scope, hold
from temoin_sdk.statement.columns import Genre, handed_over
from temoin_sdk.statement.dialects import Clock, Dialect, Probed
from temoin_sdk.statement.layouts import Narrow, Wide
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre


@dataclass(frozen=True, slots=True)
class Question:
    """All that one statement depends on.

    `carte` maps every site the source lists to its FINESS, or to "" when it is out of scope. With `og`, rows of no site
    at all and of sites that the source does not list are read too: once per source. `keys` are the relations whose keys
    must meet those of another source.
    """

    fenetre: Fenetre
    personnes: Fenetre
    reglages: Reglages
    carte: Mapping[str, str]
    fuseau: str
    og: bool
    keys: frozenset[Relation]


def build_statement(
    question: Question, relations: Mapping[Relation, Probed], dialect: Dialect
) -> TypedReturnsRows[Any]:
    """The statement, for relations already probed; at least one of them must be counted."""
    scope = Scope(
        question.fenetre,
        question.personnes,
        question.reglages,
        dialect,
        Clock(question.fuseau, question.personnes.debut, question.fenetre.fin),
        dialect.keys([p.vues["usager"].type for p in relations.values() if "usager" in p.vues]),
        hold(dialect, question.carte, og=question.og),
    )
    branches = Branches(scope, relations)
    keys = question.keys | (frozenset(DAY_CODES) if _several_sites(question.carte) else frozenset())
    arms: list[Select[Any]] = [
        *_person_arm(branches),
        *(_day_arm(branches, r, keep_keys=r in keys) for r in DAY_CODES if r in relations),
    ]
    return dialect.assembled(arms)


def _several_sites(carte: Mapping[str, str]) -> bool:
    """Whether one establishment has several sites, so that a key may have been logged in two of them."""
    places = [finess for finess in carte.values() if finess]
    return len(set(places)) < len(places)


def _person_arm(branches: Branches) -> list[Select[Any]]:
    facts, dialect = branches.persons(), branches.scope.dialect
    if not facts:
        return []
    layout = Wide() if dialect.folding is None else Narrow(dialect.ordinal)
    rows, keys = union_all(*map(layout.spread, facts)).subquery("faits"), branches.scope.keys
    person: dict[str, ColumnElement[Any]] = {
        "genre": literal(Genre.PERSONNE.value, Integer),
        "site": keys.spell_site(rows.c.site),
        "usager": keys.spell_usager(rows.c.usager),
        **layout.gathered(rows, facts),
        "part": rows.c.part,
    }
    grouped = select(*handed_over(person, dialect.ordinal))
    return [grouped.group_by(rows.c.site, rows.c.usager, rows.c.part)]


def _day_arm(branches: Branches, relation: Relation, *, keep_keys: bool) -> Select[Any]:
    """Number of facts per day; a fact logged twice under one key counts once, on its first day."""
    facts = branches.jours(relation)
    if "cle" not in branches.relations[relation].colonnes or keep_keys:
        rows = facts.subquery(f"j_{relation.value}")
        grouping = [rows.c.site, rows.c.code, rows.c.jour, *([rows.c.cle] if keep_keys else [])]
    else:
        one = facts.subquery(f"k_{relation.value}")
        once = (
            select(one.c.site, func.min(one.c.code).label("code"), func.min(one.c.jour).label("jour"), one.c.cle)
            .where(one.c.cle.is_not(None), one.c.jour.is_not(None))
            .group_by(one.c.site, one.c.cle)
        )
        loose = select(one.c.site, one.c.code, one.c.jour, one.c.cle).where(
            or_(one.c.cle.is_(None), one.c.jour.is_(None))
        )
        rows = union_all(once, loose).subquery(f"j_{relation.value}")
        grouping = [rows.c.site, rows.c.code, rows.c.jour]
    named: dict[str, ColumnElement[Any]] = {c.key: c for c in grouping}
    columns = {"genre": literal(Genre.JOUR.value, Integer), **named, "nombre": func.count()}
    return select(*handed_over(columns, branches.scope.dialect.ordinal)).group_by(*grouping)
