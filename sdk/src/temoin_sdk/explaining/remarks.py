"""What an explanation cannot show, in sentences: counts given ready-made, relations nobody supplies, OG messages."""

from collections.abc import Iterator, Sequence

from temoin_sdk.contract.sources import CountSource
from temoin_sdk.counting import Resultat
from temoin_sdk.counting.plan import PlannedSource
from temoin_sdk.explaining.reading import Lecture
from temoin_sdk.explaining.wording import COMPTES, RELATIONS
from temoin_sdk.rates import format_nombre
from temoin_sdk.vocabulary import Compte, Relation


def find_remarks(
    comptes: Sequence[Compte],
    planned: Sequence[PlannedSource],
    lectures: Sequence[Lecture],
    wanted: frozenset[Relation],
    resultat: Resultat | None,
) -> tuple[str, ...]:
    """Sentences without any person in them."""
    return (
        *_ready_made(comptes, planned),
        *_nobody(lectures, wanted),
        *_sites(lectures),
        *_of_the_og(comptes, resultat),
    )


def _ready_made(comptes: Sequence[Compte], planned: Sequence[PlannedSource]) -> Iterator[str]:
    for plan in planned:
        if isinstance(plan.source, CountSource):
            given = [COMPTES[x] for x in comptes if x in plan.source.comptes_fournis]
            if given:
                yield (
                    f"La source « {plan.demande.nom} » donne des comptes tout faits ({', '.join(given)}) : elle n'a "
                    "aucune ligne à expliquer."
                )


def _nobody(lectures: Sequence[Lecture], wanted: frozenset[Relation]) -> Iterator[str]:
    for relation in sorted(wanted):
        if lectures and not any(relation in lecture.lignes for lecture in lectures):
            yield f"Aucune source ne fournit la relation {relation.value} : ce qui en dépend est non fourni, et non 0."


def _sites(lectures: Sequence[Lecture]) -> Iterator[str]:
    for lecture in lectures:
        unlisted = sorted(set(lecture.plan.demande.sites) - lecture.listed)
        if unlisted:
            yield f"La source « {lecture.nom} » ne liste pas le site {', '.join(unlisted)} : rien de lui ne compte."
        for relation, lignes in sorted(lecture.lignes.items()):
            if not lignes:
                codes = ", ".join(sorted(lecture.plan.demande.sites))
                yield (
                    f"La source « {lecture.nom} » n'a rendu aucune ligne de {RELATIONS[relation].lower()} "
                    f"({relation.value}) pour le site {codes}."
                )


def _of_the_og(comptes: Sequence[Compte], resultat: Resultat | None) -> Iterator[str]:
    if Compte.MESSAGES_MSS in comptes and resultat is not None and resultat.og is not None:
        number = format_nombre(resultat.og.messages_mss)
        yield (
            f"Messages de l'organisme ou de boîtes partagées, qu'aucun établissement ne se voit attribuer : {number}."
        )
