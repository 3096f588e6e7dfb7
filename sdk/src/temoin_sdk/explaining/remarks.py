"""What an explanation cannot show, in sentences: counts given ready-made, relations nobody supplies, OG messages."""

from collections.abc import Collection, Iterator, Sequence

from temoin_sdk.campaigns import Reglages
from temoin_sdk.contract.sources import CountSource
from temoin_sdk.counting import Resultat
from temoin_sdk.counting.plan import PlannedSource
from temoin_sdk.explaining.reading import Lecture
from temoin_sdk.explaining.wording import COMPTES
from temoin_sdk.rates import format_nombre
from temoin_sdk.tally.supply import needs
from temoin_sdk.vocabulary import Compte, Relation


def find_remarks(
    comptes: Sequence[Compte],
    donnes: Collection[Compte],
    read: tuple[Sequence[PlannedSource], Sequence[Lecture]],
    reglages: Reglages,
    resultat: Resultat | None,
) -> tuple[str, ...]:
    """Sentences without any person in them. `donnes` are the counts that a source gives ready-made."""
    planned, lectures = read
    wanted = frozenset[Relation]().union(*(needs(x, reglages) for x in comptes if x not in donnes))
    return (
        *_ready_made(comptes, donnes, planned),
        *_nobody(lectures, wanted),
        *_sites(lectures),
        *_of_the_og(comptes, resultat),
    )


def _ready_made(
    comptes: Sequence[Compte], donnes: Collection[Compte], planned: Sequence[PlannedSource]
) -> Iterator[str]:
    names = ", ".join(f"« {plan.demande.nom} »" for plan in planned if isinstance(plan.source, CountSource))
    given = ", ".join(COMPTES[x] for x in comptes if x in donnes)
    if names and given:
        yield f"Donnés tout faits par la source {names} : {given}. Il n'y a là aucune ligne à expliquer."
    elif names:
        yield f"La source {names} ne donne que des comptes tout faits, et aucun de ceux de cet indicateur."


def _nobody(lectures: Sequence[Lecture], wanted: frozenset[Relation]) -> Iterator[str]:
    missing = [r.value for r in sorted(wanted) if not any(r in lecture.lignes for lecture in lectures)]
    if missing:
        yield (
            f"Aucune source ne fournit à cet établissement : {', '.join(missing)}. "
            "Le chiffre qui en dépend est non fourni, ce qui n'est pas 0."
        )


def _sites(lectures: Sequence[Lecture]) -> Iterator[str]:
    for lecture in lectures:
        codes = sorted(lecture.plan.demande.sites)
        unlisted = [code for code in codes if code not in lecture.listed]
        if unlisted:
            yield (
                f"La source « {lecture.nom} » ne liste pas le site {', '.join(unlisted)} : rien de lui ne compte. "
                "Vérifiez ce code."
            )
        for relation, lignes in sorted(lecture.lignes.items()):
            if not lignes:
                where = ", ".join(codes)
                yield f"La source « {lecture.nom} » n'a rendu aucune ligne de {relation.value} pour le site {where}."


def _of_the_og(comptes: Sequence[Compte], resultat: Resultat | None) -> Iterator[str]:
    if Compte.MESSAGES_MSS in comptes and resultat is not None and resultat.og is not None:
        number = format_nombre(resultat.og.messages_mss)
        yield f"Messages de l'organisme ou de boîtes partagées, qui ne comptent pour aucun établissement : {number}."
