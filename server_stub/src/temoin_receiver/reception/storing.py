"""The one write of a reception: place, chain, receipt and report in a single item of the writer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from temoin_receiver.checks.arrival import Arrival
from temoin_receiver.reception.chain import find_breaks
from temoin_receiver.reception.differences import find_differences
from temoin_receiver.reception.identity import find_replaced
from temoin_receiver.reception.receipt import Place, sign_receipt
from temoin_receiver.refusals import CodeRefus, refuse
from temoin_receiver.storage.tables import cles, presences, receptions
from temoin_sdk.envelope import PrivateKey
from temoin_sdk.report import spell_instant


@dataclass(frozen=True, slots=True)
class Answer:
    """The receipt, and whether the report was new: the same content gets the very first receipt again."""

    recu: str
    nouveau: bool


def find_receipt(connection: Connection, empreinte: str) -> str | None:
    """The receipt given for this content, whatever envelope brought it."""
    recu: str | None = connection.execute(
        select(receptions.c.recu).where(receptions.c.empreinte_rapport == empreinte)
    ).scalar()
    return recu


def store(connection: Connection, arrival: Arrival, cle: PrivateKey, clock: Callable[[], datetime]) -> Answer:
    """Give the report its place and its receipt, or find those it has. Raises Refusal when its identity is taken.

    The key is looked at again: it may have been revoked while the report waited for its turn, and its time is now.
    """
    empreinte = arrival.verified.empreinte_charge
    known = find_receipt(connection, empreinte)
    if known is not None:
        return Answer(known, nouveau=False)
    _check_live(connection, arrival)
    replaced = find_replaced(connection, arrival.rapport)
    breaks = {(anomalie, None) for anomalie in find_breaks(connection, arrival.rapport, empreinte)}
    last = connection.execute(select(func.max(receptions.c.reception))).scalar()
    place = Place((last or 0) + 1, clock())
    recu = sign_receipt(arrival, find_differences(arrival) | breaks, place, cle)
    _insert(connection, arrival, place, recu)
    if replaced is not None:
        mine = receptions.c.empreinte_rapport == replaced
        connection.execute(update(receptions).where(mine).values(remplacee_par=empreinte))
    return Answer(recu, nouveau=True)


def _check_live(connection: Connection, arrival: Arrival) -> None:
    kid = arrival.cle.public.kid
    revoked = connection.execute(select(cles.c.revoquee_le).where(cles.c.kid == kid)).scalar_one()
    if revoked is not None:
        raise refuse(CodeRefus.CLE_REVOQUEE, f"La clé de ce rapport a été révoquée le {revoked}.")


def _insert(connection: Connection, arrival: Arrival, place: Place, recu: str) -> None:
    rapport = arrival.rapport
    connection.execute(
        insert(receptions).values(
            reception=place.reception,
            empreinte_rapport=arrival.verified.empreinte_charge,
            empreinte_jws=arrival.verified.empreinte_jws,
            kid=arrival.cle.public.kid,
            ej=rapport.ej,
            installation=rapport.installation,
            numero=rapport.numero,
            precedent=rapport.precedent,
            engagement_cle=rapport.engagement_cle,
            projet=rapport.projet,
            campagne=rapport.campagne.empreinte,
            mesure=rapport.mesure.value,
            debut=rapport.fenetre.debut,
            fin=rapport.fenetre.fin,
            version=rapport.version,
            recu_le=spell_instant(place.recu_le),
            jws=arrival.jws,
            recu=recu,
        )
    )
    connection.execute(
        insert(presences), [{"reception": place.reception, "finess": site.finess} for site in arrival.sites()]
    )
