"""Témoin for DUI editors.

An editor imports from here what a plugin needs: a source class, the natures of dates, the hook. Everything else
(counting, evidence, report, signature) stands in sub-packages that the agent and the receiver use.
"""

from temoin_sdk.contract import (
    CONTRAT,
    LOCALE_ETABLISSEMENT,
    NON_FOURNI,
    ComptesFournis,
    CountSource,
    DepotDmp,
    EchangeEparcours,
    EpochMs,
    EpochS,
    Evenement,
    Identite,
    Instant,
    Jour,
    Logiciel,
    MessageMss,
    MiseAJour,
    Nature,
    Piece,
    Prescription,
    Projet,
    RecordSource,
    Reglages,
    ReglagesSql,
    Sejour,
    Source,
    SqlSource,
    hookimpl,
    sql,
)
from temoin_sdk.vocabulary import Compte, Drapeau, Niveau, Relation

__all__ = [
    "CONTRAT",
    "LOCALE_ETABLISSEMENT",
    "NON_FOURNI",
    "Compte",
    "ComptesFournis",
    "CountSource",
    "DepotDmp",
    "Drapeau",
    "EchangeEparcours",
    "EpochMs",
    "EpochS",
    "Evenement",
    "Identite",
    "Instant",
    "Jour",
    "Logiciel",
    "MessageMss",
    "MiseAJour",
    "Nature",
    "Niveau",
    "Piece",
    "Prescription",
    "Projet",
    "RecordSource",
    "Reglages",
    "ReglagesSql",
    "Relation",
    "Sejour",
    "Source",
    "SqlSource",
    "hookimpl",
    "sql",
]

__version__ = "0.1.0"
