"""The conformance kit: pytest classes that an editor inherits to prove that his plugin says where the facts are.

Needs the extra `kit` of temoin-sdk (pytest, sqlglot).
"""

from temoin_sdk.testing.conformance.par_feuille import FeuilleConformance
from temoin_sdk.testing.conformance.par_scenario import SourceConformance
from temoin_sdk.testing.conformance.par_tables import SqlConformance, source_du_mapping
from temoin_sdk.testing.scenario.concepts import Concept
from temoin_sdk.testing.scenario.facts import (
    Casse,
    Depot,
    Dossier,
    Echange,
    Ecriture,
    EtatDepot,
    EtatEchange,
    EtatMessage,
    EtatSejour,
    Fusion,
    Identifiant,
    Message,
    Moment,
    NatureEcriture,
    Ordonnance,
    Personne,
    ProjetPersonnalise,
    RendezVous,
    Scenario,
    Sejour,
    Site,
)
from temoin_sdk.testing.supplying.tables import Tables

__all__ = [
    "Casse",
    "Concept",
    "Depot",
    "Dossier",
    "Echange",
    "Ecriture",
    "EtatDepot",
    "EtatEchange",
    "EtatMessage",
    "EtatSejour",
    "FeuilleConformance",
    "Fusion",
    "Identifiant",
    "Message",
    "Moment",
    "NatureEcriture",
    "Ordonnance",
    "Personne",
    "ProjetPersonnalise",
    "RendezVous",
    "Scenario",
    "Sejour",
    "Site",
    "SourceConformance",
    "SqlConformance",
    "Tables",
    "source_du_mapping",
]
