"""P-256 and RSA public keys: those of organisations' certificates, and of who has no Ed25519.

Each verifies under the algorithms of its own kind alone, and takes one spelling of a signature: for ES256 the one with
low s (anybody can turn a signature into its twin), for PS256 the one whose salt is as long as the digest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from temoin_sdk.envelope import base64url
from temoin_sdk.envelope.keys import PublicKey
from temoin_sdk.envelope.naming import NamedKey, check_jwk, check_kid, decode_member, key_error

P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""FIPS 186-4, D.1.2.3."""

_P256_FIELD: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1

ES256: Final = "ES256"
PS256: Final = "PS256"
RS256: Final = "RS256"
RSA_BITS: Final = 3072
"""The least a bare RSA key has."""
RSA_CERTIFIED_BITS: Final = 2048
"""The least a certified one has: IGC-Santé issues no longer ones to organisations, and renews them."""
RSA_MAX_BITS: Final = 8192

_COORDINATE: Final = 32
_EC_MEMBERS: Final = frozenset({"kty", "crv", "x", "y", "kid", "alg", "use"})
_RSA_MEMBERS: Final = frozenset({"kty", "n", "e", "kid", "alg", "use"})
_EC_ALGORITHMS: Final = frozenset({ES256})
_RSA_ALGORITHMS: Final = frozenset({PS256, RS256})
_E_MIN: Final = 65537
_E_MAX_BITS: Final = 64
"""OpenSSL takes no longer exponent with a long modulus."""
_PKCS1: Final = padding.PKCS1v15()
_PSS: Final = padding.PSS(padding.MGF1(SHA256()), salt_length=SHA256.digest_size)


