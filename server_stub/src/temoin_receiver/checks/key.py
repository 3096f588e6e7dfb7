"""A revoked key says nothing any more, whatever signing time it claims: reception is the only time that counts."""

from collections.abc import Iterator

from temoin_receiver.checks.arrival import Arrival
from temoin_receiver.refusals import CodeRefus
from temoin_sdk.report import Probleme


def check_cle(arrival: Arrival) -> Iterator[Probleme]:
    """The key must be believed at the moment of reception."""
    if arrival.cle.revoquee_le is not None:
        yield Probleme(CodeRefus.CLE_REVOQUEE, f"La clé de ce rapport a été révoquée le {arrival.cle.revoquee_le}.")
