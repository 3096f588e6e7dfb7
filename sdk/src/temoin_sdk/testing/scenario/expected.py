"""What of a scenario counts: rows of the contract, as a perfect plugin would give them, for the readable calculator."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from temoin_sdk.campaigns import Reglages
from temoin_sdk.contract import (
    DepotDmp,
    EchangeEparcours,
    Evenement,
    Identite,
    Instant,
    Jour,
    MessageMss,
    MiseAJour,
    Nature,
    Prescription,
    Projet,
    Sejour,
)
from temoin_sdk.testing.reference.facts import Base, Etablissement
from temoin_sdk.testing.scenario.concepts import Concept
from temoin_sdk.testing.scenario.facts import (
    Ecriture,
    EtatDepot,
    EtatEchange,
    EtatMessage,
    EtatSejour,
    Moment,
    NatureEcriture,
    Scenario,
)
from temoin_sdk.testing.scenario.frame import PARIS
from temoin_sdk.vocabulary import Drapeau, Relation
from temoin_sdk.windows import Fenetre

_UTC: Final = Instant("UTC")
NATURES: Final[Mapping[Relation, Nature]] = MappingProxyType(
    {
        Relation.SEJOURS: Jour(),
        Relation.PROJETS: Jour(),
        Relation.MISES_A_JOUR: _UTC,
        Relation.EVENEMENTS: _UTC,
        Relation.MESSAGES_MSS: _UTC,
        Relation.DEPOTS_DMP: _UTC,
        Relation.PRESCRIPTIONS: _UTC,
        Relation.ECHANGES_EPARCOURS: _UTC,
    }
)


class Knowledge:
    """What the software is able to tell: concepts it lacks, flags it declares, relations it supplies, its space."""

    def __init__(
        self, sans: Iterable[Concept], ne_sait_pas: Iterable[Drapeau], relations: Iterable[Relation], espace: str
    ) -> None:
        self.sans = frozenset(sans)
        self.ne_sait_pas = frozenset(ne_sait_pas)
        self.relations = frozenset(relations)
        self.espace = espace


def expected_base(
    scenario: Scenario, known: Knowledge, fenetre: Fenetre, reglages: Reglages, sites: Iterable[str]
) -> Base:
    """The base of contract rows the calculator reads, for the establishments of these site codes."""
    wanted = set(sites)
    rows: dict[Relation, tuple[Any, ...]] = {
        relation: tuple(tell(scenario, known))
        for relation, tell in _ROWS.items()
        if relation in known.relations or relation is Relation.IDENTITES
    }
    return Base(
        fenetre=fenetre,
        reglages=reglages,
        fuseau_og=PARIS,
        etablissements=tuple(
            Etablissement(s.finess, s.fuseau, (s.code,)) for s in scenario.sites if s.finess and s.code in wanted
        ),
        sites=tuple(site.code for site in scenario.sites),
        natures=NATURES,
        lignes={
            relation: tuple(row for row in told if getattr(row, "code", None) is None or row.code in wanted)
            for relation, told in rows.items()
        },
        espace=known.espace,
    )


def _at(moment: Moment) -> str:
    return moment.utc.isoformat()


def _sejours(s: Scenario, known: Knowledge) -> Iterable[Sejour]:
    for one in s.sejours:
        if one.etat is EtatSejour.REEL:
            sortie = None if one.sortie is None else one.sortie.isoformat()
            yield Sejour(one.site.code, one.personne.id, one.entree.isoformat(), sortie, one.motif)


def _mises_a_jour(s: Scenario, known: Knowledge) -> Iterable[MiseAJour]:
    for one in _kept_writings(s, known):
        yield MiseAJour(one.site.code, one.personne.id, _at(one.le), "humain")


def _kept_writings(s: Scenario, known: Knowledge) -> Iterable[Ecriture]:
    written = [one for one in s.ecritures if one.nature is NatureEcriture.SAISIE and not one.supprimee]
    if Drapeau.DERNIERE_MAJ_SEULE not in known.ne_sait_pas:
        return written
    latest: dict[Any, Ecriture] = {}
    for one in sorted(written, key=lambda each: each.le.utc):
        latest[one.personne.id] = one
    return latest.values()


def _projets(s: Scenario, known: Knowledge) -> Iterable[Projet]:
    for one in s.projets:
        if not one.supprime:
            debut = None if one.debut is None else one.debut.isoformat()
            fin = None if one.fin is None else one.fin.isoformat()
            if Drapeau.ETAT_COURANT_SEUL in known.ne_sait_pas:
                debut = fin = None
            yield Projet(one.site.code, one.personne.id, one.statut, debut, fin)


def _evenements(s: Scenario, known: Knowledge) -> Iterable[Evenement]:
    for one in s.rendez_vous:
        if not one.supprime:
            for personne in one.personnes:
                yield Evenement(one.site.code, personne.id, _at(one.le), one.statut)


def _messages(s: Scenario, known: Knowledge) -> Iterable[MessageMss]:
    for one in s.messages:
        if one.etat is EtatMessage.ENVOYE:
            to = None if Concept.DESTINATAIRES in known.sans else one.destinataire
            yield MessageMss(None if one.site is None else one.site.code, _at(one.le), to)


def _depots(s: Scenario, known: Knowledge) -> Iterable[DepotDmp]:
    for one in s.depots:
        if one.etat is EtatDepot.REUSSI:
            yield DepotDmp(one.site.code, one.personne.id, _at(one.le))


def _prescriptions(s: Scenario, known: Knowledge) -> Iterable[Prescription]:
    for one in s.ordonnances:
        if one.etat is EtatEchange.REUSSI:
            yield Prescription(one.site.code, _at(one.le))


def _echanges(s: Scenario, known: Knowledge) -> Iterable[EchangeEparcours]:
    for one in s.echanges:
        if one.etat is EtatEchange.REUSSI:
            yield EchangeEparcours(one.site.code, _at(one.le))


def _identites(s: Scenario, known: Knowledge) -> Iterable[Identite]:
    for one in s.fusions:
        yield Identite(known.espace, one.ancienne.id, known.espace, one.maitresse.id)


_ROWS: Final[Mapping[Relation, Callable[[Scenario, Knowledge], Iterable[Any]]]] = MappingProxyType(
    {
        Relation.SEJOURS: _sejours,
        Relation.MISES_A_JOUR: _mises_a_jour,
        Relation.PROJETS: _projets,
        Relation.EVENEMENTS: _evenements,
        Relation.MESSAGES_MSS: _messages,
        Relation.DEPOTS_DMP: _depots,
        Relation.PRESCRIPTIONS: _prescriptions,
        Relation.ECHANGES_EPARCOURS: _echanges,
        Relation.IDENTITES: _identites,
    }
)
