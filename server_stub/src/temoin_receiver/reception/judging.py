"""What this receiver makes of a report: a verdict for each establishment, and everything that differs."""

from collections.abc import Iterable
from typing import Final

from temoin_receiver.checks.arrival import Arrival
from temoin_receiver.reception.differences import Found
from temoin_sdk.report import Anomalie, AnomalieConstatee, Jugement, Verdict, VerdictEtablissement

POLITIQUE: Final = 2
"""Version of the rules of `checks` and `differences`; raised whenever one of them judges otherwise."""


def judge(arrival: Arrival, found: Iterable[Found]) -> Jugement:
    """The verdicts on a report, with every anomaly found."""
    anomalies = frozenset(found)
    judged = {site.finess for site in arrival.rapport.etablissements}
    return Jugement(
        verdicts=tuple(_verdict(finess, anomalies) for finess in sorted(judged)),
        anomalies=tuple(
            AnomalieConstatee(code=code, finess=finess)
            for code, finess in sorted(anomalies, key=lambda one: f"{one[1] or ''} {one[0]}")
            if finess not in judged
        ),
    )


def _verdict(finess: str, anomalies: frozenset[Found]) -> VerdictEtablissement:
    mine = tuple(sorted(code for code, concerned in anomalies if concerned == finess))
    verdict = Verdict.EN_ATTENTE if Anomalie.ESSMS_INCONNU in mine else Verdict.ADMIS
    return VerdictEtablissement(finess=finess, verdict=verdict, anomalies=mine)
