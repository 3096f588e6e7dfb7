"""Signed notes (c2sp.org/signed-note): a text, an empty line, who signed it. Ed25519 alone is written and believed."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NoReturn, Self

from temoin_sdk.envelope import PrivateKey, PublicKey
from temoin_sdk.errors import EnvelopeError

MAX_NOTE: Final = 64 * 1024
MAX_SIGNATURES: Final = 64

_ED25519: Final = b"\x01"
_ID_SIZE: Final = 4
_DASH: Final = "\u2014"
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME: Final = re.compile(r"[^\s+]{1,200}")
_REMEDE: Final = "Demander de nouveau ce texte au récepteur ; s'il reste tel, le signaler aux deux parties."


@dataclass(frozen=True, slots=True)
class NoteKey:
    """The name under which a key signs notes, and the key itself."""

    nom: str
    cle: PublicKey

    def __post_init__(self) -> None:
        check_name(self.nom)

    @property
    def ident(self) -> bytes:
        """Four bytes that say which key, never enough to believe it."""
        return hashlib.sha256(self.nom.encode() + b"\n" + _ED25519 + self.cle.octets).digest()[:_ID_SIZE]

    def spell(self) -> str:
        """The verifier key as public tools write it: name, identifier, key."""
        return f"{self.nom}+{self.ident.hex()}+{encode(_ED25519 + self.cle.octets)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier key. Raises EnvelopeError `registre_cle`."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            refuse("cle", "Une clé de registre s'écrit nom+identifiant+clé.")
        octets = decode(parts[2], "cle")
        if octets[:1] != _ED25519:
            refuse("cle", "Cette clé de registre n'est pas une clé Ed25519.")
        key = cls(parts[0], PublicKey(octets[1:]))
        if key.ident.hex() != parts[1]:
            refuse("cle", "L'identifiant de cette clé de registre n'est pas celui de sa valeur.")
        return key


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note as it was read: its text (ending in a newline) and its signature lines, none of them believed yet."""

    texte: str
    signatures: tuple[tuple[str, bytes], ...]

    def spell(self) -> str:
        """The note as it travels."""
        return self.texte + "\n" + "".join(f"{_DASH} {nom} {encode(octets)}\n" for nom, octets in self.signatures)

    def verify(self, keys: Iterable[NoteKey]) -> frozenset[str]:
        """Names of the known keys that signed this text.

        Raises EnvelopeError `registre_signature` when a known key's signature is wrong, or when none of them signed.
        """
        known = {(key.nom, key.ident): key for key in keys}
        signed: set[str] = set()
        for nom, octets in self.signatures:
            key = known.get((nom, octets[:_ID_SIZE]))
            if key is None:
                continue
            if not key.cle.verify(octets[_ID_SIZE:], self.texte.encode()):
                refuse("signature", f"La signature de « {nom} » sur ce point de contrôle est fausse.")
            signed.add(nom)
        if not signed:
            refuse("signature", "Aucune clé connue n'a signé ce point de contrôle du registre.")
        return frozenset(signed)


def sign_note(texte: str, nom: str, cle: PrivateKey) -> SignedNote:
    """A text signed by one key under a name."""
    key = NoteKey(nom, cle.public)
    return SignedNote(texte, ((nom, key.ident + cle.sign(texte.encode())),))


def read_note(text: str) -> SignedNote:
    """A note's parts, in its one spelling. Raises EnvelopeError `registre_note`."""
    if len(text) > MAX_NOTE or _CONTROL.search(text):
        refuse("note", "Ce point de contrôle n'est pas un texte d'une taille et d'une forme permises.")
    body, blank, tail = text.rpartition("\n\n")
    lines = tail.splitlines(keepends=True)
    if not blank or not body or not lines or len(lines) > MAX_SIGNATURES:
        refuse("note", "Ce point de contrôle n'a pas de texte suivi d'une ligne vide et de signatures.")
    note = SignedNote(body + "\n", tuple(_read_signature(line) for line in lines))
    if note.spell() != text:
        refuse("note", "Ce point de contrôle n'est pas écrit sous sa forme unique.")
    return note


def _read_signature(line: str) -> tuple[str, bytes]:
    parts = line.removesuffix("\n").split(" ")
    if len(parts) != 3 or parts[0] != _DASH:
        refuse("note", "Une ligne de signature s'écrit : tiret, nom, signature.")
    check_name(parts[1])
    octets = decode(parts[2], "note")
    if len(octets) <= _ID_SIZE:
        refuse("note", "Une signature de ce point de contrôle est vide.")
    return parts[1], octets


def check_name(nom: str) -> None:
    """The name of a key holds neither space nor « + ». Raises EnvelopeError `registre_nom`."""
    if not _NAME.fullmatch(nom):
        refuse("nom", "Le nom d'une clé de registre n'a ni espace ni « + », et n'est pas vide.")


def encode(octets: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(octets).decode("ascii")


def decode(text: str, rule: str) -> bytes:
    """Standard base64 in its one spelling. Raises EnvelopeError `registre_` and the rule."""
    try:
        octets = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        refuse(rule, "Une valeur de ce texte n'est pas du base64.")
    if encode(octets) != text:
        refuse(rule, "Une valeur de ce texte n'est pas du base64 écrit sous sa forme unique.")
    return octets


def refuse(rule: str, message: str) -> NoReturn:
    """Raise the error of a text of the ledger that must not be believed."""
    raise EnvelopeError(message, remede=_REMEDE, code=f"registre_{rule}")
