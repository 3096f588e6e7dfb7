"""The chain of an installation's reports: a gap, a fork or a rewind shows, and is never a refusal.

A report names its rank and the digest of the one signed before it, refused ones included. Reports may arrive in any
order: one that fills a hole exactly is no anomaly.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, bindparam, select

from temoin_receiver.storage.tables import receptions
from temoin_sdk.report import Anomalie, Rapport

_C = receptions.c
# At most three links matter: the next rank, this one, and the last below, which the descending order puts first.
_NEIGHBOURS: Final = (
    select(_C.numero, _C.empreinte_rapport, _C.precedent, _C.engagement_cle)
    .where(
        _C.ej == bindparam("ej"),
        _C.installation == bindparam("installation"),
        _C.numero <= bindparam("next"),
    )
    .order_by(_C.numero.desc())
    .limit(3)
)


def find_breaks(connection: Connection, rapport: Rapport, empreinte: str) -> Iterator[Anomalie]:
    """What the chain shows of this report, given the reports of its installation that are kept already."""
    mine = {"ej": rapport.ej, "installation": rapport.installation, "next": rapport.numero + 1}
    links = connection.execute(_NEIGHBOURS, mine).all()
    if any(link.numero == rapport.numero for link in links):
        yield Anomalie.CHAINE_DIVISEE
        return
    before = next((link for link in links if link.numero < rapport.numero), None)
    after = next((link for link in links if link.numero > rapport.numero), None)
    if (0 if before is None else before.numero) + 1 < rapport.numero:
        yield Anomalie.RUPTURE_DE_CHAINE
    elif before is not None and before.empreinte_rapport != rapport.precedent:
        yield Anomalie.CHAINE_DIVISEE
    if after is not None and after.precedent != empreinte:
        yield Anomalie.CHAINE_DIVISEE
    if before is not None and before.engagement_cle != rapport.engagement_cle:
        yield Anomalie.CLE_PSEUDONYME_CHANGEE
