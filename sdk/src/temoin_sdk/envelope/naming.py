"""How a public key is named: by its thumbprint in envelopes, by digits on the phone."""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property

from temoin_sdk.envelope import base64url
from temoin_sdk.errors import EnvelopeError

_FINGERPRINT_GROUPS = 8
_FINGERPRINT_GROUP_DIGITS = 5


class NamedKey:
    """What all public keys share; each says which members of its JWK make its value."""

    def _value(self) -> Mapping[str, str]:
        raise NotImplementedError

    @cached_property
    def kid(self) -> str:
        """RFC 7638 thumbprint (SHA-256, base64url, 43 characters): the name of this key in every envelope."""
        return base64url.encode(self._thumbprint)

    @cached_property
    def _thumbprint(self) -> bytes:
        text = json.dumps(self._value(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).digest()

    def fingerprint(self) -> str:
        """The thumbprint as eight groups of five digits, for two people to compare on the phone.

        Digits, because the names of hexadecimal letters rhyme in French (b, c, d, e); forty of them are 132 bits,
        beyond any search for a second key with the same ones.
        """
        size = _FINGERPRINT_GROUPS * _FINGERPRINT_GROUP_DIGITS
        digits = f"{int.from_bytes(self._thumbprint) % 10**size:0{size}d}"
        step = _FINGERPRINT_GROUP_DIGITS
        return " ".join(digits[start : start + step] for start in range(0, size, step))


def key_error(message: str, code: str, remede: str | None = None) -> EnvelopeError:
    """A key that must not be believed, with what its owner can do."""
    return EnvelopeError(
        message,
        remede=remede or "Demander à son propriétaire d'exporter de nouveau sa clé publique avec Témoin.",
        code=code,
    )


def check_jwk(jwk: Mapping[str, object], known: frozenset[str], algorithms: frozenset[str]) -> None:
    """What holds for a public JWK of any kind. Raises EnvelopeError `enveloppe_cle_privee`, `enveloppe_cle`."""
    if "d" in jwk:
        raise key_error(
            "Ce fichier contient une clé privée : elle ne doit jamais quitter l'installation qui l'a créée.",
            "enveloppe_cle_privee",
            "Considérer cette clé comme divulguée : en créer une autre et n'envoyer que sa partie publique.",
        )
    unknown = sorted(set(jwk) - known)
    if unknown:
        raise key_error(f"Clé publique : membre inconnu « {unknown[0]} ».", "enveloppe_cle")
    if jwk.get("alg", min(algorithms)) not in algorithms or jwk.get("use", "sig") != "sig":
        raise key_error("Cette clé publique est destinée à un autre usage que la signature.", "enveloppe_cle")


def check_kid(jwk: Mapping[str, object], key: NamedKey) -> None:
    """A JWK may name its key, by its own thumbprint alone. Raises EnvelopeError `enveloppe_cle`."""
    if jwk.get("kid", key.kid) != key.kid:
        raise key_error("Le nom (kid) de cette clé publique n'est pas celui de sa valeur.", "enveloppe_cle")


def decode_member(jwk: Mapping[str, object], name: str) -> bytes:
    """The octets of one member. Raises EnvelopeError `enveloppe_cle`."""
    value = jwk.get(name)
    try:
        if isinstance(value, str):
            return base64url.decode(value)
    except ValueError:
        pass
    raise key_error(f"La valeur {name} de cette clé publique n'est pas du base64url canonique.", "enveloppe_cle")
