"""Proofs of inclusion as a text (c2sp.org/tlog-proof): index, path, and the checkpoint they lead to."""

from dataclasses import dataclass
from typing import Final, Self

from temoin_sdk.ledger.checkpoints import MAX_SIZE, Checkpoint, read_checkpoint
from temoin_sdk.ledger.notes import NoteKey, decode, encode, refuse
from temoin_sdk.ledger.tree import HASH_SIZE, verify_inclusion

_FIRST: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = "index "
_MAX_PATH: Final = 53


@dataclass(frozen=True, slots=True)
class InclusionText:
    """Where an entry is, the way to the root, and the signed checkpoint as it was given. Nothing is believed yet."""

    index: int
    chemin: tuple[bytes, ...]
    point_de_controle: str

    def spell(self) -> str:
        """The proof as it is stored (`.tlog-proof`)."""
        lines = [_FIRST, f"{_INDEX}{self.index}", *map(encode, self.chemin)]
        return "\n".join(lines) + "\n\n" + self.point_de_controle

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a proof in its one spelling, without extra data: Témoin writes none. EnvelopeError `registre_preuve`."""
        head, blank, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not blank or len(lines) < 2 or lines[0] != _FIRST or not lines[1].startswith(_INDEX):
            refuse("preuve", "Ce texte n'est pas une preuve d'inclusion dans un registre.")
        number = lines[1].removeprefix(_INDEX)
        if not number.isascii() or not number.isdigit() or str(int(number)) != number or int(number) > MAX_SIZE:
            refuse("preuve", "Le rang de cette preuve n'est pas un nombre écrit sous sa forme unique.")
        if len(lines) - 2 > _MAX_PATH:
            refuse("preuve", "Cette preuve est plus longue qu'aucun registre ne le permet.")
        path = tuple(decode(line, "preuve") for line in lines[2:])
        if any(len(one) != HASH_SIZE for one in path):
            refuse("preuve", f"Une empreinte du registre fait {HASH_SIZE} octets.")
        return cls(int(number), path, checkpoint)


def check_inclusion_text(text: str, entry: bytes, key: NoteKey) -> tuple[InclusionText, Checkpoint]:
    """Believe that the ledger of this key holds `entry` where the proof says. Raises EnvelopeError `registre_…`."""
    proof = InclusionText.parse(text)
    checkpoint = read_checkpoint(proof.point_de_controle, key)
    verify_inclusion(entry, proof.index, checkpoint.taille, proof.chemin, checkpoint.racine)
    return proof, checkpoint
