"""A scenario of the conformance kit, written in Residia's tables as the software would have written it.

Tests alone import this: it needs the extra `essais` of this distribution.
"""

from collections.abc import Mapping
from importlib.resources import files
from itertools import count, cycle
from typing import Any, Final

from temoin_sdk.testing import (
    Concept,
    Ecriture,
    EtatDepot,
    EtatEchange,
    EtatMessage,
    EtatSejour,
    Message,
    NatureEcriture,
    Scenario,
    Tables,
)
from temoin_sdk.vocabulary import MotifNonEligible

SCHEMA: Final = files("temoin_editor_sample").joinpath("schema.sql").read_text("utf-8")
"""The tables that Residia is installed with; it has filled `parametre` and `motif_hors_projet`."""

SANS: Final[Mapping[Concept, str]] = {
    Concept.ARCHIVES: "Residia n'archive pas : un résident sorti reste dans la même table.",
    Concept.CASSE: "Les mots sont ceux de listes closes, tenues par des CHECK.",
    Concept.DOSSIERS: "Un résident n'a pas de dossier à part : les lignes portent son numéro.",
    Concept.SUPPRESSIONS: "Residia efface les lignes supprimées, il n'en garde pas trace.",
}
MOTIFS_ABSENTS: Final[Mapping[MotifNonEligible, str]] = {
    MotifNonEligible.AUTRE: "La liste de Residia n'a pas de motif « autre ».",
}

PERSONNE: Final = 1
"""The account of somebody who writes."""
MACHINE: Final = 2
"""The account of the nightly jobs."""

MOTIFS: Final = {
    "refus_usager": "REFUS",
    "accueil_anonyme": "ANONYME",
    "accueil_urgence": "URGENCE",
    "sejour_bref": "BREF",
    "identite_non_qualifiee": "INS",
}
PROJETS: Final = {
    "en_preparation": ("BROUILLON", "A_SIGNER"),
    "actif": ("VALIDE", "VALIDE"),
    "suspendu": ("SUSPENDU", "SUSPENDU"),
    "termine": ("CLOS", "CLOS"),
    "annule": ("ABANDONNE", "ABANDONNE"),
}
"""Residia's words, taken in turn where it has two for one of the contract's."""
AGENDA: Final = {"planifie": "PREVU", "valide": "CONFIRME", "termine": "REALISE", "annule": "ANNULE"}
DEPOTS: Final = {EtatDepot.REUSSI: "DEPOSE", EtatDepot.EN_ATTENTE: "EN_ATTENTE", EtatDepot.ECHEC: "ERREUR"}


