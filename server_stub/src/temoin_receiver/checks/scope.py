"""Who may speak for which establishment is the register's to say, never the report's."""

from collections.abc import Iterator

from temoin_receiver.checks.arrival import Arrival
from temoin_receiver.refusals import CodeRefus
from temoin_sdk.report import Probleme


def check_perimetre(arrival: Arrival) -> Iterator[Probleme]:
    """No establishment of the report may be another organisme's in the window.

    One that the register does not know at all is no offence: it waits for the ARS (domain decision 16).
    """
    for site in arrival.sites():
        known = arrival.registre.rattachements.get(site.finess)
        if known and arrival.rattachement(site.finess) is None:
            yield Probleme(
                CodeRefus.HORS_PERIMETRE,
                f"L'établissement {site.finess} n'est pas rattaché à l'organisme {arrival.rapport.ej} "
                f"{arrival.rapport.fenetre.libelle()}.",
                site.finess,
            )
