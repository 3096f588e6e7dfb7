"""The way of a report through the receiver: envelope, key, signature, bytes, checks, then the writer.

The first steps each need the one before; from the content on, every problem is said at once.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from temoin_receiver.checks import Arrival, find_problemes
from temoin_receiver.checks.arrival import sites_of
from temoin_receiver.reception.storing import Answer, Kept, find_kept, store
from temoin_receiver.refusals import CodeRefus, Refusal, refuse
from temoin_receiver.register.reading import EnrolledKey, find_key, read_registre
from temoin_receiver.storage import Store
from temoin_sdk.envelope import PublicKey, Typ, Verified, parse_header, verify
from temoin_sdk.report import Rapport, from_octets


@dataclass(frozen=True, slots=True)
class Receiver:
    """A store, and the only clock that counts (aware instants)."""

    store: Store
    clock: Callable[[], datetime]

    @property
    def cle(self) -> PublicKey:
        """The key that signs receipts."""
        return self.store.keeper.signatures.recus.public

    def receive(self, jws: str) -> "Future[Answer]":
        """Judge a signed report and queue its writing; the future is answered once the report is on disk, in the
        ledger, and under a published head.

        Raises EnvelopeError, ReportError or Refusal, and nothing is stored; StorageError when the queue is full. The
        future itself may carry a Refusal (identity, key revoked meanwhile) or a StorageError.
        """
        with self.store.reading() as connection:
            cle, verified = self._open_envelope(connection, jws)
            known = find_kept(connection, verified.empreinte_charge, cle)
            if known is not None:
                return self._answer_again(known, cle)
            arrival = self._read(connection, jws, cle, verified)
        problemes = find_problemes(arrival)
        if problemes:
            raise Refusal(problemes)
        return self.store.writer.submit_then(lambda writing: store(writing, arrival, self.clock), Kept.answer)

    def _answer_again(self, known: Kept, cle: EnrolledKey) -> "Future[Answer]":
        """The first receipt; one that could not be given yet is made now, if the head can be published."""
        if known.recu is not None:
            return _done(known.answer({}))
        return self.store.writer.submit_then(
            lambda writing: find_kept(writing, known.empreinte, cle) or known, Kept.answer
        )

    def _open_envelope(self, connection: Connection, jws: str) -> tuple[EnrolledKey, Verified]:
        kid = parse_header(jws).kid
        cle = find_key(connection, kid)
        if cle is None:
            raise refuse(CodeRefus.CLE_INCONNUE, f"La clé {kid} n'est pas enrôlée auprès de ce récepteur.")
        return cle, verify(jws, cle.public, Typ.RAPPORT)

    def _read(self, connection: Connection, jws: str, cle: EnrolledKey, verified: Verified) -> Arrival:
        rapport = from_octets(Rapport, verified.payload)
        finess = [site.finess for site in sites_of(rapport)]
        return Arrival(
            jws=jws,
            verified=verified,
            cle=cle,
            rapport=rapport,
            registre=read_registre(connection, rapport.projet, finess),
            origine=self.store.origine,
            instant=self.clock(),
        )


def _done(answer: Answer) -> "Future[Answer]":
    future: Future[Answer] = Future()
    future.set_result(answer)
    return future
