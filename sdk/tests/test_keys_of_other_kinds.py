"""P-256 and RSA keys: which may be believed, how they are named, which algorithm each signs under."""

import base64

import pytest
from authorities import p256_key, rsa_key
from hypothesis import given
from hypothesis import strategies as st

from temoin_sdk.envelope import EcPublicKey, PrivateKey, PublicKey, RsaPublicKey, key_from_jwk
from temoin_sdk.envelope.carried import key_of
from temoin_sdk.envelope.otherkeys import P256_ORDER, RSA_CERTIFIED_BITS, is_low_s
from temoin_sdk.errors import EnvelopeError

# RFC 7638, section 3.1: the example of a thumbprint.
RFC_7638 = {
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3"
    "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6q"
    "MQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKn"
    "qDKgw",
    "e": "AQAB",
}
POINT = p256_key().public_key().public_numbers()
EC = EcPublicKey(POINT.x, POINT.y).to_jwk()


def b64url(number: int, size: int | None = None) -> str:
    octets = number.to_bytes(size or (number.bit_length() + 7) // 8)
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def test_rfc_7638_thumbprint() -> None:
    assert key_from_jwk(RFC_7638, RSA_CERTIFIED_BITS).kid == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_a_bare_rsa_key_of_2048_bits_is_too_short_and_a_certified_one_is_not() -> None:
    with pytest.raises(EnvelopeError) as refused:
        key_from_jwk(RFC_7638)
    assert refused.value.code == "enveloppe_cle_faible"
    assert "3072" in refused.value.message
    assert refused.value.remede


@pytest.mark.parametrize("bits", [1024, 2047, 8200])
def test_no_certificate_makes_a_short_or_endless_rsa_key_good(bits: int) -> None:
    with pytest.raises(EnvelopeError) as refused:
        RsaPublicKey((1 << bits - 1) | 1, 65537, RSA_CERTIFIED_BITS)
    assert refused.value.code == "enveloppe_cle_faible"


@pytest.mark.parametrize("e", [1, 3, 17, 65535, 65536, 65538, (1 << 64) + 1])
def test_an_exponent_that_is_small_even_or_endless_is_refused(e: int) -> None:
    with pytest.raises(EnvelopeError) as refused:
        RsaPublicKey(rsa_key(3072, "nue").public_key().public_numbers().n, e)
    assert refused.value.code == "enveloppe_cle_faible"


def test_an_even_modulus_is_refused() -> None:
    with pytest.raises(EnvelopeError):
        RsaPublicKey(1 << 3071, 65537)


@given(x=st.integers(0, 2**256 - 1), y=st.integers(0, 2**256 - 1))
def test_a_point_beside_the_curve_is_refused(x: int, y: int) -> None:
    with pytest.raises(EnvelopeError) as refused:
        EcPublicKey(x, y)
    assert refused.value.code in {"enveloppe_cle", "enveloppe_cle_non_canonique"}


def test_neither_infinity_nor_a_coordinate_beyond_p_is_a_point() -> None:
    p = 2**256 - 2**224 + 2**192 + 2**96 - 1  # the library underneath reads coordinates modulo p
    for x, y in [(0, 0), (POINT.x + p, POINT.y), (POINT.x, POINT.y + p), (POINT.x, POINT.y ^ 1)]:
        with pytest.raises(EnvelopeError):
            EcPublicKey(x, y)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"d": "AAAA"}, "enveloppe_cle_privee"),
        ({"crv": "P-384"}, "enveloppe_cle"),
        ({"alg": "ES384"}, "enveloppe_cle"),
        ({"alg": "Ed25519"}, "enveloppe_cle"),
        ({"use": "enc"}, "enveloppe_cle"),
        ({"kid": "un-autre-nom"}, "enveloppe_cle"),
        ({"x5c": []}, "enveloppe_cle"),
        ({"x": b64url(POINT.x, 33)}, "enveloppe_cle"),
        ({"x": b64url(POINT.x, 32) + "="}, "enveloppe_cle"),
        ({"y": None}, "enveloppe_cle"),
        ({"kty": "oct"}, "enveloppe_cle"),
    ],
)
def test_a_p256_jwk_that_is_not_this_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        key_from_jwk({**EC, **change})
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"p": "AAAA", "d": "AAAA"}, "enveloppe_cle_privee"),
        ({"p": "AAAA"}, "enveloppe_cle"),
        ({"alg": "RS512"}, "enveloppe_cle"),
        ({"alg": "RSA-OAEP"}, "enveloppe_cle"),
        ({"e": "AAEAAQ"}, "enveloppe_cle"),
        ({"e": ""}, "enveloppe_cle"),
        ({"n": "AA" + RFC_7638["n"]}, "enveloppe_cle"),
    ],
)
def test_an_rsa_jwk_that_is_not_this_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        key_from_jwk({**RFC_7638, **change}, RSA_CERTIFIED_BITS)
    assert refused.value.code == code


@pytest.mark.parametrize("key", [PrivateKey.generate().public, key_of(p256_key().public_key())])
def test_a_jwk_round_trips(key: PublicKey | EcPublicKey) -> None:
    assert key_from_jwk(key.to_jwk()) == key


def test_an_rsa_jwk_round_trips_whatever_floor_it_was_read_with() -> None:
    numbers = rsa_key(3072, "nue").public_key().public_numbers()
    key = RsaPublicKey(numbers.n, numbers.e)
    assert key_from_jwk(key.to_jwk()) == key_from_jwk(key.to_jwk(), RSA_CERTIFIED_BITS) == key
    assert len(key.fingerprint()) == 47


@given(r=st.integers(0, 2**256 - 1), s=st.integers(0, 2**256 - 1))
def test_of_a_signature_and_its_twin_one_at_most_is_low(r: int, s: int) -> None:
    twin = (P256_ORDER - s) % P256_ORDER
    both = [is_low_s(r.to_bytes(32) + each.to_bytes(32)) for each in (s, twin)]
    assert sum(both) == (0 < r < P256_ORDER and 0 < s < P256_ORDER)
