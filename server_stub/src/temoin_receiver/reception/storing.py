"""The one write of a reception: place, chain, receipt and report in a single item of the writer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from temoin_receiver.checks.arrival import Arrival
from temoin_receiver.reception.chain import find_breaks
from temoin_receiver.reception.differences import find_differences
from temoin_receiver.reception.identity import find_replaced
from temoin_receiver.reception.receipt import Place, sign_receipt
from temoin_receiver.reception.rivals import find_rivals
from temoin_receiver.refusals import CodeRefus, refuse
from temoin_receiver.register.reading import EnrolledKey
from temoin_receiver.storage.tables import cles, presences, receptions
from temoin_sdk.envelope import PrivateKey
from temoin_sdk.report import Anomalie, Rapport, spell_instant

# Built once: the writer is the one place every report passes, and building a statement costs more than running it.
_RECEIPT: Final = select(receptions.c.recu).where(
    *(receptions.c[name] == bindparam(name) for name in ("empreinte_rapport", "ej", "installation"))
)
_REVOKED: Final = select(cles.c.revoquee_le).where(cles.c.kid == bindparam("kid"))
_LAST: Final = select(func.max(receptions.c.reception))
_RECEPTION: Final = insert(receptions)
_PRESENCE: Final = insert(presences)
_REPLACE: Final = update(receptions).where(receptions.c.empreinte_rapport == bindparam("replaced"))


@dataclass(frozen=True, slots=True)
class Answer:
    """The receipt, and whether the report was new: the same content gets the very first receipt again."""

    recu: str
    nouveau: bool


def find_receipt(connection: Connection, empreinte: str, cle: EnrolledKey) -> str | None:
    """The receipt given for this content, whatever envelope and whichever key of its installation brought it.

    A key revoked since still gets it; that of another installation does not: it is judged as any sender is.
    """
    mine = {"empreinte_rapport": empreinte, "ej": cle.ej, "installation": cle.installation}
    recu: str | None = connection.execute(_RECEIPT, mine).scalar()
    return recu


def store(connection: Connection, arrival: Arrival, cle: PrivateKey, clock: Callable[[], datetime]) -> Answer:
    """Give the report its place and its receipt, or find those it has. Raises Refusal when its identity is taken.

    The key is looked at again: it may have been revoked while the report waited for its turn, and its time is now.
    """
    empreinte = arrival.verified.empreinte_charge
    known = find_receipt(connection, empreinte, arrival.cle)
    if known is not None:
        return Answer(known, nouveau=False)
    _check_live(connection, arrival)
    replaced = find_replaced(connection, arrival.rapport)
    breaks = {(anomalie, None) for anomalie in find_breaks(connection, arrival.rapport, empreinte)}
    rivals = {(Anomalie.MESURE_CONCURRENTE, finess) for finess in find_rivals(connection, arrival.rapport)}
    last = connection.execute(_LAST).scalar()
    place = Place((last or 0) + 1, clock())
    recu = sign_receipt(arrival, find_differences(arrival) | breaks | rivals, place, cle)
    _insert(connection, arrival, place, recu)
    if replaced is not None:
        connection.execute(_REPLACE, {"replaced": replaced, "remplacee_par": empreinte})
    return Answer(recu, nouveau=True)


def _check_live(connection: Connection, arrival: Arrival) -> None:
    revoked = connection.execute(_REVOKED, {"kid": arrival.cle.public.kid}).scalar_one()
    if revoked is not None:
        raise refuse(CodeRefus.CLE_REVOQUEE, f"La clé de ce rapport a été révoquée le {revoked}.")


def _insert(connection: Connection, arrival: Arrival, place: Place, recu: str) -> None:
    rapport = arrival.rapport
    connection.execute(
        _RECEPTION,
        {
            "reception": place.reception,
            "empreinte_rapport": arrival.verified.empreinte_charge,
            "empreinte_jws": arrival.verified.empreinte_jws,
            "kid": arrival.cle.public.kid,
            "recu_le": spell_instant(place.recu_le),
            "jws": arrival.jws,
            "recu": recu,
            **columns_of(rapport),
        },
    )
    connection.execute(_PRESENCE, [{"reception": place.reception, "finess": site.finess} for site in arrival.sites()])


def columns_of(rapport: Rapport) -> dict[str, Any]:
    """The columns that repeat what the signed text says, to be searched by."""
    return {
        "ej": rapport.ej,
        "installation": rapport.installation,
        "numero": rapport.numero,
        "precedent": rapport.precedent,
        "engagement_cle": rapport.engagement_cle,
        "projet": rapport.projet,
        "campagne": rapport.campagne.empreinte,
        "mesure": rapport.mesure.value,
        "debut": rapport.fenetre.debut,
        "fin": rapport.fenetre.fin,
        "version": rapport.version,
    }
