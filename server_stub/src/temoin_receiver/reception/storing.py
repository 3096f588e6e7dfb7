"""The one write of a reception: place, chain, ledger entry and report in a single item of the writer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from temoin_receiver.checks.arrival import Arrival
from temoin_receiver.ledger import append
from temoin_receiver.reception.chain import find_breaks
from temoin_receiver.reception.differences import find_differences
from temoin_receiver.reception.identity import find_replaced
from temoin_receiver.reception.judging import POLITIQUE, judge
from temoin_receiver.reception.rivals import find_rivals
from temoin_receiver.refusals import CodeRefus, refuse
from temoin_receiver.register.reading import EnrolledKey
from temoin_receiver.storage.tables import cles, presences, receptions
from temoin_receiver.storage.writer import Settled
from temoin_sdk.ledger.entries import Reception
from temoin_sdk.report import Anomalie, Rapport, spell_instant, to_octets
from temoin_sdk.report.inscribed import digest_judgement

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


@dataclass(frozen=True, slots=True)
class Kept:
    """A report that has its place; `recu` is None until the head that covers its entry is published."""

    empreinte: str
    recu: str | None
    nouveau: bool

    def answer(self, issued: Settled) -> Answer:
        """The receipt, once the ledger is settled."""
        return Answer(issued[self.empreinte] if self.recu is None else self.recu, self.nouveau)


def find_kept(connection: Connection, empreinte: str, cle: EnrolledKey) -> Kept | None:
    """What is kept for this content, whatever envelope and whichever key of its installation brought it.

    A key revoked since still gets its receipt; that of another installation does not: it is judged as any sender is.
    """
    mine = {"empreinte_rapport": empreinte, "ej": cle.ej, "installation": cle.installation}
    row = connection.execute(_RECEIPT, mine).first()
    return None if row is None else Kept(empreinte, row.recu, nouveau=False)


def store(connection: Connection, arrival: Arrival, clock: Callable[[], datetime]) -> Kept:
    """Give the report its place, in the table and in the ledger, or find those it has.

    Raises Refusal when its identity is taken. The key is looked at again: it may have been revoked while the report
    waited for its turn, and its time is now.
    """
    empreinte = arrival.verified.empreinte_charge
    known = find_kept(connection, empreinte, arrival.cle)
    if known is not None:
        return known
    _check_live(connection, arrival)
    replaced = find_replaced(connection, arrival.rapport)
    breaks = {(anomalie, None) for anomalie in find_breaks(connection, arrival.rapport, empreinte)}
    rivals = {(Anomalie.MESURE_CONCURRENTE, finess) for finess in find_rivals(connection, arrival.rapport)}
    jugement = judge(arrival, find_differences(arrival) | breaks | rivals)
    last = connection.execute(_LAST).scalar()
    entree = Reception(
        reception=(last or 0) + 1,
        ej=arrival.rapport.ej,
        installation=arrival.rapport.installation,
        empreinte_rapport=empreinte,
        empreinte_jws=arrival.verified.empreinte_jws,
        kid=arrival.cle.public.kid,
        recu_le=spell_instant(clock()),
        politique=POLITIQUE,
        jugement=digest_judgement(jugement),
    )
    _insert(connection, arrival, entree, to_octets(jugement).decode())
    if replaced is not None:
        connection.execute(_REPLACE, {"replaced": replaced, "remplacee_par": empreinte})
    return Kept(empreinte, None, nouveau=True)


def _check_live(connection: Connection, arrival: Arrival) -> None:
    revoked = connection.execute(_REVOKED, {"kid": arrival.cle.public.kid}).scalar_one()
    if revoked is not None:
        raise refuse(CodeRefus.CLE_REVOQUEE, f"La clé de ce rapport a été révoquée le {revoked}.")


def _insert(connection: Connection, arrival: Arrival, entree: Reception, jugement: str) -> None:
    connection.execute(
        _RECEPTION,
        {
            "reception": entree.reception,
            "empreinte_rapport": entree.empreinte_rapport,
            "empreinte_jws": entree.empreinte_jws,
            "kid": entree.kid,
            "recu_le": entree.recu_le,
            "entree": append(connection, entree),
            "jugement": jugement,
            "jws": arrival.jws,
            **columns_of(arrival.rapport),
        },
    )
    connection.execute(_PRESENCE, [{"reception": entree.reception, "finess": site.finess} for site in arrival.sites()])


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
