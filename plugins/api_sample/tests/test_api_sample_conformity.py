"""The conformance kit on both APIs: a scenario put behind them as rows of theirs, and read through a real server."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar, Final

from temoin_api_sample.donnees import Donnees, Ligne
from temoin_api_sample.plugin import Limpide, VieuxCarnet
from temoin_api_sample.serveur import CLE, CLIENT_ID, CLIENT_SECRET, Panne, Serveur
from temoin_sdk.testing import (
    Concept,
    EtatDepot,
    EtatMessage,
    EtatSejour,
    Moment,
    NatureEcriture,
    Scenario,
    SourceConformance,
)
from temoin_sdk.vocabulary import MotifNonEligible, StatutProjet

SANS_TRACE: Final = "Ce que l'on supprime disparaît de l'API."
SANS_DOSSIER: Final = "Une personne n'a pas de dossier à part, et n'est pas archivée."
LISTE_CLOSE: Final = "Les mots sont ceux de listes closes."
SANS_FUSION: Final = "Le logiciel ne sait pas fusionner deux personnes."
SANS_MESSAGERIE: Final = "Le logiciel n'a ni messagerie, ni DMP, ni ordonnances."
FOR_EVER: Final = 1_000
"""More requests than any reading makes."""


class Played(SourceConformance):
    """What both share: the server stands for as long as the class, and holds rows that nobody may change."""

    serveur: Serveur

    def open(self, donnees: Donnees) -> Serveur:
        """The server over these rows."""
        self.serveur = Serveur(donnees)
        return self.serveur

    def etat(self) -> object:
        """Every row of the server."""
        return json.dumps([self.serveur.donnees.limpide, self.serveur.donnees.carnet])


class TestLimpide(Played):
    """The tests are inherited."""

    source = Limpide
    usagers = "entiers"
    sans: ClassVar[Mapping[Concept, str]] = {
        Concept.ARCHIVES: SANS_DOSSIER,
        Concept.CASSE: LISTE_CLOSE,
        Concept.DOSSIERS: SANS_DOSSIER,
        Concept.FUSIONS: SANS_FUSION,
        Concept.SUPPRESSIONS: SANS_TRACE,
    }
    motifs_absents: ClassVar[Mapping[MotifNonEligible, str]] = dict.fromkeys(
        (MotifNonEligible.ACCUEIL_ANONYME, MotifNonEligible.IDENTITE_NON_QUALIFIEE, MotifNonEligible.AUTRE),
        "Limpide ne connaît que le refus, l'urgence et le séjour bref.",
    )
    statuts_absents: ClassVar[Mapping[StatutProjet, str]] = {
        StatutProjet.ANNULE: "Un projet abandonné est terminé, Limpide n'a pas d'autre mot."
    }

    @contextmanager
    def ouvrir(self, scenario: Scenario) -> Iterator[Mapping[str, Any]]:
        """Limpide's modules, and a token for whoever has the secret."""
        with self.open(Donnees(limpide=dict(limpide(scenario)))) as serveur:
            yield reglages_limpide(serveur)

    @contextmanager
    def lentement(self) -> Iterator[Mapping[str, Any]]:
        """The token comes at once, rows never do."""
        with Serveur(Donnees(limpide={"sites": []})) as lent:
            lent.pannes[Panne.LENT] = FOR_EVER
            yield reglages_limpide(lent)


