"""The one statement of a SQL source and zone: persons and day counts in a single UNION ALL, grouped and streamed.

One row per person carries one column per relation (latest day, number); one row per relation and day carries what has
no person. Those rows are the evidence, and the counts are counted from them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import TypedReturnsRows

from temoin_sdk.campaigns import Reglages
from temoin_sdk.contract.relations import DAY_CODES
from temoin_sdk.statement.branches import Branches, Scope, group_persons
from temoin_sdk.statement.columns import PERSON, Genre, arm, handed_over
from temoin_sdk.statement.dialects import Clock, Dialect, Probed
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre


@dataclass(frozen=True, slots=True)
class Question:
    """All that one statement depends on.

    `carte` maps every site the source lists to its FINESS, or to "" when it is out of scope. `intervals` keeps projects
    as they are, for when another source also knows the person: their state on the reference day can then only be told
    once the stays have met. `keys` are the relations whose keys must meet those of another source.
    """

    fenetre: Fenetre
    personnes: Fenetre
    reglages: Reglages
    carte: Mapping[str, str]
    fuseau: str
    og: bool
    intervals: bool
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
        dialect.keys(question.carte, [p.vues["usager"].type for p in relations.values() if "usager" in p.vues]),
        question.og,
    )
    branches = Branches(scope, relations)
    arms: list[Select[Any]] = [
        *_person_arm(branches, question),
        *(_interval_arms(branches) if question.intervals else ()),
        *(_day_arm(branches, r, keep_keys=r in question.keys) for r in DAY_CODES if r in relations),
    ]
    return dialect.assembled(arms)


def _person_arm(branches: Branches, question: Question) -> list[Select[Any]]:
    known = branches.relations
    facts: list[Select[Any]] = []
    if not question.intervals:
        facts += _stays_with_projects(branches, question)
    elif Relation.SEJOURS in known:
        stays = branches.sejours().subquery("sejours")
        columns = {"jour_ref": stays.c.jour_ref, "motif": stays.c.motif, **_stay_counts(stays)}
        facts.append(group_persons(stays, columns))
    if Relation.MISES_A_JOUR in known:
        facts.append(branches.mises_a_jour())
    if Relation.EVENEMENTS in known:
        facts.append(branches.evenements())
    if Relation.DEPOTS_DMP in known:
        facts.append(branches.depots_dmp())
    if not facts:
        return []
    rows = union_all(*facts).subquery("faits")
    person: dict[str, ColumnElement[Any]] = {
        "genre": literal(Genre.PERSONNE.value, Integer),
        "finess": branches.scope.keys.spell_finess(rows.c.finess),
        "usager": branches.scope.keys.spell_usager(rows.c.usager),
        **{name: aggregate(rows.c[name]) for name, (_, aggregate) in PERSON.items()},
    }
    return [select(*handed_over(person, branches.scope.dialect.ordinal)).group_by(rows.c.finess, rows.c.usager)]


def _stays_with_projects(branches: Branches, question: Question) -> list[Select[Any]]:
    """Stays and projects of a source that knows both: the project's state is taken on the person's reference day.

    The reference day (last day of the window, or of the stay if earlier) is the latest over the person's stays; a
    window function carries it to the projects, so that one pass over both is enough.
    """
    known = branches.relations
    together: list[Select[Any]] = []
    names = ("finess", "usager", "jour_ref", "debut", "fin", "statut", "motif", *_STAY_AND_PROJECT_COUNTS)
    if Relation.SEJOURS in known:
        stays = branches.sejours().subquery("sejours")
        together.append(select(*_labelled(stays, names, _stay_counts(stays))))
    if Relation.PROJETS in known:
        projects = branches.projets().subquery("projets")
        together.append(select(*_labelled(projects, names, _project_counts(projects))))
    if not together:
        return []
    rows = union_all(*together).subquery("sejours_projets")
    reference = func.max(rows.c.jour_ref).over(partition_by=(rows.c.finess, rows.c.usager))
    dated = select(rows, reference.label("jour_commun")).subquery("dates")
    stands: ColumnElement[bool] = and_(
        or_(dated.c.debut.is_(None), dated.c.debut <= dated.c.jour_commun),
        or_(dated.c.fin.is_(None), dated.c.fin >= dated.c.jour_commun),
        dated.c.jour_commun.is_not(None),
    )
    if question.reglages.projet == "un_jour":
        stands = or_(dated.c.fin.is_(None), dated.c.fin >= question.fenetre.debut)
    columns = {
        "jour_ref": dated.c.jour_ref,
        "motif": dated.c.motif,
        "projet": case((stands, dated.c.statut)),
        **{name: dated.c[name] for name in _STAY_AND_PROJECT_COUNTS},
    }
    return [select(dated.c.finess, dated.c.usager, *arm(columns, PERSON))]


_STAY_AND_PROJECT_COUNTS = (
    "sejours",
    "motifs_inconnus",
    "sejours_illisibles",
    "projets",
    "projets_inconnus",
    "projets_illisibles",
)


def _labelled(
    rows: Subquery, names: Sequence[str], counts: Mapping[str, ColumnElement[Any]]
) -> list[ColumnElement[Any]]:
    given = {**{name: rows.c[name] for name in names if name in rows.c}, **counts}
    types = {"debut": "jour", "statut": "code"}
    blank = dict(zip(names, arm({}, [types.get(name, name) for name in names]), strict=True))
    return [given.get(name, blank[name]).label(name) for name in names]


def _stay_counts(stays: Subquery) -> dict[str, ColumnElement[Any]]:
    return {
        "sejours": 1 - stays.c.illisible,
        "motifs_inconnus": stays.c.motif_inconnu,
        "sejours_illisibles": stays.c.illisible,
    }


def _project_counts(projects: Subquery) -> dict[str, ColumnElement[Any]]:
    return {
        "projets": 1 - projects.c.illisible,
        "projets_inconnus": projects.c.inconnu,
        "projets_illisibles": projects.c.illisible,
    }


def _interval_arms(branches: Branches) -> list[Select[Any]]:
    """Projects as they are: the reference day is only known once the stays of every source have met."""
    if Relation.PROJETS not in branches.relations:
        return []
    rows = branches.projets().subquery("projets")
    columns = {
        "genre": literal(Genre.PROJET.value, Integer),
        "finess": branches.scope.keys.spell_finess(rows.c.finess),
        "usager": branches.scope.keys.spell_usager(rows.c.usager),
        "jour": rows.c.debut,
        "fin": rows.c.fin,
        "code": rows.c.statut,
        **_project_counts(rows),
    }
    return [select(*handed_over(columns, branches.scope.dialect.ordinal))]


def _day_arm(branches: Branches, relation: Relation, *, keep_keys: bool) -> Select[Any]:
    """Number of facts per day; a fact logged twice under one key counts once, on its first day."""
    facts = branches.jours(relation)
    genre = literal(Genre.JOUR.value, Integer)
    if "cle" not in branches.relations[relation].colonnes or keep_keys:
        rows = facts.subquery(f"j_{relation.value}")
        grouping = [rows.c.finess, rows.c.code, rows.c.jour, *([rows.c.cle] if keep_keys else [])]
    else:
        one = facts.subquery(f"k_{relation.value}")
        once = (
            select(one.c.finess, func.min(one.c.code).label("code"), func.min(one.c.jour).label("jour"), one.c.cle)
            .where(one.c.cle.is_not(None), one.c.jour.is_not(None))
            .group_by(one.c.finess, one.c.cle)
        )
        loose = select(one.c.finess, one.c.code, one.c.jour, one.c.cle).where(
            or_(one.c.cle.is_(None), one.c.jour.is_(None))
        )
        rows = union_all(once, loose).subquery(f"j_{relation.value}")
        grouping = [rows.c.finess, rows.c.code, rows.c.jour]
    named: dict[str, ColumnElement[Any]] = {c.key: c for c in grouping} | {
        "finess": branches.scope.keys.spell_finess(rows.c.finess)
    }
    columns: dict[str, ColumnElement[Any]] = {"genre": genre, **named, "nombre": func.count()}
    return select(*handed_over(columns, branches.scope.dialect.ordinal)).group_by(*grouping)
