"""What differs between a report and the register without being an offence: shown to both sides, never refused."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from temoin_receiver.checks.arrival import Arrival
from temoin_receiver.checks.clock import TOLERANCE
from temoin_sdk.errors import FinessError
from temoin_sdk.finess import zone_of
from temoin_sdk.report import Anomalie, read_instant

Found = tuple[Anomalie, str | None]
"""An anomaly and the FINESS it is about, or None for the report as a whole."""

Difference = Callable[[Arrival], Iterable[Found]]


def find_unknown(arrival: Arrival) -> Iterator[Found]:
    """An establishment that is not at the register, or not in this project, waits for the ARS (domain decision 16)."""
    expected = arrival.registre.projet.etablissements if arrival.registre.projet else frozenset()
    for site in arrival.sites():
        if site.finess not in expected or arrival.rattachement(site.finess) is None:
            yield Anomalie.ESSMS_INCONNU, site.finess


def find_absent(arrival: Arrival) -> Iterator[Found]:
    """An establishment of the project, run by this organisme in the window, of which the report says nothing."""
    expected = arrival.registre.projet.etablissements if arrival.registre.projet else frozenset()
    for finess in expected - {site.finess for site in arrival.sites()}:
        if arrival.rattachement(finess) is not None:
            yield Anomalie.ESSMS_ABSENT, finess


def find_secteur(arrival: Arrival) -> Iterator[Found]:
    """The sector that counts is the register's; a report that states none states another."""
    for site in arrival.sites():
        known = arrival.rattachement(site.finess)
        if known is not None and site.secteur is not known.secteur:
            yield Anomalie.SECTEUR_DIFFERENT, site.finess


def find_fuseau(arrival: Arrival) -> Iterator[Found]:
    """Civil dates read in another zone than that of the establishment's territory (domain decision 1)."""
    for site in arrival.rapport.etablissements:
        try:
            expected = zone_of(site.finess)
        except FinessError:  # a territory nobody knows: there is nothing to differ from
            continue
        if site.fuseau != expected:
            yield Anomalie.FUSEAU_DIFFERENT, site.finess


def find_horloge(arrival: Arrival) -> Iterator[Found]:
    """A report computed, by its own account, after it was signed or received."""
    signed = datetime.fromtimestamp(min(arrival.verified.header.iat, arrival.instant.timestamp()), UTC)
    if read_instant(arrival.rapport.calcule_le) > signed + TOLERANCE:
        yield Anomalie.HORLOGE_DECALEE, None


DIFFERENCES: tuple[Difference, ...] = (find_unknown, find_absent, find_secteur, find_fuseau, find_horloge)


def find_differences(arrival: Arrival) -> frozenset[Found]:
    """Every difference with the register; those with earlier reports are found by the writer."""
    return frozenset(found for difference in DIFFERENCES for found in difference(arrival))
