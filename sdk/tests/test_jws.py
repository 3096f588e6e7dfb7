"""Envelopes: what is signed is verified, and one meaning has one spelling."""

import base64
import hashlib
import json
import string
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as joserfc_jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from temoin_sdk.envelope import Header, PrivateKey, PublicKey, Typ, empreinte, parse_header, sign, verify
from temoin_sdk.envelope.jws import MAX_TOKEN_CHARS
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
    )


NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def corpus_key() -> PublicKey:
    return PublicKey.from_jwk(json.loads((CASES / "cle.jwk").read_text(encoding="utf-8")))


def joserfc_key(key: PublicKey, **private: str) -> OKPKey:
    """Without `alg`, which joserfc would pin to one of its two names."""
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": key.to_jwk()["x"], **private})


def joserfc_payload(token: str, key: PublicKey) -> bytes | None:
    """What a common JOSE library reads in this token, None if it refuses."""
    registry = JWSRegistry(algorithms=["Ed25519", "EdDSA"], strict_check_header=False)
    try:
        return joserfc_jws.deserialize_compact(token, joserfc_key(key), registry=registry).payload
    except (JoseError, ValueError):
        return None


@pytest.mark.parametrize("name", NAMES)
def test_corpus(name: str, corpus_key: PublicKey) -> None:
    case = load_case(name)
    assert name.endswith("_fail") == (case.code is not None)
    assert case.pourquoi
    if case.code is None:
        verified = verify(case.jeton, corpus_key, case.typ)
        assert joserfc_payload(case.jeton, corpus_key) == verified.payload
        return
    with pytest.raises(EnvelopeError) as refused:
        verify(case.jeton, corpus_key, case.typ)
    assert refused.value.code == case.code, case.pourquoi
    assert refused.value.remede
    assert refused.value.exit_code == ExitCode.PREUVE


@pytest.mark.parametrize("name", NAMES)
def test_corpus_headers_before_any_key_is_known(name: str) -> None:
    case = load_case(name)
    if case.syntaxe_valide:
        assert parse_header(case.jeton).alg in {"Ed25519", "EdDSA"}
        return
    with pytest.raises(EnvelopeError) as refused:
        parse_header(case.jeton)
    assert refused.value.code == case.code, case.pourquoi


@pytest.mark.parametrize("name", [name for name in NAMES if load_case(name).signature_valide])
def test_corpus_signatures_are_right_where_another_rule_is_meant(name: str, corpus_key: PublicKey) -> None:
    header, payload, signature = load_case(name).jeton.split(".")[:3]
    octets = base64.urlsafe_b64decode(signature.strip().rstrip("=").translate(str.maketrans("+/", "-_")) + "==")
    key = Ed25519PublicKey.from_public_bytes(corpus_key.octets)
    key.verify(octets, f"{header}.{payload}".encode())


def test_corpus_holds_signatures_that_a_common_library_accepts_and_we_refuse(corpus_key: PublicKey) -> None:
    accepted = {
        name
        for name in NAMES
        if name.endswith("_fail") and joserfc_payload(load_case(name).jeton, corpus_key) is not None
    }
    assert {
        "alg_en_double_fail",
        "crit_vide_fail",
        "entete_espaces_fail",
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
