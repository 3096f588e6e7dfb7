"""The decisions about facts counted by day, for an establishment or for the organisme gestionnaire."""

from collections import Counter
from datetime import date
from typing import Any

from temoin_sdk.testing.reference.civil_days import day_of
from temoin_sdk.testing.reference.facts import EJ, Base, Etablissement
from temoin_sdk.testing.reference.persons import Lieu, Personne, jour_depot
from temoin_sdk.testing.reference.words import Usager, code, word
from temoin_sdk.vocabulary import Relation, RelationJour

Jours = Counter[tuple[RelationJour, date]]

CODES = {
    Relation.DEPOTS_DMP: RelationJour.DOCUMENTS_DMP,
    Relation.PRESCRIPTIONS: RelationJour.PRESCRIPTIONS,
    Relation.ECHANGES_EPARCOURS: RelationJour.ECHANGES_EPARCOURS,
}


def relation_jour(relation: Relation, row: Any) -> RelationJour:
    """Decision 7: messages to professionals and to usagers are shown apart."""
    if relation is not Relation.MESSAGES_MSS:
        return CODES[relation]
    return {
        "professionnel": RelationJour.MESSAGES_MSS_PROFESSIONNEL,
        "usager": RelationJour.MESSAGES_MSS_USAGER,
    }.get(word(row.destinataire) or "", RelationJour.MESSAGES_MSS_INCONNU)


def count_by_day(base: Base, relation: Relation, rows: list[Any], fuseau: str) -> Jours:
    """Decision 7: facts of the window by day; one logged twice under one key is one fact.

    It happened on the first of its days; of two recipients, the one that is known, professionals first.
    """
    found: Jours = Counter()
    keyed: dict[str, list[tuple[RelationJour, date]]] = {}
    for row in rows:
        day = day_of(row.date_fait, base.natures[relation], fuseau)
        if day is None or not base.fenetre.contains(day):
            continue
        told = (relation_jour(relation, row), day)
        if (key := code(row.cle)) is None:
            found[told] += 1
        else:
            keyed.setdefault(key, []).append(told)
    for told_often in keyed.values():
        found[min(kind for kind, _ in told_often), min(day for _, day in told_often)] += 1
    return found


def jours(lieu: Lieu, present: dict[Usager, Personne]) -> Jours:
    """Decisions 7 and 8: what belongs to a day, and with `sans_condition` persons fed without a stay."""
    found: Jours = Counter()
    for relation in (Relation.MESSAGES_MSS, *CODES):
        found += count_by_day(lieu.base, relation, lieu.rows(relation), lieu.fuseau)
    if lieu.base.reglages.dmp == "sans_condition":
        for who in lieu.persons(Relation.DEPOTS_DMP):
            depot = jour_depot(lieu, who)
            if who not in present and depot is not None:
                found[RelationJour.DMP_HORS_SEJOUR, depot] += 1
    return found


def jours_og(base: Base) -> Jours:
    """Decision 7: messages of no establishment are the OG's, by its own clock, and are never split."""
    rows = [row for row in base.rows(Relation.MESSAGES_MSS) if row.code is None]
    og = Lieu(base, Etablissement(EJ, base.fuseau_og, ()))
    return count_by_day(
        base, Relation.MESSAGES_MSS, [r for r in rows if og.is_readable(Relation.MESSAGES_MSS, r)], og.fuseau
    )