def reglages_limpide(serveur: Serveur) -> dict[str, Any]:
    """What a client of Limpide writes."""
    return {"url": f"{serveur.url}/limpide/v2", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


def limpide(scenario: Scenario) -> Iterator[tuple[str, list[Ligne]]]:
    """Each module of Limpide and its rows."""
    yield "sites", [{"id": one.code, "label": one.nom, "timezone": one.fuseau} for one in scenario.sites]
    yield (
        "stays",
        [
            {
                **who(one),
                "kind": "WAITING_LIST" if one.etat is EtatSejour.PREADMISSION else "ADMISSION",
                "start": one.entree.isoformat(),
                "end": one.sortie.isoformat() if one.sortie else None,
                "projectExclusion": EXCLUSIONS[one.motif] if one.motif else None,
            }
            for one in scenario.sejours
            if one.etat is not EtatSejour.ANNULE  # a cancelled stay is deleted
        ],
    )
    yield (
        "presences",
        [
            {**who(one), "day": depart.isoformat(), "status": "HOSPITALISED"}
            for one in scenario.sejours
            for depart, _ in one.absences
        ],
    )
    yield (
        "transmissions",
        [
            {
                **who(one),
                "writtenAt": zulu(one.le),
                "author": {"type": "USER" if one.nature is NatureEcriture.SAISIE else "SYSTEM"},
            }
            for one in scenario.ecritures
            if one.nature is not NatureEcriture.LECTURE  # Limpide does not log who reads
        ],
    )
    yield (
        "project-actions",
        [
            {
                **who(one),
                "status": PROJETS[one.statut],
                "from": one.debut.isoformat() if one.debut else None,
                "until": one.fin.isoformat() if one.fin else None,
            }
            for one in scenario.projets
        ],
    )
    yield (
        "appointments",
        [
            {
                "siteId": one.site.code,
                "residentIds": [personne.id for personne in one.personnes],
                "startsAt": zulu(one.le),
                "status": AGENDA[one.statut],
            }
            for one in scenario.rendez_vous
        ],
    )
    yield (
        "secure-messages",
        [
            {
                "siteId": one.site.code if one.site else None,
                "sentAt": zulu(one.le),
                "state": MESSAGES[one.etat],
                "recipient": {"professionnel": "PRO", "usager": "PATIENT"}[one.destinataire],
                "messageId": one.cle,
            }
            for one in scenario.messages
            for _ in range(one.journalise)
            if one.etat in MESSAGES  # the module holds what is sent only
        ],
    )
    yield (
        "dmp-deposits",
        [
            {
                **who(one),
                "depositedAt": zulu(one.le),
                "state": "ACCEPTED" if one.etat is EtatDepot.REUSSI else one.etat.name,
                "documentId": one.cle,
            }
            for one in scenario.depots
        ],
    )


EXCLUSIONS: Final = {"refus_usager": "REFUSAL", "accueil_urgence": "EMERGENCY", "sejour_bref": "SHORT_STAY"}
PROJETS: Final = {"en_preparation": "DRAFT", "actif": "SIGNED", "suspendu": "ON_HOLD", "termine": "ENDED"}
AGENDA: Final = {"planifie": "PLANNED", "valide": "CONFIRMED", "termine": "DONE", "annule": "CANCELLED"}
MESSAGES: Final = {EtatMessage.ENVOYE: "SENT", EtatMessage.BROUILLON: "DRAFT", EtatMessage.ECHEC: "FAILED"}


def who(fact: Any) -> Ligne:
    """Where, and about whom."""
    return {"siteId": fact.site.code, "residentId": fact.personne.id}


def zulu(moment: Moment) -> str:
    """An instant as Limpide writes it."""
    return f"{moment.utc:%Y-%m-%dT%H:%M:%SZ}"


class TestVieuxCarnet(Played):
    """The tests are inherited; an export that tells little leaves little to try."""

    source = VieuxCarnet
    usagers = "textes"
    sans: ClassVar[Mapping[Concept, str]] = {
        Concept.ABSENCES: "Le carnet ne note que l'entrée et la sortie définitive.",
        Concept.ARCHIVES: SANS_DOSSIER,
        Concept.AUTOMATES: "Rien n'écrit dans le carnet que des personnes, sans dire lesquelles.",
        Concept.CASSE: LISTE_CLOSE,
        Concept.CLES: SANS_MESSAGERIE,
        Concept.DESTINATAIRES: SANS_MESSAGERIE,
        Concept.DOSSIERS: SANS_DOSSIER,
        Concept.ECHECS: SANS_MESSAGERIE,
        Concept.FUSIONS: SANS_FUSION,
        Concept.GROUPES: "Un rendez-vous du carnet est celui d'une personne.",
        Concept.MESSAGES_OG: SANS_MESSAGERIE,
        Concept.MESSAGES_RECUS: SANS_MESSAGERIE,
        Concept.MOTIFS: "Le carnet ne note pas de motif de non-éligibilité.",
        Concept.PREADMISSIONS: "Le carnet ne note un séjour que le jour où il commence.",
        Concept.PROJETS_PASSES: "Le carnet ne garde que le dernier état d'un projet.",
        Concept.SUPPRESSIONS: SANS_TRACE,
    }
    statuts_absents: ClassVar[Mapping[StatutProjet, str]] = {
        StatutProjet.SUSPENDU: "Le carnet ne connaît que préparé, actif et clos.",
        StatutProjet.ANNULE: "Le carnet ne connaît que préparé, actif et clos.",
    }

    @contextmanager
    def ouvrir(self, scenario: Scenario) -> Iterator[Mapping[str, Any]]:
        """The carnet's one page, for whoever has the key."""
        with self.open(Donnees(carnet=dict(carnet(scenario)))) as serveur:
            yield reglages_carnet(serveur)

    @contextmanager
    def lentement(self) -> Iterator[Mapping[str, Any]]:
        """The page never comes whole."""
        with Serveur(Donnees()) as lent:
            lent.pannes[Panne.LENT] = FOR_EVER
            yield reglages_carnet(lent)


def reglages_carnet(serveur: Serveur) -> dict[str, Any]:
    """What a client of Vieux Carnet writes."""
    return {"url": f"{serveur.url}/carnet", "cle": CLE}


def carnet(scenario: Scenario) -> Iterator[tuple[str, list[Ligne]]]:
    """Each object of the carnet and its rows."""
    yield "structures", [{"code": one.code, "nom": one.nom} for one in scenario.sites]
    yield (
        "sejours",
        [
            {**usager(one), "entree": french(one.entree), "sortie": french(one.sortie) if one.sortie else ""}
            for one in scenario.sejours
        ],
    )
    yield "ecritures", [{**usager(one), "date": minute(one.le)} for one in scenario.ecritures]
    yield "projets", [{**usager(one), "etat": CARNET_PROJETS[one.statut]} for one in scenario.projets]
    yield (
        "agenda",
        [
            {
                "structure": one.site.code,
                "usager": personne.id,
                "date": minute(one.le),
                "etat": CARNET_AGENDA[one.statut],
            }
            for one in scenario.rendez_vous
            for personne in one.personnes
        ],
    )


CARNET_PROJETS: Final = {"en_preparation": "P", "actif": "A", "termine": "C"}
CARNET_AGENDA: Final = {"planifie": "PREVU", "valide": "PREVU", "termine": "FAIT", "annule": "ANNULE"}


def usager(fact: Any) -> Ligne:
    """Where, and about whom."""
    return {"structure": fact.site.code, "usager": fact.personne.id}


def french(day: date) -> str:
    """A day as the carnet writes it."""
    return f"{day:%d/%m/%Y}"


def minute(moment: Moment) -> str:
    """An instant as the clock of the structure showed it, to the minute."""
    return f"{moment.local:%d/%m/%Y %H:%M}"
