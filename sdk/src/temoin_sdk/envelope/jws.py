"""The signed envelope: a compact JWS (RFC 7515) with its payload inside, signed as sent.

With an organisation's certificate in its header (`x5c` and `x5t#S256`) it is a JAdES baseline B-B signature (ETSI
TS 119 182-1): one signing time, which is `iat`, never `sigT` nor `x5t`. With a bare key it is a JWS and claims no more.

Any JOSE library can verify what `sign` writes. `verify` is stricter than they are, so that one meaning has one
spelling: common libraries accept duplicated header members, an empty `crit`, padded base64 or altered trailing bits,
and with them the same signature can be filed under several digests.
"""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from temoin_sdk.envelope import base64url
from temoin_sdk.envelope.carried import carried_key
from temoin_sdk.envelope.header import MAX_SEALED_HEADER_CHARS, Header, Typ, check_iat, read_header
from temoin_sdk.envelope.otherkeys import ES256, Key, is_low_s
from temoin_sdk.envelope.refusing import refuse, refuse_size

MAX_TOKEN_CHARS = 12 * 1024 * 1024
"""Room for a payload of 8 MiB, which base64 lengthens by a third."""


class SigningKey(Protocol):
    """What signs an envelope: a bare key, or one with the certificates that say whose it is."""

    @property
    def public(self) -> Key:
        """The half that verifies."""

    @property
    def algorithm(self) -> str:
        """The one `alg` it signs under."""

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """In DER, its own first; none for a bare key."""

    def sign(self, message: bytes) -> bytes:
        """The signature, in the spelling that `verify` takes."""


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


def sign(payload: bytes, key: SigningKey, typ: Typ, iat: int) -> str:
    """The compact JWS of `payload` for the use `typ`; `iat` in whole seconds since 1970 UTC, 0 … 2^53-1.

    Raises EnvelopeError `enveloppe_iat` or `enveloppe_taille` rather than sign what no one could verify.
    """
    check_iat(iat)
    header = Header(key.algorithm, key.public.kid, typ, iat, key.certificates)
    signed = f"{base64url.encode(header.octets())}.{base64url.encode(payload)}"
    jws = f"{signed}.{base64url.encode(key.sign(signed.encode('ascii')))}"
    if len(jws) > MAX_TOKEN_CHARS:
        refuse_size()
    return jws


def parse_header(jws: str) -> Header:
    """The header, to find the key by its `kid`: every rule of syntax is checked, nothing is believed yet.

    Raises EnvelopeError; its code is `enveloppe_` followed by `taille`, `parties`, `base64`, `entete` (unreadable, or
    spelled another way), `doublon`, `extension` (crit, b64, a key it brings along, a second time), `membres`, `alg`,
    `typ`, `kid`, `iat`, `certificat` (not that of `kid`), `cle…` (the certificate's) or `signature` (its size).
    """
    return _split(jws).header


def verify(jws: str, key: Key, typ: Typ) -> Verified:
    """The payload, once all rules hold: syntax, `typ` the expected use, `kid` this key's, `alg` its kind's, signature.

    A certificate in the header is only known to be this key's: `seals` says whether to believe it, and whose it is.
    Raises EnvelopeError with the codes of `parse_header`.
    """
    parts = _split(jws)
    if parts.header.typ is not typ:
        refuse("typ", f"Ce texte est signé pour un autre usage ({parts.header.typ}) que celui attendu ({typ}).")
    if parts.header.kid != key.kid:
        refuse("kid", "Ce texte nomme une autre clé que celle avec laquelle il est vérifié.")
    if parts.header.alg not in key.algorithms:
        refuse("alg", f"Ce texte est signé avec {parts.header.alg}, qui n'est pas un algorithme de sa clé.")
    _check_low_s(parts)
    if not key.verify(parts.signature, parts.signed, parts.header.alg):
        refuse("signature", "La signature ne correspond pas : le texte a été modifié, ou signé par une autre clé.")
    return Verified(parts.header, parts.payload, empreinte(parts.payload), empreinte(jws.encode("ascii")))


def read_unverified(jws: str) -> Unverified:
    """What this envelope claims: every rule holds but the signature, which is not looked at for want of a key.

    Raises EnvelopeError with the codes of `parse_header`.
    """
    parts = _split(jws)
    _check_low_s(parts)
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
        refuse_size()
    texts = jws.split(".", 3)
    if len(texts) != 3:
        refuse("parties", "Ce texte n'a pas les trois parties d'une enveloppe signée.")
    if len(texts[0]) > MAX_SEALED_HEADER_CHARS:
        refuse_size()
    octets, payload, signature = (_decode(text) for text in texts)
    header = read_header(octets, len(signature))
    if header.x5c:
        carried_key(header)
    return _Parts(header, payload, signature, f"{texts[0]}.{texts[1]}".encode("ascii"))


def _check_low_s(parts: _Parts) -> None:
    if parts.header.alg == ES256 and not is_low_s(parts.signature):
        refuse("signature", "Cette signature ES256 n'est pas écrite sous sa forme unique (s dans la moitié basse).")


def _decode(text: str) -> bytes:
    try:
        return base64url.decode(text)
    except ValueError:
        refuse("base64", "Une partie de l'enveloppe n'est pas du base64url écrit sous sa forme unique.")
