"""The receipt: what a receiver answers, signed, once a report is kept.

It binds the report (content and signed text), the key that was believed, the moment of reception (the only time that
counts; the report's own is a claim) and a verdict for each establishment. An anomaly is a difference that is not an
offence: both sides see it, and nothing is refused for it. Sentences are not in the receipt: every reader finds the
same ones by code in `temoin_sdk.report.messages`.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from temoin_sdk.figures import Hex64
from temoin_sdk.finess import Finess
from temoin_sdk.report.bounded import InstantUtc, Kid, Origine, Rang
from temoin_sdk.report.models import MAX_ETABLISSEMENTS, ModeleSigne, check_sorted


class Verdict(StrEnum):
    """What the receiver makes of one establishment's figures; a report that must not be believed has no receipt."""

    ADMIS = "admis"
    EN_ATTENTE = "en_attente"


class Anomalie(StrEnum):
    """What differs from what the receiver expected, without being an offence."""

    ESSMS_INCONNU = "essms_inconnu"
    ESSMS_ABSENT = "essms_absent"
    SECTEUR_DIFFERENT = "secteur_different"
    FUSEAU_DIFFERENT = "fuseau_different"
    RUPTURE_DE_CHAINE = "rupture_de_chaine"
    CHAINE_DIVISEE = "chaine_divisee"
    CLE_PSEUDONYME_CHANGEE = "cle_pseudonyme_changee"
    HORLOGE_DECALEE = "horloge_decalee"
    MESURE_CONCURRENTE = "mesure_concurrente"


class AnomalieConstatee(ModeleSigne):
    """An anomaly of the report as a whole (`finess` null), or of an establishment that has no verdict in it."""

    code: Anomalie
    finess: Finess | None


class VerdictEtablissement(ModeleSigne):
    """The verdict on one establishment of the report, with the anomalies found on its figures."""

    finess: Finess
    verdict: Verdict
    anomalies: Annotated[tuple[Anomalie, ...], Field(max_length=len(Anomalie))]

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        check_sorted("anomalies", self.anomalies)
        return self


class Recu(ModeleSigne):
    """The payload of a receipt, format 1."""

    format: Literal[1]
    destinataire: Origine
    """The receiver that speaks: the same name as the report's `destinataire`."""
    empreinte_rapport: Hex64
    """SHA-256 of the report's payload."""
    empreinte_jws: Hex64
    """SHA-256 of the signed text as it was received."""
    kid: Kid
    """The key that signed the report."""
    recu_le: InstantUtc
    reception: Rang
    """Place among everything this receiver ever received: from 1, without gaps."""
    politique: Rang
    """Version of the rules by which the receiver judged."""
    verdicts: Annotated[tuple[VerdictEtablissement, ...], Field(max_length=MAX_ETABLISSEMENTS)]
    anomalies: Annotated[tuple[AnomalieConstatee, ...], Field(max_length=MAX_ETABLISSEMENTS * len(Anomalie))]

    @model_validator(mode="after")
    def _check_lists(self) -> Self:
        judged = [verdict.finess for verdict in self.verdicts]
        check_sorted("verdicts", judged)
        check_sorted("anomalies", [f"{found.finess or ''} {found.code}" for found in self.anomalies])
        if {found.finess for found in self.anomalies} & set(judged):
            raise ValueError("anomalies : celle d'un établissement jugé va dans son verdict")
        return self
