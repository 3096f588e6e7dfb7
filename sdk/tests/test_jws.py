"""Envelopes: what is signed is verified, and one meaning has one spelling."""

import base64
import hashlib
import json
import string
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as joserfc_jws
from joserfc.jws import JWSRegistry
from oracles import joserfc_key, joserfc_payload

from temoin_sdk.envelope import (
    EcPublicKey,
    Header,
    Key,
    PrivateKey,
    PublicKey,
    RsaPublicKey,
    Typ,
    empreinte,
    key_from_jwk,
    parse_header,
    sign,
    verify,
)
from temoin_sdk.envelope.jws import MAX_TOKEN_CHARS
from temoin_sdk.envelope.otherkeys import RSA_CERTIFIED_BITS
from temoin_sdk.errors import EnvelopeError, ExitCode

# The old name is read on purpose (RFC 8037 libraries write it); joserfc warns about it.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")

CASES = Path(__file__).parent / "jws_cases"
ALPHABET = string.ascii_letters + string.digits + "-_"
KEY = PrivateKey(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"une cle de test").digest()))
IAT = 1_795_334_400
TOKEN = sign(b'{"numero":1}', KEY, Typ.RAPPORT, IAT)


@dataclass(frozen=True)
class Case:
    jeton: str
    pourquoi: str
    typ: Typ
    code: str | None
    signature_valide: bool
    syntaxe_valide: bool
    cle: Key


def load_key(name: str) -> Key:
    # The key of a certificate may be shorter than a bare one.
    return key_from_jwk(json.loads((CASES / name).read_text(encoding="utf-8")), floor=RSA_CERTIFIED_BITS)


def load_case(name: str) -> Case:
    cas = tomllib.loads((CASES / name / "cas.toml").read_text(encoding="utf-8"))
    jeton = (CASES / name / "jeton.jws").read_bytes().decode("utf-8")
    code = cas.get("code")
    return Case(
        jeton=jeton,
        pourquoi=cas["pourquoi"],
        typ=Typ[cas.get("typ", "RAPPORT")],
        code=code,
        signature_valide=cas.get("signature_valide", True),
        syntaxe_valide=cas.get("syntaxe_valide", code is None),
        cle=load_key(cas.get("cle", "cle.jwk")),
    )


NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", NAMES)
def test_corpus(name: str) -> None:
    case = load_case(name)
    assert name.endswith("_fail") == (case.code is not None)
    assert case.pourquoi
    if case.code is None:
        verified = verify(case.jeton, case.cle, case.typ)
        assert joserfc_payload(case.jeton, case.cle) == verified.payload
        return
    with pytest.raises(EnvelopeError) as refused:
        verify(case.jeton, case.cle, case.typ)
    assert refused.value.code == case.code, case.pourquoi
    assert refused.value.remede
    assert refused.value.exit_code == ExitCode.PREUVE


@pytest.mark.parametrize("name", NAMES)
def test_corpus_headers_before_any_key_is_known(name: str) -> None:
    case = load_case(name)
    if case.syntaxe_valide:
        assert parse_header(case.jeton).alg in {"Ed25519", "EdDSA", "ES256", "PS256", "RS256"}
        return
    with pytest.raises(EnvelopeError) as refused:
        parse_header(case.jeton)
    assert refused.value.code == case.code, case.pourquoi


@pytest.mark.parametrize("name", [name for name in NAMES if load_case(name).signature_valide])
def test_corpus_signatures_are_right_where_another_rule_is_meant(name: str) -> None:
    case = load_case(name)
    header, payload, signature = case.jeton.split(".")[:3]
    octets = base64.urlsafe_b64decode(signature.strip().rstrip("=").translate(str.maketrans("+/", "-_")) + "==")
    check_signature(case.cle, octets, f"{header}.{payload}".encode())


def check_signature(key: Key, signature: bytes, signed: bytes) -> None:
    """By `cryptography` alone, under any algorithm of this kind of key. Raises InvalidSignature."""
    match key:
        case PublicKey():
            Ed25519PublicKey.from_public_bytes(key.octets).verify(signature, signed)
        case EcPublicKey():
            r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
            key.public.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
        case RsaPublicKey():
            try:
                key.public.verify(signature, signed, padding.PKCS1v15(), SHA256())
            except InvalidSignature:
                key.public.verify(signature, signed, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())


def test_corpus_holds_signatures_that_a_common_library_accepts_and_we_refuse() -> None:
    accepted = {
        name
        for name in NAMES
        if name.endswith("_fail") and joserfc_payload(load_case(name).jeton, load_case(name).cle) is not None
    }
    assert {
        "alg_en_double_fail",
        "cachet_autre_cle_fail",
        "cachet_sigt_fail",
        "crit_vide_fail",
        "entete_espaces_fail",
        "es256_s_haut_fail",
        "kid_autre_cle_fail",
        "typ_autre_usage_fail",
    } <= accepted


@given(payload=st.binary(max_size=200), typ=st.sampled_from(Typ), iat=st.integers(0, 2**53 - 1))
def test_what_is_signed_is_verified(payload: bytes, typ: Typ, iat: int) -> None:
    token = sign(payload, KEY, typ, iat)
    verified = verify(token, KEY.public, typ)
    assert verified.payload == payload
    assert verified.header == parse_header(token) == Header("Ed25519", KEY.public.kid, typ, iat)
    assert verified.empreinte_charge == hashlib.sha256(payload).hexdigest()
    assert verified.empreinte_jws == hashlib.sha256(token.encode()).hexdigest() == empreinte(token.encode())


