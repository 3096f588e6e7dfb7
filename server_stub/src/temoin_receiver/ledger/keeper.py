"""What is done around each transaction of the writer: a head before its commit, publication and receipts after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from temoin_receiver.ledger.heads import last_head, root_at, seal
from temoin_receiver.ledger.issuing import Signatures, issue
from temoin_receiver.ledger.nodes import driver
from temoin_receiver.ledger.published import Published
from temoin_sdk.ledger import NoteKey

_LAZY: Final = "PRAGMA synchronous = NORMAL"
_DURABLE: Final = "PRAGMA synchronous = FULL"


@dataclass(frozen=True, slots=True)
class Keeper:
    """The keys of a ledger and the place where its head is published."""

    signatures: Signatures
    publiee: Published

    @property
    def cle_registre(self) -> NoteKey:
        """What agents pin to believe checkpoints."""
        return NoteKey(self.signatures.origine, self.signatures.registre.public)

    def seal(self, connection: Connection) -> None:
        """Within the transaction, after its works: the head that covers what they appended."""
        seal(connection)

    def settle(self, connection: Connection) -> Mapping[str, str]:
        """After the commit: publish the head, then make the receipts owed, by the digest of their report.

        Receipts are kept without waiting for the disk: a power cut loses none, since they can be made again.
        Raises LedgerError, StorageError: what was committed stays, and the next call or the next start goes on.
        """
        sqlite = driver(connection)
        sqlite.execute(_LAZY)
        try:
            with connection.begin():
                head = last_head(connection)
                self.publiee.advance(head, lambda taille: root_at(connection, taille), self.signatures.registre)
                return issue(connection, self.signatures)
        finally:
            sqlite.execute(_DURABLE)