class Chargeur:
    """Writes one scenario, module by module."""

    def __init__(self, tables: Tables, scenario: Scenario) -> None:
        self.tables, self.scenario = tables, scenario
        self.sites = {site.code: numero for numero, site in enumerate(scenario.sites, start=1)}
        self.sejours: dict[tuple[str, Any], int] = {}
        self.numeros = count(1)

    def write(self) -> None:
        """Everything, in the order of the foreign keys."""
        self.write_structure()
        self.write_persons()
        self.write_stays()
        self.write_updates()
        self.write_projects()
        self.write_agenda()
        self.write_messages()
        self.write_exchanges()

    def insert(self, table: str, **colonnes: Any) -> int:
        """One row under the next number, which is given back."""
        numero = next(self.numeros)
        self.tables.insert(table, id=numero, **colonnes)
        return numero

    def write_structure(self) -> None:
        """Establishments, somebody who writes and the account of the machines."""
        for site in self.scenario.sites:
            self.tables.insert(
                "etablissement",
                id=self.sites[site.code],
                code_interne=site.code,
                nom=site.nom,
                fuseau=site.fuseau,
                mise_en_production="2020-01-01",
            )
        self.tables.insert("personnel", id=1, etablissement_id=1, nom="Fictif", prenom="Alix", fonction="IDE")
        self.tables.insert("compte", id=PERSONNE, identifiant="alix", type="NOMINATIF", personnel_id=1)
        self.tables.insert("compte", id=MACHINE, identifiant="nuit", type="TECHNIQUE", personnel_id=None)

    def write_persons(self) -> None:
        """Residents, the files that were found to be one person, and a merge that was undone."""
        for personne in self.scenario.personnes:
            self.tables.insert(
                "resident",
                id=personne.id,
                nom_naissance=personne.nom,
                prenom=personne.prenom,
                sexe="I",
                statut_ins="QUALIFIEE",
            )
        for fusion in self.scenario.fusions:
            self.merge(fusion.ancienne.id, fusion.maitresse.id, None)
        one, other, *_ = self.scenario.personnes
        self.merge(one.id, other.id, "2024-02-02")

    def merge(self, absorbe: Any, conserve: Any, annulee: str | None) -> None:
        """One merge, undone or not."""
        self.insert(
            "fusion_dossier", absorbe_id=absorbe, conserve_id=conserve, fusionne_le="2024-02-01", annulee_le=annulee
        )

    def write_stays(self) -> None:
        """Stays, planned and cancelled ones among them; absences stand in their own table."""
        for sejour in self.scenario.sejours:
            past = "EN_COURS" if sejour.sortie is None else "CLOS"
            numero = self.insert(
                "sejour",
                resident_id=sejour.personne.id,
                etablissement_id=self.sites[sejour.site.code],
                date_entree=sejour.entree,
                date_sortie=sejour.sortie,
                mode_accueil="HEBERGEMENT",
                etat=past if sejour.etat is EtatSejour.REEL else sejour.etat.name,
                motif_hors_projet=None if sejour.motif is None else MOTIFS[sejour.motif],
            )
            if sejour.etat is EtatSejour.REEL:
                self.sejours[sejour.site.code, sejour.personne.id] = numero
            for depart, retour in sejour.absences:
                self.insert("absence", sejour_id=numero, depart=depart, retour=retour, motif="HOSPITALISATION")

    def write_updates(self) -> None:
        """People write notes, validate care or change a page; machines do the first and the last too."""
        ways = cycle((self.note, self.care, self.log))
        for ecriture in self.scenario.ecritures:
            match ecriture.nature:
                case NatureEcriture.SAISIE:
                    next(ways)(ecriture, PERSONNE)
                case NatureEcriture.AUTOMATE:
                    self.note(ecriture, MACHINE)
                    self.log(ecriture, MACHINE)
                    self.log(ecriture, PERSONNE, "TRAITEMENT")
                case _:
                    self.log(ecriture, PERSONNE, ecriture.nature.name)

    def note(self, ecriture: Ecriture, compte: int) -> None:
        """A transmission, on the clock of the establishment."""
        self.insert(
            "transmission",
            etablissement_id=self.sites[ecriture.site.code],
            resident_id=ecriture.personne.id,
            compte_id=compte,
            saisie_le=ecriture.le.local,
            cible="Sommeil",
            texte=f"{ecriture.personne.prenom} {ecriture.personne.nom} a bien dormi.",
        )

    def care(self, ecriture: Ecriture, compte: int) -> None:
        """Care given during a stay; a note for somebody who has none here."""
        sejour = self.sejours.get((ecriture.site.code, ecriture.personne.id))
        if sejour is None:
            self.note(ecriture, compte)
            return
        le = f"{ecriture.le.local:%Y-%m-%dT%H:%M:%S}"
        self.insert(
            "soin", sejour_id=sejour, libelle="Toilette", prevu_le=le, valide_le=le, compte_id=compte, etat="FAIT"
        )

    def log(self, ecriture: Ecriture, compte: int, action: str = "MODIFICATION") -> None:
        """A line of the journal."""
        self.insert(
            "journal",
            horodatage=f"{ecriture.le.local:%Y-%m-%dT%H:%M:%S}",
            compte_id=compte,
            etablissement_id=self.sites[ecriture.site.code],
            resident_id=ecriture.personne.id,
            action=action,
            objet="dossier",
        )

    def write_projects(self) -> None:
        """One project of each person at each establishment, each state a version of it."""
        projets: dict[tuple[str, Any], int] = {}
        for rank, projet in enumerate(self.scenario.projets, start=1):
            about = (projet.site.code, projet.personne.id)
            if about not in projets:
                projets[about] = self.insert(
                    "projet_personnalise",
                    resident_id=projet.personne.id,
                    etablissement_id=self.sites[projet.site.code],
                    intitule=f"Projet de {projet.personne.nom}",
                )
            version = self.insert("projet_version", projet_id=projets[about], numero=rank)
            self.insert(
                "projet_etat",
                version_id=version,
                statut=PROJETS[projet.statut][rank % 2],
                depuis=projet.debut,
                jusqu_au=projet.fin,
            )

    def write_agenda(self) -> None:
        """Occurrences to the minute; every other cancelled one stands, and it is the person who was withdrawn."""
        withdrawn = cycle((False, True))
        for rendez_vous in self.scenario.rendez_vous:
            several = len(rendez_vous.personnes) > 1
            alone = rendez_vous.statut == "annule" and next(withdrawn)
            numero = self.insert(
                "rendez_vous",
                etablissement_id=self.sites[rendez_vous.site.code],
                type="GROUPE" if several else "INDIVIDUEL",
                objet="Atelier" if several else "Kinésithérapie",
            )
            occurrence = self.insert(
                "occurrence",
                rendez_vous_id=numero,
                debut=f"{rendez_vous.le.local:%Y-%m-%d %H:%M}",
                duree_minutes=30,
                etat="REALISE" if alone else AGENDA[rendez_vous.statut],
            )
            for personne in rendez_vous.personnes:
                etat = "RETIRE" if alone else "ATTENDU"
                self.insert("participation", occurrence_id=occurrence, resident_id=personne.id, etat=etat)

    def write_messages(self) -> None:
        """What was sent, or was to be: a mailbox of each establishment, and one that two of them share."""
        for site in self.sites.values():
            self.tables.insert("boite_mss", id=site, adresse=f"site-{site}@mss.example")
            self.insert("boite_etablissement", boite_id=site, etablissement_id=site)
        shared = len(self.sites) + 1
        self.tables.insert("boite_mss", id=shared, adresse="siege@mss.example")
        for site in (1, 2):
            self.insert("boite_etablissement", boite_id=shared, etablissement_id=site)
        receipts = cycle(("ACCUSE_RECEPTION", "ACCUSE_LECTURE", "REPONSE_AUTO"))
        for message in self.scenario.messages:
            if message.etat is EtatMessage.RECU:
                continue  # this module holds what is sent only
            nature = next(receipts) if message.etat is EtatMessage.ACCUSE else "MESSAGE"
            boite = shared if message.site is None else self.sites[message.site.code]
            for _ in range(message.journalise):
                self.write_message(message, boite, nature)

    def write_message(self, message: Message, boite: int, nature: str) -> None:
        """One line of the outbox and its recipients; a draft has no hour of sending."""
        draft = message.etat is EtatMessage.BROUILLON
        numero = self.insert(
            "message_mss",
            boite_id=boite,
            nature=nature,
            etat="ENVOYE" if message.etat is EtatMessage.ACCUSE else message.etat.name,
            message_id=message.cle,
            cree_le=message.le.epoch - 60,
            envoye_le=None if draft else message.le.epoch,
        )
        kind = {"professionnel": "PS", "usager": "PATIENT"}[message.destinataire]
        for rank in range(message.copies):
            self.insert("message_destinataire", message_id=numero, adresse=f"d{rank}@mss.example", type=kind)

    def write_exchanges(self) -> None:
        """Deposits on the clock of Paris, prescriptions in seconds and exchanges in milliseconds since 1970."""
        for depot in self.scenario.depots:
            site = self.sites[depot.site.code]
            document = self.insert("document", resident_id=depot.personne.id, etablissement_id=site, type="VSM")
            self.insert(
                "depot_dmp",
                document_id=document,
                tentative=1,
                etat=DEPOTS[depot.etat],
                horodatage=f"{depot.le.a('Europe/Paris'):%Y-%m-%dT%H:%M:%S}",
                identifiant_unique=depot.cle,
            )
        somebody = self.scenario.personnes[0].id
        failed = cycle((("ELECTRONIQUE", "REJETEE"), ("PAPIER", "NUMERISEE")))
        for ordonnance in self.scenario.ordonnances:
            good = ordonnance.etat is EtatEchange.REUSSI
            origine, etat = ("ELECTRONIQUE", "IMPORTEE") if good else next(failed)
            self.insert(
                "ordonnance",
                resident_id=somebody,
                etablissement_id=self.sites[ordonnance.site.code],
                origine=origine,
                etat=etat,
                numero=ordonnance.cle,
                recue_le=ordonnance.le.epoch,
            )
        ways = cycle(("VERS_PLATEFORME", "DE_PLATEFORME"))
        for echange in self.scenario.echanges:
            self.insert(
                "cahier_liaison",
                resident_id=somebody,
                etablissement_id=self.sites[echange.site.code],
                sens=next(ways),
                etat="ECHANGE" if echange.etat is EtatEchange.REUSSI else "ECHEC",
                echange_le=echange.le.epoch * 1000,
            )
