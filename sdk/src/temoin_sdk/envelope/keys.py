"""Ed25519 keys: what signs reports and receipts, and how two people check on the phone that they hold the same one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from temoin_sdk.envelope import base64url
from temoin_sdk.envelope.naming import NamedKey, check_jwk, check_kid, decode_member, key_error

KEY_SIZE = 32
SIGNATURE_SIZE = 64
ALGORITHM = "Ed25519"
ALGORITHMS = frozenset({ALGORITHM, "EdDSA"})
"""RFC 9864 deprecates the name EdDSA; libraries still write it, so it is read but never written."""

_P = 2**255 - 19
_JWK_MEMBERS = frozenset({"kty", "crv", "x", "kid", "alg", "use"})

# The eight points of small order of edwards25519 in every encoding a decoder may take: with the key of the neutral
# element one fixed signature verifies for every message, and proof of possession does not reveal it. Source: the points
# follow from the curve of RFC 8032 (section 5.1); same list as the low-order vectors of C2SP/CCTV, folder ed25519.
LOW_ORDER = frozenset(
    bytes.fromhex(text)
    for text in (
        "0100000000000000000000000000000000000000000000000000000000000000",  # order 1
        "0100000000000000000000000000000000000000000000000000000000000080",  # order 1, sign of x set
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # order 1, y = p + 1
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",  # order 1, y = p + 1, sign of x set
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # order 2
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",  # order 2, sign of x set
        "0000000000000000000000000000000000000000000000000000000000000000",  # order 4
        "0000000000000000000000000000000000000000000000000000000000000080",  # order 4
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # order 4, y = p
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",  # order 4, y = p
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  # order 8
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",  # order 8
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",  # order 8
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",  # order 8
    )
)


@dataclass(frozen=True)
class PublicKey(NamedKey):
    """An Ed25519 public key that is safe to believe: neither of small order nor spelled in a second way.

    Raises EnvelopeError: `enveloppe_cle` (not 32 bytes), `enveloppe_cle_faible` (small order),
    `enveloppe_cle_non_canonique` (y >= p).
    """

    octets: bytes

    def __post_init__(self) -> None:
        if len(self.octets) != KEY_SIZE:
            raise key_error(f"Une clé publique Ed25519 fait 32 octets, celle-ci {len(self.octets)}.", "enveloppe_cle")
        if self.octets in LOW_ORDER:
            raise key_error(
                "Cette clé publique est un point d'ordre faible : n'importe qui peut signer à sa place.",
                "enveloppe_cle_faible",
                "Ne jamais inscrire cette clé ; demander une nouvelle clé, créée par Témoin.",
            )
        if int.from_bytes(self.octets, "little") & (2**255 - 1) >= _P:
            raise key_error("Cette clé publique n'est pas écrite sous sa forme unique.", "enveloppe_cle_non_canonique")

    @property
    def algorithms(self) -> frozenset[str]:
        """What a header may call a signature of this key."""
        return ALGORITHMS

    @property
    def signature_size(self) -> int:
        """In octets."""
        return SIGNATURE_SIZE

    def _value(self) -> Mapping[str, str]:
        return {"kty": "OKP", "crv": "Ed25519", "x": base64url.encode(self.octets)}

    def to_jwk(self) -> dict[str, str]:
        """The public JWK (RFC 8037) to hand to whoever must believe this key."""
        return {**self._value(), "kid": self.kid, "alg": ALGORITHM, "use": "sig"}

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object]) -> Self:
        """Read a public JWK; a private one is refused by name, because it should never have travelled."""
        check_jwk(jwk, _JWK_MEMBERS, ALGORITHMS)
        if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
            raise key_error("Cette clé publique n'est pas une clé Ed25519 (kty OKP, crv Ed25519).", "enveloppe_cle")
        key = cls(decode_member(jwk, "x"))
        check_kid(jwk, key)
        return key

    def verify(self, signature: bytes, message: bytes, alg: str = ALGORITHM) -> bool:
        """Whether `signature` is this key's for `message` (RFC 8032, pure Ed25519), whichever of its names `alg` is."""
        if alg not in ALGORITHMS:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.octets).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class PrivateKey:
    """An Ed25519 private key; its text form never shows it."""

    secret: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """A new key from the system's random source."""
        return cls(Ed25519PrivateKey.generate())

    @property
    def algorithm(self) -> str:
        """What its envelopes are headed with."""
        return ALGORITHM

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """A bare key travels with none."""
        return ()

    @cached_property
    def public(self) -> PublicKey:
        """The half that may travel."""
        return PublicKey(self.secret.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """64 bytes (RFC 8032, pure Ed25519, deterministic)."""
        return self.secret.sign(message)
