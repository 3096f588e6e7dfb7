"""Nothing that can be recomputed is believed: rates, targets, states, invariants, window, campaign."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from temoin_receiver.checks.arrival import Arrival
from temoin_sdk.finess import METROPOLE
from temoin_sdk.report import Probleme, check_rapport


def check_contenu(arrival: Arrival) -> Iterable[Probleme]:
    """Everything the sdk finds wrong, judged by the register's convention and campaign, never by the report's."""
    projet = arrival.registre.projet
    if projet is None:
        return ()
    return check_rapport(arrival.rapport, projet.campagne, projet.convention, today=_today(arrival))


def _today(arrival: Arrival) -> date:
    """The civil date of reception where it is earliest among the establishments: the window must be over everywhere."""
    days = [_local_day(arrival, site.fuseau) for site in arrival.rapport.etablissements]
    return min(days, default=_local_day(arrival, METROPOLE))


def _local_day(arrival: Arrival, fuseau: str) -> date:
    try:
        return arrival.instant.astimezone(ZoneInfo(fuseau)).date()
    except (KeyError, OSError):  # not a zone: the sdk's check names it
        return arrival.instant.astimezone(ZoneInfo(METROPOLE)).date()
