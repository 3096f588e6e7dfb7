"""A report is for one receiver: what was signed for a test or for another region is not accepted here."""

from collections.abc import Iterator

from temoin_receiver.checks.arrival import Arrival
from temoin_receiver.refusals import CodeRefus
from temoin_sdk.report import Probleme


def check_destinataire(arrival: Arrival) -> Iterator[Probleme]:
    """`destinataire` must be this receiver's origin."""
    if arrival.rapport.destinataire != arrival.origine:
        yield Probleme(
            CodeRefus.DESTINATAIRE,
            f"Le rapport est adressé à « {arrival.rapport.destinataire} » ; ce récepteur est « {arrival.origine} ».",
        )
