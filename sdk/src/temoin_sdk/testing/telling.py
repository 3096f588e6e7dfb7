"""Facts of a scenario as French sentences: what an editor reads when figures differ."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from temoin_sdk.testing.reference.words import identifier
from temoin_sdk.testing.scenario.facts import (
    Depot,
    Echange,
    Ecriture,
    Fait,
    Message,
    Moment,
    Ordonnance,
    Personne,
    ProjetPersonnalise,
    RendezVous,
    Scenario,
    Sejour,
)
from temoin_sdk.vocabulary import RelationJour


def tell(fait: Fait) -> str:
    """« écriture le 31/03/2024 à 23:59:59 (saisie) : juste avant la fin : compte »."""
    return f"{_head(fait)} : {fait.pourquoi}"


def _head(fait: Fait) -> str:
    match fait:
        case Sejour():
            absences = "".join(f", absence {_span(*one)}" for one in fait.absences)
            motif = f", motif « {fait.motif} »" if fait.motif else ""
            return f"séjour {_span(fait.entree, fait.sortie)} ({fait.etat.value}{motif}{absences})"
        case Ecriture():
            gone = ", supprimée" if fait.supprimee else ""
            return f"écriture {_when(fait.le)} ({fait.nature.value}{gone})"
        case ProjetPersonnalise():
            gone = ", supprimé" if fait.supprime else ""
            return f"projet « {fait.ecrire(fait.statut)} » {_span(fait.debut, fait.fin)}{gone}"
        case RendezVous():
            gone = ", supprimé" if fait.supprime else ""
            return (
                f"rendez-vous {_when(fait.le)} (« {fait.ecrire(fait.statut)} », {len(fait.personnes)} personnes{gone})"
            )
        case Message():
            whose = "de l'organisme" if fait.site is None else fait.destinataire
            return f"message {_when(fait.le)} ({fait.etat.value}, {whose}, {fait.copies} destinataires)"
        case Depot():
            return f"dépôt DMP {_when(fait.le)} ({fait.etat.value})"
        case Ordonnance():
            return f"prescription {_when(fait.le)} ({fait.etat.value})"
        case Echange():
            return f"échange {_when(fait.le)} ({fait.etat.value})"
    return type(fait).__name__.lower()


def _when(le: Moment) -> str:
    local = le.local
    return f"le {local:%d/%m/%Y} à {local:%H:%M:%S} ({le.utc:%d/%m à %H:%M:%S} en temps universel)"


def _span(debut: date | None, fin: date | None) -> str:
    first = "depuis toujours" if debut is None else f"du {debut:%d/%m/%Y}"
    return f"{first} {'sans fin' if fin is None else f'au {fin:%d/%m/%Y} inclus'}"


def facts_about(scenario: Scenario, usager: str, code: str) -> list[Fait]:
    """Every fact about a person, under any of her numbers, at one site; merges of hers too."""
    same = _numbers(scenario, usager)

    def is_hers(personne: Personne) -> bool:
        return identifier(personne.id) in same

    found: list[Fait] = [one for one in scenario.fusions if is_hers(one.ancienne) or is_hers(one.maitresse)]
    for facts in (scenario.sejours, scenario.ecritures, scenario.projets, scenario.depots):
        found += [one for one in _at_site(facts, code) if is_hers(one.personne)]
    found += [one for one in _at_site(scenario.rendez_vous, code) if any(map(is_hers, one.personnes))]
    return found


def _at_site(facts: Iterable[Any], code: str) -> Iterable[Any]:
    return (one for one in facts if one.site is not None and one.site.code == code)


def _numbers(scenario: Scenario, usager: str) -> set[str | None]:
    """Her number and those merged with it, directly or not."""
    same: set[str | None] = {usager}
    grown = True
    while grown:
        before = len(same)
        for one in scenario.fusions:
            pair = {identifier(one.ancienne.id), identifier(one.maitresse.id)}
            if pair & same:
                same |= pair
        grown = len(same) > before
    return same


_FACTS_OF_DAYS = {
    RelationJour.MESSAGES_MSS_PROFESSIONNEL: "messages",
    RelationJour.MESSAGES_MSS_USAGER: "messages",
    RelationJour.MESSAGES_MSS_INCONNU: "messages",
    RelationJour.DOCUMENTS_DMP: "depots",
    RelationJour.DMP_HORS_SEJOUR: "depots",
    RelationJour.PRESCRIPTIONS: "ordonnances",
    RelationJour.ECHANGES_EPARCOURS: "echanges",
}

SAID_OF_DAYS = {
    RelationJour.MESSAGES_MSS_PROFESSIONNEL: "messages MSSanté à des professionnels",
    RelationJour.MESSAGES_MSS_USAGER: "messages MSSanté à des usagers",
    RelationJour.MESSAGES_MSS_INCONNU: "messages MSSanté à un destinataire inconnu",
    RelationJour.DOCUMENTS_DMP: "documents entrés dans un DMP",
    RelationJour.DMP_HORS_SEJOUR: "personnes sans séjour dont le DMP a reçu un document",
    RelationJour.PRESCRIPTIONS: "prescriptions importées",
    RelationJour.ECHANGES_EPARCOURS: "échanges e-parcours",
}


def facts_on(scenario: Scenario, relation: RelationJour, code: str | None, jour: date) -> list[Fait]:
    """Facts that a count by day is made of: those of this site (None: of the OG) on that day, or beside it if none."""
    facts = [
        one
        for one in getattr(scenario, _FACTS_OF_DAYS[relation])
        if (None if one.site is None else one.site.code) == code
    ]
    same = [one for one in facts if one.le.jour == jour]
    return same or [one for one in facts if abs((one.le.jour - jour).days) <= 1]
