"""Leaves out of a scenario what a software does not have."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from temoin_sdk.testing.scenario.concepts import Concept
from temoin_sdk.testing.scenario.facts import (
    Casse,
    EtatDepot,
    EtatEchange,
    EtatMessage,
    EtatSejour,
    NatureEcriture,
    Scenario,
)
from temoin_sdk.vocabulary import MotifNonEligible, StatutProjet


def _absences(s: Scenario) -> None:
    s.sejours = [replace(stay, absences=()) for stay in s.sejours]


def _machines(s: Scenario) -> None:
    s.ecritures = [one for one in s.ecritures if one.nature is NatureEcriture.SAISIE]


def _failures(s: Scenario) -> None:
    s.messages = [one for one in s.messages if one.etat is not EtatMessage.ECHEC]
    s.depots = [one for one in s.depots if one.etat is EtatDepot.REUSSI]
    s.ordonnances = [one for one in s.ordonnances if one.etat is EtatEchange.REUSSI]
    s.echanges = [one for one in s.echanges if one.etat is EtatEchange.REUSSI]


def _merged(s: Scenario) -> None:
    s.fusions = []


def _groups(s: Scenario) -> None:
    s.rendez_vous = [replace(one, personnes=(each,)) for one in s.rendez_vous for each in one.personnes]


def _og(s: Scenario) -> None:
    s.messages = [one for one in s.messages if one.site is not None]


def _received(s: Scenario) -> None:
    s.messages = [one for one in s.messages if one.etat in (EtatMessage.ENVOYE, EtatMessage.ECHEC)]


def _reasons(s: Scenario) -> None:
    s.sejours = [replace(stay, motif=None) for stay in s.sejours]


def _planned(s: Scenario) -> None:
    s.sejours = [stay for stay in s.sejours if stay.etat is EtatSejour.REEL]


def _former_states(s: Scenario) -> None:
    latest = {(one.site.code, one.personne.id): one for one in s.projets if not one.supprime}
    s.projets = [one for one in s.projets if one.supprime or latest[one.site.code, one.personne.id] is one]


def _deleted(s: Scenario) -> None:
    s.ecritures = [one for one in s.ecritures if not one.supprimee]
    s.projets = [one for one in s.projets if not one.supprime]
    s.rendez_vous = [one for one in s.rendez_vous if not one.supprime]


def _twice(s: Scenario) -> None:
    s.messages = [replace(one, journalise=1) for one in s.messages]


def _case(s: Scenario) -> None:
    s.projets = [replace(one, casse=Casse.TELLE_QUELLE) for one in s.projets]
    s.rendez_vous = [replace(one, casse=Casse.TELLE_QUELLE) for one in s.rendez_vous]


_LEFT_OUT: Final[Mapping[Concept, Callable[[Scenario], None]]] = MappingProxyType(
    {
        Concept.ABSENCES: _absences,
        Concept.AUTOMATES: _machines,
        Concept.CASSE: _case,
        Concept.CLES: _twice,
        Concept.ECHECS: _failures,
        Concept.FUSIONS: _merged,
        Concept.GROUPES: _groups,
        Concept.MESSAGES_OG: _og,
        Concept.MESSAGES_RECUS: _received,
        Concept.MOTIFS: _reasons,
        Concept.PREADMISSIONS: _planned,
        Concept.PROJETS_PASSES: _former_states,
        Concept.SUPPRESSIONS: _deleted,
    }
)
"""Records, archives and recipients are told in any case: a loader that has no place for them passes them over."""


def leave_out(scenario: Scenario, concepts: Collection[Concept]) -> None:
    """Drop the facts that need these concepts, or what makes them special."""
    for concept, drop in _LEFT_OUT.items():
        if concept in concepts:
            drop(scenario)


def leave_out_words(
    scenario: Scenario, motifs: Collection[MotifNonEligible], statuts: Collection[StatutProjet]
) -> None:
    """Leave out the words that the software's lists do not have.

    A stay that bore such a reason bears none, so whoever it is of is eligible; a project has not been in such a state.
    """
    reasons, states = ({one.name.lower() for one in words} for words in (motifs, statuts))
    scenario.sejours = [replace(stay, motif=None) if stay.motif in reasons else stay for stay in scenario.sejours]
    scenario.projets = [one for one in scenario.projets if one.statut not in states]
