"""The protected header: which members it may have, and their one spelling."""

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NoReturn

from temoin_sdk.envelope import base64url
from temoin_sdk.envelope.keys import ALGORITHMS as ED25519_ALGORITHMS
from temoin_sdk.envelope.otherkeys import ES256, PS256, RS256, RSA_CERTIFIED_BITS, RSA_MAX_BITS
from temoin_sdk.envelope.refusing import refuse, refuse_size

MAX_HEADER_CHARS: Final = 4 * 1024
"""Of a header without certificates."""
MAX_SEALED_HEADER_CHARS: Final = 32 * 1024
MAX_CERTIFICATES: Final = 4
"""An organisation's, two intermediate authorities, and the root that some software adds."""
MAX_IAT: Final = 2**53 - 1

_X5C: Final = "x5c"
_X5T: Final = "x5t#S256"
_MEMBERS: Final = frozenset({"alg", "iat", "kid", "typ"})
_SEALED_MEMBERS: Final = _MEMBERS | {_X5C, _X5T}
_FORBIDDEN: Final = {
    "crit": "une extension obligatoire",
    "b64": "une charge non encodée",
    "jku": "une adresse où chercher la clé",
    "x5u": "une adresse où chercher le certificat",
    "jwk": "sa propre clé",
    "x5t": "une empreinte SHA-1 de certificat",
    "sigT": "un second instant de signature",
}
_SIGNATURE_SIZES: Final = {
    **dict.fromkeys((*ED25519_ALGORITHMS, ES256), (64, 64)),
    **dict.fromkeys((PS256, RS256), (RSA_CERTIFIED_BITS // 8, RSA_MAX_BITS // 8)),
}
"""In octets, least and most, by algorithm: the closed list of those that are read."""
_KID: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class Typ(StrEnum):
    """The use a text is signed for: nothing signed for one is accepted for another."""

    RAPPORT = "temoin-rapport+jws"
    RECU = "temoin-recu+jws"
    CERTIFICAT = "temoin-certificat+jws"


@dataclass(frozen=True, slots=True)
class Header:
    """The protected header, which has exactly these members; nothing in it is believed before `verify`.

    `iat` is the signing time claimed by the signer, in whole seconds since 1970 UTC. `x5c` holds certificates in DER,
    the signer's first, each issued by the next; with one, `x5t#S256` (its digest) is a member too.
    """

    alg: str
    kid: str
    typ: Typ
    iat: int
    x5c: tuple[bytes, ...] = ()

    def octets(self) -> bytes:
        """The one spelling of this header: members sorted, no white space."""
        members: dict[str, object] = {"alg": self.alg, "iat": self.iat, "kid": self.kid, "typ": self.typ.value}
        if self.x5c:
            # RFC 7515, 4.1.6: certificates alone are in ordinary base64, padded.
            members[_X5C] = [base64.b64encode(der).decode("ascii") for der in self.x5c]
            members[_X5T] = base64url.encode(hashlib.sha256(self.x5c[0]).digest())
        return json.dumps(members, sort_keys=True, separators=(",", ":")).encode("ascii")


def read_header(octets: bytes, signature_size: int) -> Header:
    """The header of these octets, in front of a signature of that size. Raises EnvelopeError."""
    members = _load_object(octets)
    _check_names(members)
    header = Header(
        alg=_read_alg(members["alg"]),
        kid=_read_kid(members["kid"]),
        typ=_read_typ(members["typ"]),
        iat=check_iat(members["iat"]),
        x5c=_read_x5c(members[_X5C]) if _X5C in members else (),
    )
    if header.x5c and members[_X5T] != base64url.encode(hashlib.sha256(header.x5c[0]).digest()):
        refuse("certificat", "L'empreinte de certificat de l'en-tête n'est pas celle de son premier certificat.")
    if header.octets() != octets:
        refuse("entete", "L'en-tête n'est pas écrit sous sa forme unique (membres triés, sans espace).")
    least, most = _SIGNATURE_SIZES[header.alg]
    if not least <= signature_size <= most:
        wanted = f"{least} octets" if least == most else f"de {least} à {most} octets"
        refuse("signature", f"Une signature {header.alg} fait {wanted}, celle-ci {signature_size}.")
    return header


def check_iat(value: object) -> int:
    """`value` if it can be a signing time. Raises EnvelopeError `enveloppe_iat`."""
    # A bool is an int to isinstance, and JSON's true is no time.
    if type(value) is not int or not 0 <= value <= MAX_IAT:
        refuse("iat", "L'instant de signature (iat) n'est pas un nombre entier de secondes entre 0 et 2^53-1.")
    return value


def _check_names(members: dict[str, object]) -> None:
    for name, what in _FORBIDDEN.items():
        if name in members:
            refuse("extension", f"L'en-tête apporte {what} ({name}) : aucune enveloppe de Témoin ne le fait.")
    sealed = bool(members.keys() & {_X5C, _X5T})
    expected = _SEALED_MEMBERS if sealed else _MEMBERS
    if members.keys() != expected:
        names = ", ".join(ascii(name)[:40] for name in sorted(members.keys() ^ expected)[:5])
        listed = "alg, iat, kid, typ, x5c et x5t#S256" if sealed else "alg, iat, kid et typ"
        refuse("membres", f"L'en-tête doit avoir exactement {listed} (en trop ou manquant : {names}).")


def _load_object(octets: bytes) -> dict[str, object]:
    try:
        members = json.loads(octets.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        refuse("entete", "L'en-tête n'est pas un texte JSON en UTF-8.")
    if not isinstance(members, dict):
        refuse("entete", "L'en-tête n'est pas un objet JSON.")
    if _X5C not in members and len(octets) > MAX_HEADER_CHARS * 3 // 4:
        refuse_size()
    return members


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        refuse("doublon", "L'en-tête dit deux fois la même chose : deux lecteurs pourraient ne pas lire la même.")
    return members


def _read_alg(value: object) -> str:
    if not isinstance(value, str) or value not in _SIGNATURE_SIZES:
        refuse("alg", "L'enveloppe n'est pas signée avec un algorithme admis (Ed25519, ES256, PS256 ou RS256).")
    return value


def _read_kid(value: object) -> str:
    if not isinstance(value, str) or not _KID.fullmatch(value):
        refuse("kid", "Le nom de clé (kid) n'est pas une empreinte RFC 7638 de 43 caractères.")
    return value


def _read_typ(value: object) -> Typ:
    try:
        return Typ(value)  # type: ignore[arg-type]  # any JSON value may stand here; Typ refuses all but its own
    except ValueError:
        refuse("typ", "L'enveloppe n'est pas d'un type que cette version de Témoin connaît.")


def _read_x5c(value: object) -> tuple[bytes, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_CERTIFICATES:
        refuse(
            "certificat", f"La chaîne de certificats (x5c) n'est pas une liste d'un à {MAX_CERTIFICATES} certificats."
        )
    return tuple(_read_der(one) for one in value)


def _read_der(value: object) -> bytes:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else _refuse_base64()
    except (binascii.Error, ValueError):
        _refuse_base64()


def _refuse_base64() -> NoReturn:
    """Raise EnvelopeError `enveloppe_certificat`."""
    refuse("certificat", "Un certificat de l'en-tête (x5c) n'est pas du base64.")
