"""Checkpoints (c2sp.org/tlog-checkpoint): origin, size and root of the ledger, a note signed by the origin."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from temoin_sdk.envelope import PrivateKey
from temoin_sdk.ledger.notes import NoteKey, SignedNote, check_name, decode, encode, read_note, refuse, sign_note
from temoin_sdk.ledger.tree import EMPTY_ROOT, HASH_SIZE

MAX_SIZE: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head of the ledger: how many entries, and the root that fixes them all."""

    origine: str
    taille: int
    racine: bytes

    def texte(self) -> str:
        """The text that is signed; no extension line is ever written."""
        return f"{self.origine}\n{self.taille}\n{encode(self.racine)}\n"


def sign_checkpoint(checkpoint: Checkpoint, cle: PrivateKey) -> SignedNote:
    """Sign a head under the origin's own name. Whoever signs has made sure that it only adds to those signed before."""
    check_name(checkpoint.origine)
    return sign_note(checkpoint.texte(), checkpoint.origine, cle)


def read_checkpoint(text: str, key: NoteKey, witnesses: Iterable[NoteKey] = ()) -> Checkpoint:
    """The head that this key signed; `witnesses` that signed it too are verified with it.

    Raises EnvelopeError: `registre_note`, `registre_signature`, `registre_origine` (another ledger),
    `registre_point_de_controle` (a text that is no head).
    """
    note = read_note(text)
    if key.nom not in note.verify((key, *witnesses)):
        refuse("signature", "La clé du registre n'a pas signé ce point de contrôle.")
    checkpoint = _parse(note.texte)
    if checkpoint.origine != key.nom:
        refuse("origine", f"Ce point de contrôle est celui d'un autre registre ({checkpoint.origine}).")
    return checkpoint


def parse_checkpoint(text: str) -> Checkpoint:
    """The head that a text claims, no signature looked at. Raises EnvelopeError as `read_checkpoint` does."""
    return _parse(read_note(text).texte)


def _parse(texte: str) -> Checkpoint:
    lines = texte.split("\n")
    if len(lines) != 4 or lines[3]:
        refuse("point_de_controle", "Un point de contrôle a trois lignes : origine, taille, racine.")
    origine, taille, racine = lines[:3]
    if not taille.isascii() or not taille.isdigit() or str(int(taille)) != taille or int(taille) > MAX_SIZE:
        refuse("point_de_controle", "La taille de ce point de contrôle n'est pas un nombre écrit sous sa forme unique.")
    octets = decode(racine, "point_de_controle")
    if len(octets) != HASH_SIZE or (taille == "0") != (octets == EMPTY_ROOT):
        refuse("point_de_controle", "La racine de ce point de contrôle n'est pas celle d'un registre de cette taille.")
    return Checkpoint(origine, int(taille), octets)
