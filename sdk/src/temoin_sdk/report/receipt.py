"""The receipt: what a receiver answers, signed, once a report is kept.

It binds the report (content and signed text), the key that was believed, the moment of reception (the only time that
counts; the report's own is a claim) and a verdict for each establishment. An anomaly is a difference that is not an
offence: both sides see it, and nothing is refused for it. Sentences are not in the receipt: every reader finds the
same ones by code in `temoin_sdk.report.messages`. It is given once the ledger holds the reception under a published
head: the bytes of the entry are rebuilt from the receipt's own fields (`temoin_sdk.report.inscribed`).
"""

from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from temoin_sdk.errors import EnvelopeError
from temoin_sdk.figures import Hex64, Nombre
from temoin_sdk.finess import Finess
from temoin_sdk.ledger.checkpoints import parse_checkpoint
from temoin_sdk.ledger.proofs import InclusionText
from temoin_sdk.report.bounded import Installation, InstantUtc, Kid, Origine, Rang
from temoin_sdk.report.models import MAX_ETABLISSEMENTS, ModeleSigne, check_sorted

MAX_PREUVE: Final = 8 * 1024
"""Characters of a proof: a path of 53 hashes and a few signatures of the checkpoint take half of it."""


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


class Jugement(ModeleSigne):
    """What the receiver found: a verdict for each establishment with figures, anomalies of the rest."""

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


class Inscription(ModeleSigne):
    """Where the ledger holds the entry of this reception, under which signed head, and the proof of it."""

    rang: Nombre
    """Index of the entry, from 0."""
    taille: Rang
    """How many entries the head covers."""
    racine: Hex64
    """Root of those entries (RFC 6962)."""
    preuve: Annotated[str, Field(max_length=MAX_PREUVE)]
    """The same as a text that public tools read (c2sp.org/tlog-proof): index, path, signed checkpoint."""

    @model_validator(mode="after")
    def _check_proof(self) -> Self:
        try:
            proof = InclusionText.parse(self.preuve)
            head = parse_checkpoint(proof.point_de_controle)
        except EnvelopeError as error:
            raise ValueError(f"preuve : {error.message}") from error
        if (proof.index, head.taille, head.racine.hex()) != (self.rang, self.taille, self.racine):
            raise ValueError("preuve : elle ne dit pas le rang, la taille et la racine de l'accusé")
        return self


class Recu(Jugement):
    """The payload of a receipt, format 1."""

    format: Literal[1]
    destinataire: Origine
    """The receiver that speaks, which is the origin of its ledger: the same name as the report's `destinataire`."""
    empreinte_rapport: Hex64
    """SHA-256 of the report's payload."""
    empreinte_jws: Hex64
    """SHA-256 of the signed text as it was received."""
    kid: Kid
    """The key that signed the report."""
    ej: Finess
    installation: Installation
    recu_le: InstantUtc
    reception: Rang
    """Place among everything this receiver ever received: from 1, without gaps."""
    politique: Rang
    """Version of the rules by which the receiver judged."""
    registre: Inscription
