"""A ledger in memory, for tests: it keeps every entry and makes the proofs and receipts that a receiver would."""

from dataclasses import dataclass, field
from typing import Final

from temoin_sdk.envelope import PrivateKey, Typ, sign
from temoin_sdk.ledger.checkpoints import Checkpoint, sign_checkpoint
from temoin_sdk.ledger.entries import Entree, Reception
from temoin_sdk.ledger.notes import NoteKey, SignedNote
from temoin_sdk.ledger.tree import consistency_path, hash_leaf, hash_nodes, inclusion_path, root_of, split
from temoin_sdk.report.bounded import read_instant
from temoin_sdk.report.inscribed import digest_judgement, inscribe, receipt_of
from temoin_sdk.report.octets import to_octets
from temoin_sdk.report.receipt import Inscription, Jugement, Recu

AUCUN: Final = Jugement(verdicts=(), anomalies=())
"""A judgement about nobody."""


@dataclass
class MemoryLedger:
    """Entries in a list; every hash is computed anew."""

    origine: str
    cle: PrivateKey = field(default_factory=PrivateKey.generate)
    entrees: list[bytes] = field(default_factory=list)

    @property
    def cle_registre(self) -> NoteKey:
        """What whoever believes this ledger pins."""
        return NoteKey(self.origine, self.cle.public)

    def append(self, entree: Entree) -> int:
        """The index of the new entry."""
        self.entrees.append(to_octets(entree))
        return len(self.entrees) - 1

    def subtree(self, first: int, last: int) -> bytes:
        """The root of these entries."""
        if last - first == 1:
            return hash_leaf(self.entrees[first])
        middle = first + split(last - first)
        return hash_nodes(self.subtree(first, middle), self.subtree(middle, last))

    def head(self, taille: int | None = None) -> Checkpoint:
        """The head over the first `taille` entries, or over all."""
        size = len(self.entrees) if taille is None else taille
        return Checkpoint(self.origine, size, root_of(self.subtree, size))

    def checkpoint(self, taille: int | None = None) -> SignedNote:
        """That head, signed."""
        return sign_checkpoint(self.head(taille), self.cle)

    def consistency(self, smaller: int, larger: int) -> list[bytes]:
        """The proof between two sizes."""
        return consistency_path(self.subtree, smaller, larger)

    def inscription(self, rang: int) -> Inscription:
        """The proof of an entry under the head over all of them."""
        path = inclusion_path(self.subtree, rang, len(self.entrees))
        return inscribe(rang, path, self.head(), self.checkpoint())

    def receipt(self, jugement: Jugement = AUCUN, **fields: object) -> Recu:
        """The receipt of a reception that is entered now; `fields` are those of its entry."""
        values = {"reception": 1, "politique": 1, "recu_le": "2026-11-22T09:06:00Z", **fields}
        entree = Reception.model_validate({**values, "jugement": digest_judgement(jugement)})
        return receipt_of(entree, jugement, self.origine, self.inscription(self.append(entree)))


def sign_receipt(recu: Recu, cle: PrivateKey) -> str:
    """The signed text of a receipt."""
    return sign(to_octets(recu), cle, Typ.RECU, int(read_instant(recu.recu_le).timestamp()))
