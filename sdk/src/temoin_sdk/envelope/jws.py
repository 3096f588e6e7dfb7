"""The signed envelope: a compact JWS (RFC 7515) with its payload inside, signed as sent.

Any JOSE library can verify what `sign` writes. `verify` is stricter than they are, so that one meaning has one
spelling: common libraries accept duplicated header members, an empty `crit`, padded base64 or altered trailing bits,
and with them the same signature can be filed under several digests.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from temoin_sdk.envelope import base64url
from temoin_sdk.envelope.keys import ALGORITHM, SIGNATURE_SIZE, PrivateKey, PublicKey
from temoin_sdk.errors import EnvelopeError

MAX_HEADER_CHARS = 4 * 1024
MAX_TOKEN_CHARS = 12 * 1024 * 1024
"""Room for a payload of 8 MiB, which base64 lengthens by a third."""
MAX_IAT = 2**53 - 1

# RFC 9864 deprecates the name EdDSA; libraries still write it, so it is read but never written.
_ALGORITHMS = frozenset({ALGORITHM, "EdDSA"})
_MEMBERS = frozenset({"alg", "iat", "kid", "typ"})
_FORBIDDEN = {
    "crit": "une extension obligatoire",
    "b64": "une charge non encodée",
    "jku": "une adresse où chercher la clé",
    "x5u": "une adresse où chercher le certificat",
    "jwk": "sa propre clé",
}
_KID = re.compile(r"[A-Za-z0-9_-]{43}")
_REMEDE = "Ne tenir aucun compte de ce fichier ; demander à l'émetteur de signer et d'envoyer de nouveau avec Témoin."


class Typ(StrEnum):
    """The use a text is signed for: nothing signed for one is accepted for another."""

    RAPPORT = "temoin-rapport+jws"
    RECU = "temoin-recu+jws"
    CERTIFICAT = "temoin-certificat+jws"


@dataclass(frozen=True, slots=True)
class Header:
    """The protected header, which has exactly these members; nothing in it is believed before `verify`.

    `iat` is the signing time claimed by the signer, in whole seconds since 1970 UTC.
    """

    alg: str
    kid: str
    typ: Typ
    iat: int

    def octets(self) -> bytes:
        """The one spelling of this header: members sorted, no white space."""
        members = {"alg": self.alg, "iat": self.iat, "kid": self.kid, "typ": self.typ.value}
        return json.dumps(members, sort_keys=True, separators=(",", ":")).encode("ascii")


@dataclass(frozen=True, slots=True)
class Verified:
    """What a valid envelope says, with the digests it is filed under.

    `empreinte_charge` is the identity of the content, `empreinte_jws` that of this very envelope (hex SHA-256).
    """

    header: Header
    payload: bytes
    empreinte_charge: str
    empreinte_jws: str


@dataclass(frozen=True, slots=True)
class Unverified:
    """What an envelope claims while nobody checked its signature: to be shown as a claim, never to be believed."""

    header: Header
    payload: bytes
    empreinte_charge: str
    empreinte_jws: str


def empreinte(octets: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(octets).hexdigest()


def sign(payload: bytes, key: PrivateKey, typ: Typ, iat: int) -> str:
    """The compact JWS of `payload` for the use `typ`; `iat` in whole seconds since 1970 UTC, 0 … 2^53-1.

    Raises EnvelopeError `enveloppe_iat` or `enveloppe_taille` rather than sign what no one could verify.
    """
    _check_iat(iat)
    header = Header(ALGORITHM, key.public.kid, typ, iat)
    signed = f"{base64url.encode(header.octets())}.{base64url.encode(payload)}"
    jws = f"{signed}.{base64url.encode(key.sign(signed.encode('ascii')))}"
    if len(jws) > MAX_TOKEN_CHARS:
        _refuse_size()
    return jws


def parse_header(jws: str) -> Header:
    """The header, to find the key by its `kid`: every rule of syntax is checked, nothing is believed yet.

    Raises EnvelopeError; its code is `enveloppe_` followed by `taille`, `parties`, `base64`, `entete` (unreadable, or
    spelled another way), `doublon`, `extension` (crit, b64, or a key it brings along), `membres`, `alg`, `typ`, `kid`,
    `iat` or `signature` (its size).
    """
    return _split(jws).header


def verify(jws: str, key: PublicKey, typ: Typ) -> Verified:
    """The payload, once every rule holds: syntax, `typ` the expected use, `kid` this key's, and the signature.

    Raises EnvelopeError with the codes of `parse_header`.
    """
    parts = _split(jws)
    if parts.header.typ is not typ:
        _refuse("typ", f"Ce texte est signé pour un autre usage ({parts.header.typ}) que celui attendu ({typ}).")
    if parts.header.kid != key.kid:
        _refuse("kid", "Ce texte nomme une autre clé que celle avec laquelle il est vérifié.")
    if not key.verify(parts.signature, parts.signed):
        _refuse("signature", "La signature ne correspond pas : le texte a été modifié, ou signé par une autre clé.")
    return Verified(parts.header, parts.payload, empreinte(parts.payload), empreinte(jws.encode("ascii")))


def read_unverified(jws: str) -> Unverified:
    """What this envelope claims: every rule holds but the signature, which is not looked at for want of a key.

    Raises EnvelopeError with the codes of `parse_header`.
    """
    parts = _split(jws)
    return Unverified(parts.header, parts.payload, empreinte(parts.payload), empreinte(jws.encode("ascii")))


@dataclass(frozen=True, slots=True)
class _Parts:
    header: Header
    payload: bytes
    signature: bytes
    signed: bytes


def _split(jws: str) -> _Parts:
    # Sizes first: nothing below may cost more than reading a text of a size a report can have.
    if len(jws) > MAX_TOKEN_CHARS:
        _refuse_size()
    texts = jws.split(".", 3)
    if len(texts) != 3:
        _refuse("parties", "Ce texte n'a pas les trois parties d'une enveloppe signée.")
    if len(texts[0]) > MAX_HEADER_CHARS:
        _refuse_size()
    header, payload, signature = (_decode(text) for text in texts)
    parsed = _read_header(header)
    if len(signature) != SIGNATURE_SIZE:
        _refuse("signature", f"Une signature Ed25519 fait {SIGNATURE_SIZE} octets, celle-ci {len(signature)}.")
    return _Parts(parsed, payload, signature, f"{texts[0]}.{texts[1]}".encode("ascii"))


def _decode(text: str) -> bytes:
    try:
        return base64url.decode(text)
    except ValueError:
        _refuse("base64", "Une partie de l'enveloppe n'est pas du base64url écrit sous sa forme unique.")


def _read_header(octets: bytes) -> Header:
    members = _load_object(octets)
    for name, what in _FORBIDDEN.items():
        if name in members:
            _refuse("extension", f"L'en-tête apporte {what} ({name}) : aucune enveloppe de Témoin ne le fait.")
    if members.keys() != _MEMBERS:
        names = ", ".join(ascii(name)[:40] for name in sorted(members.keys() ^ _MEMBERS)[:5])
        _refuse("membres", f"L'en-tête doit avoir exactement alg, iat, kid et typ (en trop ou manquant : {names}).")
    header = Header(
        alg=_read_alg(members["alg"]),
        kid=_read_kid(members["kid"]),
        typ=_read_typ(members["typ"]),
        iat=_check_iat(members["iat"]),
    )
    if header.octets() != octets:
        _refuse("entete", "L'en-tête n'est pas écrit sous sa forme unique (membres triés, sans espace).")
    return header


def _load_object(octets: bytes) -> dict[str, object]:
    try:
        members = json.loads(octets.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        _refuse("entete", "L'en-tête n'est pas un texte JSON en UTF-8.")
    if not isinstance(members, dict):
        _refuse("entete", "L'en-tête n'est pas un objet JSON.")
    return members


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        _refuse("doublon", "L'en-tête dit deux fois la même chose : deux lecteurs pourraient ne pas lire la même.")
    return members


def _read_alg(value: object) -> str:
    if not isinstance(value, str) or value not in _ALGORITHMS:
        _refuse("alg", "L'enveloppe n'est pas signée avec l'algorithme de sa clé (Ed25519).")
    return value


def _read_kid(value: object) -> str:
    if not isinstance(value, str) or not _KID.fullmatch(value):
        _refuse("kid", "Le nom de clé (kid) n'est pas une empreinte RFC 7638 de 43 caractères.")
    return value


def _read_typ(value: object) -> Typ:
    try:
        return Typ(value)  # type: ignore[arg-type]  # any JSON value may stand here; Typ refuses all but its own
    except ValueError:
        _refuse("typ", "L'enveloppe n'est pas d'un type que cette version de Témoin connaît.")


def _check_iat(value: object) -> int:
    # A bool is an int to isinstance, and JSON's true is no time.
    if type(value) is not int or not 0 <= value <= MAX_IAT:
        _refuse("iat", "L'instant de signature (iat) n'est pas un nombre entier de secondes entre 0 et 2^53-1.")
    return value


def _refuse_size() -> NoReturn:
    _refuse("taille", "Ce texte est bien plus grand qu'aucun rapport ne peut l'être : il n'a pas été lu.")


def _refuse(rule: str, message: str) -> NoReturn:
    raise EnvelopeError(message, remede=_REMEDE, code=f"enveloppe_{rule}")