@given(payload=st.binary(max_size=200), typ=st.sampled_from(Typ))
def test_a_common_library_verifies_what_we_sign(payload: bytes, typ: Typ) -> None:
    token = sign(payload, KEY, typ, IAT)
    assert joserfc_payload(token, KEY.public) == payload


@given(payload=st.binary(max_size=200), typ=st.sampled_from(Typ), alg=st.sampled_from(["Ed25519", "EdDSA"]))
def test_we_verify_what_a_common_library_signs(payload: bytes, typ: Typ, alg: str) -> None:
    header = {"alg": alg, "iat": IAT, "kid": KEY.public.kid, "typ": typ.value}
    private = joserfc_key(KEY.public, d=raw_text(KEY.secret.private_bytes_raw()))
    registry = JWSRegistry(algorithms=[alg], strict_check_header=False)
    token = joserfc_jws.serialize_compact(header, payload, private, registry=registry)
    assert verify(token, KEY.public, typ).payload == payload


def raw_text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


@given(
    position=st.integers(0, len(TOKEN) - 1), character=st.sampled_from(ALPHABET + ".=+/ \n\té\x00") | st.characters()
)
def test_no_character_can_be_changed(position: int, character: str) -> None:
    changed = TOKEN[:position] + character + TOKEN[position + 1 :]
    if changed != TOKEN:
        with pytest.raises(EnvelopeError):
            verify(changed, KEY.public, Typ.RAPPORT)


@given(position=st.integers(0, len(TOKEN)), character=st.sampled_from(ALPHABET + ".=\n") | st.characters())
def test_no_character_can_be_added(position: int, character: str) -> None:
    with pytest.raises(EnvelopeError):
        verify(TOKEN[:position] + character + TOKEN[position:], KEY.public, Typ.RAPPORT)


@pytest.mark.parametrize("position", range(len(TOKEN)))
def test_no_character_can_be_removed(position: int) -> None:
    with pytest.raises(EnvelopeError):
        verify(TOKEN[:position] + TOKEN[position + 1 :], KEY.public, Typ.RAPPORT)


@pytest.mark.parametrize("payload", [b"a", b"ab", b"abc"])
def test_the_last_character_of_each_part_has_no_twin(payload: bytes) -> None:
    token = sign(payload, KEY, Typ.RAPPORT, IAT)
    first = token.index(".")
    for end in (first - 1, token.index(".", first + 1) - 1, len(token) - 1):
        for character in set(ALPHABET) - {token[end]}:
            with pytest.raises(EnvelopeError):
                verify(token[:end] + character + token[end + 1 :], KEY.public, Typ.RAPPORT)


def test_a_report_is_no_receipt() -> None:
    with pytest.raises(EnvelopeError) as refused:
        verify(TOKEN, KEY.public, Typ.RECU)
    assert refused.value.code == "enveloppe_typ"


def test_another_key_is_refused_by_its_name() -> None:
    with pytest.raises(EnvelopeError) as refused:
        verify(TOKEN, PrivateKey.generate().public, Typ.RAPPORT)
    assert refused.value.code == "enveloppe_kid"


def test_parse_header_believes_nothing_but_checks_the_syntax() -> None:
    unsigned = TOKEN[: TOKEN.rindex(".") + 1] + raw_text(bytes(64))
    assert parse_header(unsigned).kid == KEY.public.kid
    with pytest.raises(EnvelopeError) as refused:
        parse_header(unsigned + "=")
    assert refused.value.code == "enveloppe_base64"


@pytest.mark.parametrize("iat", [True, -1, 2**53, 1.0, "1", None])
def test_no_impossible_instant_is_signed(iat: object) -> None:
    with pytest.raises(EnvelopeError) as refused:
        sign(b"{}", KEY, Typ.RAPPORT, iat)  # type: ignore[arg-type]  # a caller without mypy
    assert refused.value.code == "enveloppe_iat"


def test_a_huge_text_is_refused_before_it_is_read() -> None:
    with pytest.raises(EnvelopeError) as refused:
        verify("." * (MAX_TOKEN_CHARS + 1), KEY.public, Typ.RAPPORT)
    assert refused.value.code == "enveloppe_taille"


def test_what_would_be_too_large_to_verify_is_not_signed() -> None:
    with pytest.raises(EnvelopeError) as refused:
        sign(bytes(MAX_TOKEN_CHARS * 3 // 4), KEY, Typ.RAPPORT, IAT)
    assert refused.value.code == "enveloppe_taille"


def test_the_largest_payload_of_a_report_fits() -> None:
    payload = bytes(8 * 1024 * 1024)
    assert verify(sign(payload, KEY, Typ.RAPPORT, IAT), KEY.public, Typ.RAPPORT).payload == payload


def test_the_spelling_of_a_token_does_not_move() -> None:
    # Reports are kept for years: what a key signs today must be spelled the same by every later version.
    expected = load_case("rapport").jeton
    seed = base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")  # RFC 8037, annex A.1
    key = PrivateKey(Ed25519PrivateKey.from_private_bytes(seed))
    payload = '{"ej":"010000024","note":"exemple fictif, été"}'.encode()
    assert sign(payload, key, Typ.RAPPORT, IAT) == expected


def test_a_lone_surrogate_in_a_member_name_is_refused_and_can_be_said() -> None:
    parts = (rb'{"\ud800":1}', b"{}", bytes(64))
    token = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
    with pytest.raises(EnvelopeError) as refused:
        parse_header(token)
    assert refused.value.phrase().encode()
