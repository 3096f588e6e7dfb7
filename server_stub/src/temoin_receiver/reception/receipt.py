"""The receipt: what this receiver signs once a report has its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from temoin_receiver.checks.arrival import Arrival
from temoin_receiver.reception.differences import Found
from temoin_sdk.envelope import PrivateKey, Typ, sign
from temoin_sdk.report import (
    Anomalie,
    AnomalieConstatee,
    Recu,
    Verdict,
    VerdictEtablissement,
    spell_instant,
    to_octets,
)

POLITIQUE: Final = 2
"""Version of the rules of `checks` and `differences`; raised whenever one of them judges otherwise."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a report was received."""

    reception: int
    recu_le: datetime


def sign_receipt(arrival: Arrival, found: Iterable[Found], place: Place, cle: PrivateKey) -> str:
    """The signed receipt of a report at its place, with every anomaly found."""
    anomalies = frozenset(found)
    judged = {site.finess for site in arrival.rapport.etablissements}
    recu = Recu(
        format=1,
        destinataire=arrival.origine,
        empreinte_rapport=arrival.verified.empreinte_charge,
        empreinte_jws=arrival.verified.empreinte_jws,
        kid=arrival.cle.public.kid,
        recu_le=spell_instant(place.recu_le),
        reception=place.reception,
        politique=POLITIQUE,
        verdicts=tuple(_verdict(finess, anomalies) for finess in sorted(judged)),
        anomalies=tuple(
            AnomalieConstatee(code=code, finess=finess)
            for code, finess in sorted(anomalies, key=lambda one: f"{one[1] or ''} {one[0]}")
            if finess not in judged
        ),
    )
    return sign(to_octets(recu), cle, Typ.RECU, int(place.recu_le.timestamp()))


def _verdict(finess: str, anomalies: frozenset[Found]) -> VerdictEtablissement:
    mine = tuple(sorted(code for code, concerned in anomalies if concerned == finess))
    verdict = Verdict.EN_ATTENTE if Anomalie.ESSMS_INCONNU in mine else Verdict.ADMIS
    return VerdictEtablissement(finess=finess, verdict=verdict, anomalies=mine)