@dataclass(frozen=True)
class EcPublicKey(NamedKey):
    """A point of P-256, not at infinity. Raises EnvelopeError: `enveloppe_cle` (x, y is no point of the
    curve), `enveloppe_cle_non_canonique` (a coordinate beyond the field)."""

    x: int
    y: int

    def __post_init__(self) -> None:
        if max(self.x, self.y) >= _P256_FIELD:
            raise key_error("Cette clé publique n'est pas écrite sous sa forme unique.", "enveloppe_cle_non_canonique")
        try:
            self.public.curve  # noqa: B018 - building it is what checks the equation of the curve
        except ValueError as error:
            raise key_error("Cette clé publique n'est pas un point de la courbe P-256.", "enveloppe_cle") from error

    @cached_property
    def public(self) -> ec.EllipticCurvePublicKey:
        """For `cryptography`."""
        return ec.EllipticCurvePublicNumbers(self.x, self.y, ec.SECP256R1()).public_key()

    @property
    def algorithms(self) -> frozenset[str]:
        """What a header may call a signature of this key."""
        return _EC_ALGORITHMS

    @property
    def signature_size(self) -> int:
        """In octets: r and s."""
        return 2 * _COORDINATE

    def _value(self) -> Mapping[str, str]:
        x, y = (base64url.encode(one.to_bytes(_COORDINATE)) for one in (self.x, self.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def to_jwk(self) -> dict[str, str]:
        """The public JWK (RFC 7518, 6.2) to hand to whoever must believe this key."""
        return {**self._value(), "kid": self.kid, "alg": ES256, "use": "sig"}

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object]) -> Self:
        """Read a public JWK, each coordinate 32 octets. Raises EnvelopeError `enveloppe_cle…`."""
        check_jwk(jwk, _EC_MEMBERS, _EC_ALGORITHMS)
        if (jwk.get("kty"), jwk.get("crv")) != ("EC", "P-256"):
            raise key_error("Cette clé publique n'est pas une clé P-256 (kty EC, crv P-256).", "enveloppe_cle")
        x, y = (decode_member(jwk, name) for name in ("x", "y"))
        if (len(x), len(y)) != (_COORDINATE, _COORDINATE):
            raise key_error("Une coordonnée de P-256 fait 32 octets.", "enveloppe_cle")
        key = cls(int.from_bytes(x), int.from_bytes(y))
        check_kid(jwk, key)
        return key

    def verify(self, signature: bytes, message: bytes, alg: str = ES256) -> bool:
        """Whether `signature` (r then s, 32 octets each) is this key's for `message`, in its only spelling."""
        if alg not in _EC_ALGORITHMS or not is_low_s(signature):
            return False
        r, s = split_signature(signature)
        try:
            self.public.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class RsaPublicKey(NamedKey):
    """An RSA key of a size and an exponent that may be believed.

    Raises EnvelopeError `enveloppe_cle_faible`: under `floor` bits (or over 8 192); e even, under 65 537, over 64 bits.
    """

    n: int
    e: int
    floor: int = field(default=RSA_BITS, compare=False)

    def __post_init__(self) -> None:
        bits = self.n.bit_length()
        if not self.floor <= bits <= RSA_MAX_BITS or self.n % 2 == 0:
            raise key_error(
                f"Une clé RSA doit faire de {self.floor} à {RSA_MAX_BITS} bits (et n être impair) ; ici, {bits}.",
                "enveloppe_cle_faible",
                "Signer avec une clé plus longue, ou avec la clé Ed25519 que Témoin crée.",
            )
        if self.e < _E_MIN or self.e % 2 == 0 or self.e.bit_length() > _E_MAX_BITS:
            raise key_error(
                f"L'exposant d'une clé RSA doit être impair et valoir au moins {_E_MIN}.",
                "enveloppe_cle_faible",
                "Faire créer une nouvelle clé avec l'exposant ordinaire, 65537.",
            )

    @cached_property
    def public(self) -> rsa.RSAPublicKey:
        """For `cryptography`."""
        return rsa.RSAPublicNumbers(self.e, self.n).public_key()

    @property
    def algorithms(self) -> frozenset[str]:
        """What a header may call a signature of this key."""
        return _RSA_ALGORITHMS

    @property
    def signature_size(self) -> int:
        """In octets: as long as the modulus."""
        return (self.n.bit_length() + 7) // 8

    def _value(self) -> Mapping[str, str]:
        n, e = (base64url.encode(one.to_bytes((one.bit_length() + 7) // 8)) for one in (self.n, self.e))
        return {"kty": "RSA", "n": n, "e": e}

    def to_jwk(self) -> dict[str, str]:
        """The public JWK (RFC 7518, 6.3), without `alg`: the key serves under both of its algorithms."""
        return {**self._value(), "kid": self.kid, "use": "sig"}

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object], floor: int = RSA_BITS) -> Self:
        """Read a public JWK, n and e without leading zero. Raises EnvelopeError `enveloppe_cle…`."""
        check_jwk(jwk, _RSA_MEMBERS, _RSA_ALGORITHMS)
        if jwk.get("kty") != "RSA":
            raise key_error("Cette clé publique n'est pas une clé RSA (kty RSA).", "enveloppe_cle")
        n, e = (decode_member(jwk, name) for name in ("n", "e"))
        if n[:1] in (b"", b"\0") or e[:1] in (b"", b"\0"):
            raise key_error("Les nombres n et e de cette clé s'écrivent sans zéro devant.", "enveloppe_cle")
        key = cls(int.from_bytes(n), int.from_bytes(e), floor)
        check_kid(jwk, key)
        return key

    def verify(self, signature: bytes, message: bytes, alg: str) -> bool:
        """Whether `signature` is this key's for `message` under `alg` (PS256 or RS256)."""
        if alg not in _RSA_ALGORITHMS or len(signature) != self.signature_size:
            return False
        try:
            self.public.verify(signature, message, _PSS if alg == PS256 else _PKCS1, SHA256())
        except InvalidSignature:
            return False
        return True


Key = PublicKey | EcPublicKey | RsaPublicKey
"""A public key of any kind that may be believed."""


def key_from_jwk(jwk: Mapping[str, object], floor: int = RSA_BITS) -> Key:
    """The key of this JWK, whichever kind it is; `floor` for RSA, in bits. Raises EnvelopeError `enveloppe_cle…`."""
    match jwk.get("kty"):
        case "EC":
            return EcPublicKey.from_jwk(jwk)
        case "RSA":
            return RsaPublicKey.from_jwk(jwk, floor)
    return PublicKey.from_jwk(jwk)


def split_signature(signature: bytes) -> tuple[int, int]:
    """r and s of an ES256 signature."""
    return int.from_bytes(signature[:_COORDINATE]), int.from_bytes(signature[_COORDINATE:])


def is_low_s(signature: bytes) -> bool:
    """Whether this is 64 octets, r and s in their range, and s in its lower half: the twin n - s is refused."""
    r, s = split_signature(signature)
    return len(signature) == 2 * _COORDINATE and 0 < r < P256_ORDER and 0 < s <= P256_ORDER // 2
