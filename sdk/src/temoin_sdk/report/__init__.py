"""Report, receipt, certificate: their models, their one spelling, how a report is built and how it is checked."""

from temoin_sdk.report.bounded import RACINE_VIDE, read_instant, spell_instant
from temoin_sdk.report.building import Correction, Entete, Site, build_rapport, same_figures
from temoin_sdk.report.certificate import Certificat, EpreuveCertifiee, EpreuveIgnoree
from temoin_sdk.report.checking import check_rapport
from temoin_sdk.report.messages import (
    LIBELLES_VERDICTS,
    PHRASES_ANOMALIES,
    PHRASES_PROBLEMES,
    CodeProbleme,
    Probleme,
)
from temoin_sdk.report.models import (
    CampagneCitee,
    EcarteRapport,
    EtablissementRapport,
    IndicateurRapport,
    Rapport,
    SourceRapport,
)
from temoin_sdk.report.octets import from_octets, to_octets
from temoin_sdk.report.receipt import (
    Anomalie,
    AnomalieConstatee,
    Inscription,
    Jugement,
    Recu,
    Verdict,
    VerdictEtablissement,
)
from temoin_sdk.report.schema import Document, json_schema

__all__ = [
    "LIBELLES_VERDICTS",
    "PHRASES_ANOMALIES",
    "PHRASES_PROBLEMES",
    "RACINE_VIDE",
    "Anomalie",
    "AnomalieConstatee",
    "CampagneCitee",
    "Certificat",
    "CodeProbleme",
    "Correction",
    "Document",
    "EcarteRapport",
    "Entete",
    "EpreuveCertifiee",
    "EpreuveIgnoree",
    "EtablissementRapport",
    "IndicateurRapport",
    "Inscription",
    "Jugement",
    "Probleme",
    "Rapport",
    "Recu",
    "Site",
    "SourceRapport",
    "Verdict",
    "VerdictEtablissement",
    "build_rapport",
    "check_rapport",
    "from_octets",
    "json_schema",
    "read_instant",
    "same_figures",
    "spell_instant",
    "to_octets",
]
