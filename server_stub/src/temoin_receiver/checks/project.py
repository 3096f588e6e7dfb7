"""A report is measured against one convention, which the ARS must know."""

from collections.abc import Iterator

from temoin_receiver.checks.arrival import Arrival
from temoin_receiver.refusals import CodeRefus
from temoin_sdk.report import Probleme


def check_projet(arrival: Arrival) -> Iterator[Probleme]:
    """The project must be at the register, and carried by the report's organisme."""
    rapport, projet = arrival.rapport, arrival.registre.projet
    if projet is None:
        yield Probleme(CodeRefus.PROJET_INCONNU, f"Le projet « {rapport.projet} » n'est pas au registre de l'ARS.")
    elif rapport.ej not in projet.organismes:
        yield Probleme(
            CodeRefus.PROJET_INCONNU,
            f"Le projet « {rapport.projet} » n'est pas porté par l'organisme {rapport.ej} au registre de l'ARS.",
        )
