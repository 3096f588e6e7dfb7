"""Bases of facts at every edge: small ones that hypothesis can shrink, and crowds that follow from a seed."""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from random import Random
from typing import Any

from hypothesis import strategies as st

from reference import moments
from reference.drawing import Below, Tirage, pick
from reference.pools import (
    AUTEURS,
    CLES,
    DESTINATAIRES,
    DROPPED,
    ETABLISSEMENTS,
    FENETRES,
    MOTIFS,
    OUT_OF_SCOPE,
    PERSONNES,
    REGLAGES,
    STATUTS_EVENEMENT,
    STATUTS_PROJET,
)
from temoin_sdk.contract import (
    DepotDmp,
    EchangeEparcours,
    Evenement,
    Identite,
    MessageMss,
    MiseAJour,
    Prescription,
    Projet,
    Sejour,
)
from temoin_sdk.testing.reference.facts import ESPACE, Base
from temoin_sdk.vocabulary import Relation

DATED: tuple[Relation, ...] = tuple(
    relation for relation in Relation if relation not in (Relation.ETABLISSEMENTS, Relation.IDENTITES)
)
Persons = Sequence[tuple[Any, ...]]
Lignes = dict[Relation, list[Any]]


@st.composite
def few_persons(draw: st.DrawFn) -> Base:
    """A base of one to three persons."""

    def below(bound: int) -> int:
        return draw(_below(bound))

    return _base(below, 1 + below(3))


@cache
def _below(bound: int) -> st.SearchStrategy[int]:
    return st.integers(0, bound - 1)


def crowd(seed: int) -> Base:
    """A base of some hundred persons, the same for the same seed. Denser than what hypothesis draws one by one."""
    random = Random(seed)
    return _base(random.randrange, random.randrange(60, len(PERSONNES)))


def _base(below: Below, size: int) -> Base:
    fenetre = pick(below, FENETRES)
    first = below(len(ETABLISSEMENTS))
    etablissements = (ETABLISSEMENTS[first:] + ETABLISSEMENTS[:first])[: 1 + below(3)]
    natures = {relation: pick(below, moments.NATURES) for relation in DATED}
    t = Tirage(below, fenetre, etablissements, natures, moments.edge_days(fenetre), moments.far_days(fenetre))
    fuseau_og = t.pick((etablissements[0].fuseau, etablissements[-1].fuseau, "Europe/Paris", "America/Miquelon"))
    lignes = _lignes(t, size, fuseau_og)
    for relation in t.pick(DROPPED):
        del lignes[relation]
    return Base(
        fenetre=fenetre,
        reglages=t.pick(REGLAGES),
        fuseau_og=fuseau_og,
        etablissements=etablissements,
        sites=_sites(t),
        natures=natures,
        lignes={relation: tuple(rows) for relation, rows in lignes.items()},
    )


def _sites(t: Tirage) -> tuple[Any, ...]:
    """What the software lists: every site, seldom all but one; and one that is not of the project."""
    codes = [code for one in t.etablissements for code in one.codes]
    forgotten = 1 if len(codes) > 1 and t.below(8) == 7 else 0
    return (*codes[forgotten:], OUT_OF_SCOPE)


def _lignes(t: Tirage, size: int, fuseau_og: str) -> Lignes:
    persons = PERSONNES[:size]
    lignes: Lignes = {relation: [] for relation in DATED}
    for relation, rows in chain.from_iterable(_about(t, person).items() for person in persons):
        lignes[relation] += rows
    lignes |= _of_nobody(t, 3 + size, fuseau_og)
    if t.below(2):
        lignes[Relation.IDENTITES] = _identites(t, persons)
    return lignes


def _about(t: Tirage, spellings: tuple[Any, ...]) -> Lignes:
    """Everything about one person, mostly at one establishment; now and then a row forgets who."""
    home = t.below(len(t.etablissements))

    def who() -> Any:
        number = t.below(40)
        return (None, "  ")[number - 38] if number >= 38 else spellings[number % len(spellings)]

    def facts(relation: Relation, make: Callable[[Any, Any], Any], most: int) -> list[Any]:
        return _facts(t, relation, make, most, home)

    return {
        Relation.SEJOURS: _sejours(t, home, who),
        Relation.MISES_A_JOUR: facts(
            Relation.MISES_A_JOUR, lambda code, at: MiseAJour(code, who(), at, t.pick(AUTEURS)), 5
        ),
        Relation.PROJETS: _projets(t, home, who),
        Relation.EVENEMENTS: facts(
            Relation.EVENEMENTS, lambda code, at: Evenement(code, who(), at, t.pick(STATUTS_EVENEMENT)), 4
        ),
        Relation.DEPOTS_DMP: facts(Relation.DEPOTS_DMP, lambda code, at: DepotDmp(code, who(), at, t.pick(CLES)), 3),
    }


def _sejours(t: Tirage, home: int, who: Callable[[], Any]) -> list[Sejour]:
    rows = []
    for _ in t.times(3):
        code, fuseau = t.place(home)
        sortie = t.bound(Relation.SEJOURS, fuseau, moments.LAST_DAYS)
        rows.append(Sejour(code, who(), t.entry(fuseau), sortie, t.pick(MOTIFS)))
    return rows


def _projets(t: Tirage, home: int, who: Callable[[], Any]) -> list[Projet]:
    rows = []
    for _ in t.times(3):
        code, fuseau = t.place(home)
        debut = t.bound(Relation.PROJETS, fuseau, moments.FIRST_DAYS)
        fin = t.bound(Relation.PROJETS, fuseau, moments.LAST_DAYS)
        rows.append(Projet(code, who(), t.pick(STATUTS_PROJET), debut, fin))
    return rows


def _facts(
    t: Tirage, relation: Relation, make: Callable[[Any, Any], Any], most: int, home: int | None = None
) -> list[Any]:
    rows = []
    for _ in t.times(most):
        code, fuseau = t.place(home)
        rows.append(make(code, t.fact(relation, fuseau)))
    return rows


def _of_nobody(t: Tirage, most: int, fuseau_og: str) -> Lignes:
    """Facts that have no person; messages of the OG among them."""

    def message(code: Any, at: Any) -> MessageMss:
        return MessageMss(code, at, t.pick(DESTINATAIRES), t.pick(CLES))

    messages = _facts(t, Relation.MESSAGES_MSS, message, most)
    messages += [message(None, t.fact(Relation.MESSAGES_MSS, fuseau_og)) for _ in t.times(most)]
    return {
        Relation.MESSAGES_MSS: messages,
        Relation.PRESCRIPTIONS: _facts(
            t, Relation.PRESCRIPTIONS, lambda code, at: Prescription(code, at, t.pick(CLES)), most
        ),
        Relation.ECHANGES_EPARCOURS: _facts(
            t, Relation.ECHANGES_EPARCOURS, lambda code, at: EchangeEparcours(code, at, t.pick(CLES)), most
        ),
    }


def _identites(t: Tirage, persons: Persons) -> list[Identite]:
    """Chains that end: a person is merged into a later one, or into one of another space."""
    rows = []
    for rank, spellings in enumerate(persons):
        if t.below(4) == 3:
            later = persons[rank + 1 : rank + 4]
            elsewhere = not later or t.below(4) == 3
            master = ("ancien.dossier", f"D{rank}") if elsewhere else (ESPACE, t.pick(t.pick(later)))
            rows.append(Identite(ESPACE, t.pick(spellings), *master))
    return rows
