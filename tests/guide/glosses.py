"""The rules of the kit in English, and the titles of tests that try none; the kit itself prints them in French."""

from collections.abc import Mapping
from typing import Final

from temoin_sdk.testing.scenario.rules import Regle

GLOSSES: Final[Mapping[Regle, str]] = {
    Regle.FENETRE: "A fact counts if its civil day, on the establishment's clock, is in the window: from 0:00 of the "
    "first day to 23:59 of the last; the day of the measure is outside.",
    Regle.HORLOGE: "An instant is read on the establishment's clock, from the zone in which the software writes it "
    "(the declared nature of the column), changes of hour and overseas included.",
    Regle.JOUR: "A date without an hour is that day everywhere: declare it Jour(), add no hour to it.",
    Regle.PASSE: "A past window can be counted again: a later fact does not wipe out the one of the window (never "
    "MAX(date) or the present state alone in a SELECT).",
    Regle.SEJOUR: "A person is accompanied if one of her stays overlaps the window, the day of the exit included, once "
    "per establishment.",
    Regle.SORTIE: "« sortie » is the définitive exit: an absence or a hospital stay is not one.",
    Regle.PREVU: "A stay that was cancelled, or is only planned (preadmission), is not a stay.",
    Regle.PERSONNE: "« usager » is the person, never her record, and the same in every relation.",
    Regle.IDENTIFIANT: "An identifier is given as it is: case, accents and leading zeros unchanged; only trailing "
    "spaces do not matter.",
    Regle.FUSION: "Two merged files are one person: the relation identites says so.",
    Regle.ETABLISSEMENT: "A fact belongs to the establishment where it happened, and to no other.",
    Regle.SITE: "The relation etablissements names every site of the software, occupied or not, and nothing else.",
    Regle.AUTEUR: "Only a person who writes updates a record: automatons, imports, invoicing and readings are said to "
    "be « automate », or are not given.",
    Regle.PROJET: "A project counts if it is being prepared or active on the last day of the window, or on the day of "
    "the exit; each state has its dates.",
    Regle.STATUT: "The software's words are translated into those of the contract whatever their case; an unknown word "
    "is given as it is, never replaced by a convenient one.",
    Regle.AGENDA: "An event dated in the window counts, unless cancelled; each member of a group has one.",
    Regle.MESSAGE: "A message sent counts once, whatever the number of its recipients; drafts, failures, received "
    "messages and receipts are not messages sent.",
    Regle.MESSAGE_OG: "A message of no establishment is the organisme's: code empty, never split.",
    Regle.DESTINATAIRE: "Messages to professionals and to usagers are told apart.",
    Regle.DEPOT: "Only a document that entered the DMP is a deposit: neither a failure nor one that waits.",
    Regle.REUSSITE: "Only a prescription that was imported, only an exchange that succeeded counts.",
    Regle.CLE: "A fact written twice under the same key is one fact.",
    Regle.MOTIF: "A reason of non-eligibility is given with the stay it is about, in the words of the contract.",
    Regle.SUPPRESSION: "A row marked deleted does not exist.",
    Regle.ARCHIVE: "An archived record keeps its facts: what happened before counts.",
    Regle.NON_FOURNI: "What the software cannot tell is not supplied: empty, never 0.",
}

TITLES: Final[Mapping[str, str]] = {
    "contrat": "The contract's version, and a plugin that is found by its entry point.",
    "sans_pilote": "The plugin is imported where the database's driver is not installed.",
    "reglages_stricts": "Settings refuse what they do not know, and secrets are declared as such.",
    "acces_refuse": "An access that is refused is the gestionnaire's affair.",
    "secrets_opaques": "No secret is ever shown.",
    "lecture_seule": "The source writes nothing.",
    "delai": "The deadline of the read is kept.",
    "relance": "Run again, the count gives the same figures.",
    "discretion": "No identifier, nor any value of a row, is ever shown.",
    "discretion_des_textes": "SELECTs read the columns of the contract and no others.",
    "non_fourni": "What the software cannot tell is not supplied, never 0.",
    "chargement": "The loader writes everything that the scenario tells.",
    "colonnes": "The loader writes every column that the SELECTs read.",
    "feuille_suffisante": "The sheet says enough: thirty persons, some yes and some no in each column.",
    "personnes_de_la_feuille": "Each person of the sheet is counted as the sheet says.",
    "totaux": "Counts without persons are those that the editor knows.",
}
"""By the code of the test."""
