"""A key speaks for the organisme and the installation it was enrolled for, and for nobody else."""

from collections.abc import Iterator

from temoin_receiver.checks.arrival import Arrival
from temoin_receiver.refusals import CodeRefus
from temoin_sdk.report import Probleme


def check_signataire(arrival: Arrival) -> Iterator[Probleme]:
    """`ej` and `installation` must be those of the key."""
    rapport, cle = arrival.rapport, arrival.cle
    if rapport.ej != cle.ej:
        yield Probleme(
            CodeRefus.SIGNATAIRE, f"Le rapport parle pour l'organisme {rapport.ej} ; sa clé est celle de {cle.ej}."
        )
    if rapport.installation != cle.installation:
        yield Probleme(
            CodeRefus.SIGNATAIRE,
            f"Le rapport parle pour l'installation {rapport.installation} ; sa clé est celle de {cle.installation}.",
        )
