"""Every reason to refuse a report, one small function each.

What comes before them settles whether there is anything to check: the envelope, its key, its signature and the
spelling of its bytes (`reception.receiver`). What only the single writer can decide comes after: identity and versions
(`reception.identity`).
"""

from collections.abc import Callable, Iterable

from temoin_receiver.checks.addressee import check_destinataire
from temoin_receiver.checks.arrival import Arrival
from temoin_receiver.checks.clock import check_horloge
from temoin_receiver.checks.content import check_contenu
from temoin_receiver.checks.key import check_cle
from temoin_receiver.checks.project import check_projet
from temoin_receiver.checks.scope import check_perimetre
from temoin_receiver.checks.signatory import check_signataire
from temoin_sdk.report import Probleme

Check = Callable[[Arrival], Iterable[Probleme]]

CHECKS: tuple[Check, ...] = (
    check_cle,
    check_destinataire,
    check_signataire,
    check_horloge,
    check_projet,
    check_perimetre,
    check_contenu,
)


def find_problemes(arrival: Arrival) -> tuple[Probleme, ...]:
    """Everything wrong with a report, at once."""
    return tuple(probleme for check in CHECKS for probleme in check(arrival))


__all__ = ["CHECKS", "Arrival", "Check", "find_problemes"]
