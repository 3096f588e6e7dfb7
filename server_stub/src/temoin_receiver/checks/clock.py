"""A signing time is a claim; one from the future shows a clock that must be set before its dates mean anything."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from temoin_receiver.checks.arrival import Arrival
from temoin_receiver.refusals import CodeRefus
from temoin_sdk.report import Probleme, spell_instant

TOLERANCE: Final = timedelta(minutes=5)
"""How far apart two honest clocks may be."""

_LAST = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


def check_horloge(arrival: Arrival) -> Iterator[Probleme]:
    """`iat` must not be later than reception plus the tolerance."""
    iat = arrival.verified.header.iat
    if iat > (arrival.instant + TOLERANCE).timestamp():
        signed = spell_instant(datetime.fromtimestamp(iat, UTC)) if iat < _LAST else "après l'an 9999"
        yield Probleme(
            CodeRefus.HORLOGE,
            f"Le rapport se dit signé le {signed} ; il est reçu le {spell_instant(arrival.instant)}.",
        )
