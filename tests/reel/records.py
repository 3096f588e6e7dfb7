"""The files read as they are: a RecordSource, as the plugin of a software that has exports and no database."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from reel.resources import Resource, codes, read_resources, target
from temoin_sdk import (
    DepotDmp,
    Evenement,
    Instant,
    Logiciel,
    MessageMss,
    MiseAJour,
    Nature,
    Prescription,
    Projet,
    RecordSource,
    Reglages,
    Sejour,
)
from temoin_sdk.vocabulary import Drapeau
from temoin_sdk.windows import Fenetre

ESPACE = "synthea.patient"
NE_SAIT_PAS = frozenset({Drapeau.AUTEUR_INCONNU, Drapeau.DERNIERE_MAJ_SEULE, Drapeau.ETAT_COURANT_SEUL})
E_PRESCRIPTION = "urn:exemple:e-prescription"

SEJOUR_EXCLU = frozenset({"cancelled", "planned", "entered-in-error"})
EPISODE_RETENU = frozenset({"active", "onhold", "finished"})
PROJETS: Mapping[str, str] = {
    "draft": "en_preparation",
    "active": "actif",
    "on-hold": "suspendu",
    "completed": "termine",
    "revoked": "annule",
}
EVENEMENTS: Mapping[str, str] = {
    "pending": "planifie",
    "booked": "planifie",
    "noshow": "planifie",
    "arrived": "valide",
    "fulfilled": "termine",
    "cancelled": "annule",
}
"""Absent: an appointment only proposed, or entered in error, was never in the agenda."""


class ReglagesLignes(Reglages):
    """Where the files are."""

    dossier: Path

    @classmethod
    def locaux(cls) -> frozenset[str]:
        return frozenset({"dossier"})


class Lignes(RecordSource):
    """One pass over a file per relation. Instants come with an offset or in UTC, and some are bare days."""

    nom = "reel_lignes"
    logiciel = Logiciel("Synthea", version="R4")
    espace_usagers = ESPACE
    ne_sait_pas = NE_SAIT_PAS
    Reglages: ClassVar[type[Reglages]] = ReglagesLignes
    dates: ClassVar[Nature] = Instant("Europe/Paris")
    dates_par_colonne: ClassVar[Mapping[str, Nature]] = MappingProxyType({})

    def etablissements(self) -> Iterable[str]:
        return (resource["id"] for resource in self._read("Organization"))

    def sejours(self, periode: Fenetre) -> Iterable[Sejour]:
        del periode  # the sdk filters
        for resource in self._read("Encounter"):
            if resource["status"] not in SEJOUR_EXCLU:
                yield _stay(resource, "serviceProvider", "subject")
        for resource in self._read("EpisodeOfCare"):
            if resource["status"] in EPISODE_RETENU:
                yield _stay(resource, "managingOrganization", "patient")

    def mises_a_jour(self, periode: Fenetre) -> Iterable[MiseAJour]:
        """A visit's record belongs to where it took place, a person's own to wherever the person is."""
        for resource in self._read("Encounter"):
            if resource["status"] != "entered-in-error":
                yield MiseAJour(
                    _id(resource, "serviceProvider"), _id(resource, "subject"), resource["meta"]["lastUpdated"]
                )
        places = self._places(periode)
        for resource in self._read("Patient"):
            for code in places.get(resource["id"], ()):
                yield MiseAJour(code, resource["id"], resource["meta"]["lastUpdated"])

    def projets(self, periode: Fenetre) -> Iterable[Projet]:
        """Plans in the state of the day of the export, without dates: earlier states are not kept."""
        places = self._places(periode)
        for resource in self._read("CarePlan"):
            usager = _id(resource, "subject")
            if resource["status"] in PROJETS:
                for code in places.get(usager, ()):
                    yield Projet(code, usager, PROJETS[resource["status"]])

    def evenements(self, periode: Fenetre) -> Iterable[Evenement]:
        del periode
        sites = {service["id"]: _id(service, "providedBy") for service in self._read("HealthcareService")}
        for resource in self._read("Appointment"):
            if resource["status"] in EVENEMENTS:
                actors = dict(target(each["actor"]) for each in resource["participant"])
                yield Evenement(
                    sites[actors["HealthcareService"]],
                    actors["Patient"],
                    resource["start"],
                    EVENEMENTS[resource["status"]],
                )

    def messages_mss(self, periode: Fenetre) -> Iterable[MessageMss]:
        """What a professional sent to the organisation is a message received: only its own sendings count."""
        del periode
        for resource in self._read("Communication"):
            kind, sender = target(resource["sender"])
            if kind == "Organization" and resource["status"] == "completed" and "MSSANTE" in codes(resource):
                to_person = any(target(each)[0] == "Patient" for each in resource["recipient"])
                yield MessageMss(sender, resource["sent"], "usager" if to_person else "professionnel", resource["id"])

    def depots_dmp(self, periode: Fenetre) -> Iterable[DepotDmp]:
        del periode
        for resource in self._read("DocumentReference"):
            if resource["status"] != "entered-in-error" and "DMP" in codes(resource):
                yield DepotDmp(_id(resource, "custodian"), _id(resource, "subject"), resource["date"], resource["id"])

    def prescriptions(self, periode: Fenetre) -> Iterable[Prescription]:
        del periode
        sites = {visit["id"]: _id(visit, "serviceProvider") for visit in self._read("Encounter")}
        for resource in self._read("MedicationRequest"):
            electronic = any(each["system"] == E_PRESCRIPTION for each in resource.get("identifier", ()))
            if electronic and resource["status"] != "entered-in-error":
                yield Prescription(sites[_id(resource, "encounter")], resource["authoredOn"], resource["id"])

    def _read(self, kind: str) -> Iterable[Resource]:
        return read_resources(self.reglages.dossier, kind)

    def _places(self, periode: Fenetre) -> dict[str, set[str]]:
        """Organisations where each person is during the period, told roughly: its margins are wider than any zone."""
        places: dict[str, set[str]] = {}
        debut, fin = periode.debut.isoformat(), periode.fin.isoformat()
        for stay in self.sejours(periode):
            if str(stay.entree) < fin and (stay.sortie is None or str(stay.sortie) >= debut):
                places.setdefault(str(stay.usager), set()).add(stay.code)
        return places


def _id(resource: Resource, member: str) -> str:
    return target(resource[member])[1]


def _stay(resource: Resource, organisation: str, person: str) -> Sejour:
    period = resource["period"]
    return Sejour(_id(resource, organisation), _id(resource, person), period["start"], period.get("end"))
