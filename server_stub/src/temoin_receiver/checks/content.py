"""Nothing that can be recomputed is believed: rates, targets, states, invariants, window, campaign."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from temoin_receiver.checks.arrival import Arrival
from temoin_sdk.errors import FinessError
from temoin_sdk.finess import METROPOLE, zone_of
from temoin_sdk.report import Probleme, check_rapport


def check_contenu(arrival: Arrival) -> Iterable[Probleme]:
    """Everything the sdk finds wrong, judged by the register's convention and campaign, never by the report's."""
    projet = arrival.registre.projet
    if projet is None:
        return ()
    return check_rapport(arrival.rapport, projet.campagne, projet.convention, today=_today(arrival))


def _today(arrival: Arrival) -> date:
    """The civil date of reception where it is earliest among the establishments: the window must be over everywhere.

    The zone is that of the establishment's territory: one that the report claims could end its window a day early.
    """
    zones = {_zone(site.finess) for site in arrival.rapport.etablissements}
    return min(arrival.instant.astimezone(ZoneInfo(zone)).date() for zone in zones or {METROPOLE})


def _zone(finess: str) -> str:
    try:
        return zone_of(finess)
    except FinessError:  # a territory nobody knows
        return METROPOLE
