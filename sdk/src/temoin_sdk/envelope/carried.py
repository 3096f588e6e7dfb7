"""The key of the certificate a header carries: the signature can be checked with it, and nothing more is known."""

from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from temoin_sdk.envelope.header import Header
from temoin_sdk.envelope.keys import PublicKey
from temoin_sdk.envelope.naming import key_error
from temoin_sdk.envelope.otherkeys import RSA_CERTIFIED_BITS, EcPublicKey, Key, RsaPublicKey
from temoin_sdk.envelope.refusing import refuse

_KEPT: Final = 256


def carried_key(header: Header) -> Key:
    """The key of the first certificate, once `kid` names it.

    Raises EnvelopeError `enveloppe_certificat` (unreadable, or of another key than `kid` says), `enveloppe_cle…`.
    """
    key = certified_key(header.x5c[0])
    if key.kid != header.kid:
        refuse("certificat", "Le certificat de l'en-tête est celui d'une autre clé que celle que nomme « kid ».")
    return key


@lru_cache(maxsize=_KEPT)
def certified_key(der: bytes) -> Key:
    """The key of a certificate in DER. Raises EnvelopeError `enveloppe_certificat`, `enveloppe_cle…`."""
    try:
        public = x509.load_der_x509_certificate(der).public_key()
    except (ValueError, UnsupportedAlgorithm):
        refuse("certificat", "Un certificat de l'en-tête (x5c) n'est pas un certificat X.509 lisible.")
    return key_of(public)


def key_of(public: object) -> Key:
    """The key behind an object of `cryptography`. Raises EnvelopeError `enveloppe_cle…`: not one to believe."""
    match public:
        case RSAPublicKey():
            numbers = public.public_numbers()
            return RsaPublicKey(numbers.n, numbers.e, RSA_CERTIFIED_BITS)
        case EllipticCurvePublicKey(curve=SECP256R1()):
            point = public.public_numbers()
            return EcPublicKey(point.x, point.y)
        case Ed25519PublicKey():
            return PublicKey(public.public_bytes_raw())
        case _:
            raise key_error("La clé de ce certificat n'est ni RSA, ni P-256, ni Ed25519.", "enveloppe_cle")
