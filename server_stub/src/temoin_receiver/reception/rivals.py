"""Two installations that speak for the same establishment, measure and window: neither replaces the other.

Versions order the reports of one installation only. Two organismes may each answer for a part of a window: nothing is
refused, and both the ARS and whoever reports second see it.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, bindparam, or_, select

from temoin_receiver.checks.arrival import sites_of
from temoin_receiver.storage.tables import presences, receptions
from temoin_sdk.report import Rapport

_C = receptions.c
_RIVALS: Final = (
    select(presences.c.finess)
    .distinct()
    .join(receptions, presences.c.reception == _C.reception)
    .where(
        presences.c.finess.in_(bindparam("finess", expanding=True)),
        *(_C[name] == bindparam(name) for name in ("projet", "debut", "fin", "mesure")),
        _C.remplacee_par.is_(None),
        or_(_C.ej != bindparam("ej"), _C.installation != bindparam("installation")),
    )
)


def find_rivals(connection: Connection, rapport: Rapport) -> Iterator[str]:
    """The FINESS of the report of which a report in force of another installation speaks already."""
    mine = {
        "finess": [site.finess for site in sites_of(rapport)],
        "projet": rapport.projet,
        "debut": rapport.fenetre.debut,
        "fin": rapport.fenetre.fin,
        "mesure": rapport.mesure.value,
        "ej": rapport.ej,
        "installation": rapport.installation,
    }
    yield from connection.execute(_RIVALS, mine).scalars()
