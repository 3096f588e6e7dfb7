"""The chain of an installation's reports: a gap, a fork or a rewind shows, and is never a refusal.

A report names its rank and the digest of the one signed before it, refused ones included. Reports may arrive in any
order: one that fills a hole exactly is no anomaly.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Row, Select, select

from temoin_receiver.storage.tables import receptions
from temoin_sdk.report import Anomalie, Rapport


def find_breaks(connection: Connection, rapport: Rapport, empreinte: str) -> Iterator[Anomalie]:
    """What the chain shows of this report, given the reports of its installation that are kept already."""
    links = _links(rapport)
    numero = receptions.c.numero
    if connection.execute(links.where(numero == rapport.numero)).first() is not None:
        yield Anomalie.CHAINE_DIVISEE
        return
    before = connection.execute(links.where(numero < rapport.numero).order_by(numero.desc())).first()
    after = connection.execute(links.where(numero > rapport.numero).order_by(numero)).first()
    if (0 if before is None else before.numero) + 1 < rapport.numero:
        yield Anomalie.RUPTURE_DE_CHAINE
    elif _diverges(before, rapport) or _is_disowned(after, rapport, empreinte):
        yield Anomalie.CHAINE_DIVISEE
    if before is not None and before.engagement_cle != rapport.engagement_cle:
        yield Anomalie.CLE_PSEUDONYME_CHANGEE


def _links(rapport: Rapport) -> Select[tuple[int, str, str | None, str]]:
    c = receptions.c
    mine = (c.ej == rapport.ej, c.installation == rapport.installation)
    return select(c.numero, c.empreinte_rapport, c.precedent, c.engagement_cle).where(*mine).limit(1)


def _diverges(before: "Row[tuple[int, str, str | None, str]] | None", rapport: Rapport) -> bool:
    """The report just before this one is kept, and it is not the one this report follows."""
    return before is not None and before.empreinte_rapport != rapport.precedent


def _is_disowned(after: "Row[tuple[int, str, str | None, str]] | None", rapport: Rapport, empreinte: str) -> bool:
    """The report just after this one is kept, and it follows another one."""
    return after is not None and after.numero == rapport.numero + 1 and after.precedent != empreinte
