"""The contract between Témoin and every DUI, version 1: relations, natures of dates, shapes of sources, the hook."""

from temoin_sdk.contract.hook import hookimpl
from temoin_sdk.contract.ins import ESPACE_INS, OID_INS, CleIns
from temoin_sdk.contract.natures import LOCALE_ETABLISSEMENT, EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.contract.relations import (
    DepotDmp,
    EchangeEparcours,
    Evenement,
    Identite,
    MessageMss,
    MiseAJour,
    Prescription,
    Projet,
    Sejour,
)
from temoin_sdk.contract.settings import CheminComplet, Reglages, ReglagesSql
from temoin_sdk.contract.sources import (
    CONTRAT,
    NON_FOURNI,
    ComptesFournis,
    CountSource,
    Logiciel,
    Piece,
    RecordSource,
    Source,
    SqlSource,
    sql,
)

__all__ = [
    "CONTRAT",
    "ESPACE_INS",
    "LOCALE_ETABLISSEMENT",
    "NON_FOURNI",
    "OID_INS",
    "CheminComplet",
    "CleIns",
    "ComptesFournis",
    "CountSource",
    "DepotDmp",
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
    "Piece",
    "Prescription",
    "Projet",
    "RecordSource",
    "Reglages",
    "ReglagesSql",
    "Sejour",
    "Source",
    "SqlSource",
    "hookimpl",
    "sql",
]
