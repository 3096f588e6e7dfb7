"""Public vectors, read from a folder that `TEMOIN_VECTEURS` names: they are not in this repository.

Expected in it: `wycheproof/` (a clone of C2SP/wycheproof, or its `testvectors_v1`), `rfc8037.txt` and `rfc7515.txt` as
their editor publishes them. What is absent is skipped, by name.
"""

import base64
import binascii
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk.envelope import EcPublicKey, Key, PublicKey, RsaPublicKey, key_from_jwk, parse_header
from temoin_sdk.envelope.otherkeys import P256_ORDER, RSA_CERTIFIED_BITS
from temoin_sdk.errors import EnvelopeError

FOLDER = os.environ.get("TEMOIN_VECTEURS")
pytestmark = pytest.mark.skipif(FOLDER is None, reason="TEMOIN_VECTEURS names no folder of public vectors")


def find(*names: str) -> Path:
    for name in names:
        path = Path(FOLDER or "") / name
        if path.exists():
            return path
    pytest.skip(f"{names[0]} is not in the folder of vectors")


def groups(name: str) -> list[dict[str, Any]]:
    path = find(f"wycheproof/testvectors_v1/{name}", f"wycheproof/{name}", name)
    found: list[dict[str, Any]] = json.loads(path.read_bytes())["testGroups"]
    return found


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_ed25519() -> None:
    checked = 0
    for group in groups("ed25519_test.json"):
        key = PublicKey(bytes.fromhex(group["publicKey"]["pk"]))
        for case in group["tests"]:
            right = key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
            assert right == (case["result"] == "valid"), case
            checked += 1
    assert checked > 100


def test_p256_in_its_only_spelling() -> None:
    checked = 0
    for group in groups("ecdsa_secp256r1_sha256_p1363_test.json"):
        octets = bytes.fromhex(group["publicKey"]["uncompressed"])
        key = EcPublicKey(int.from_bytes(octets[1:33]), int.from_bytes(octets[33:]))
        for case in group["tests"]:
            signature, message = bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"])
            low = len(signature) == 64 and int.from_bytes(signature[32:]) <= P256_ORDER // 2
            assert key.verify(signature, message) == (case["result"] == "valid" and low), case
            if case["result"] == "valid" and not low:
                s = P256_ORDER - int.from_bytes(signature[32:])
                assert key.verify(signature[:32] + s.to_bytes(32), message), case
            checked += 1
    assert checked > 100


@pytest.mark.parametrize(
    ("name", "alg"),
    [("rsa_pss_2048_sha256_mgf1_32_test.json", "PS256"), ("rsa_signature_2048_sha256_test.json", "RS256")],
)
def test_rsa(name: str, alg: str) -> None:
    checked = 0
    for group in groups(name):
        public = group["publicKey"]
        try:
            key = RsaPublicKey(int(public["modulus"], 16), int(public["publicExponent"], 16), RSA_CERTIFIED_BITS)
        except EnvelopeError:
            continue  # a small exponent: refused before any signature is
        for case in group["tests"]:
            right = key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]), alg)
            # "acceptable" is what a lenient verifier may take: a strict one need not.
            assert right == (case["result"] == "valid") or case["result"] == "acceptable", case
            checked += 1
    assert checked > 50


def test_no_invalid_signature_of_the_jws_vectors_verifies() -> None:
    checked = 0
    for group in groups("json_web_signature_test.json"):
        key = read_key(group.get("public") or group.get("private") or {})
        for case in group["tests"]:
            checked += 1
            token = case["jws"]
            if not isinstance(token, str) or key is None:
                continue
            with pytest.raises(EnvelopeError):  # none has our members: no envelope of ours is among them
                parse_header(token)
            if case["result"] == "invalid":
                assert not primitive(token, key), case["comment"]
    assert checked > 50


def read_key(jwk: dict[str, Any]) -> Key | None:
    known = ("kty", "crv", "x", "y", "n", "e", "alg", "use")
    try:
        return key_from_jwk({name: jwk[name] for name in known if name in jwk}, RSA_CERTIFIED_BITS)
    except EnvelopeError:
        return None


def primitive(token: str, key: Key) -> bool:
    """The signature alone, under the one algorithm that the header names, if it is of the key's kind."""
    parts = token.split(".")
    try:
        header = json.loads(decoded(parts[0]))
        signature = decoded(parts[2])
    except (ValueError, IndexError, binascii.Error):
        return False
    if len(parts) != 3 or not isinstance(header, dict) or header.get("alg") not in key.algorithms:
        return False
    return not header.keys() & {"crit", "b64"} and key.verify(
        signature, token.rpartition(".")[0].encode(), header["alg"]
    )


def test_rfc_8037_annex_a4() -> None:
    text = unfolded(find("rfc8037.txt").read_text("utf-8"))
    jwk = next(one for one in objects(text) if one.get("crv") == "Ed25519" and "d" not in one)
    token = re.search(r"eyJhbGciOiJFZERTQSJ9\.[\w-]+\.[\w-]{86}", text)
    assert token is not None
    key = key_from_jwk(jwk)
    head, _, signature = token.group().rpartition(".")
    assert key.verify(decoded(signature), head.encode(), "EdDSA")


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_rfc_7515_annex_a(alg: str) -> None:
    text = unfolded(find("rfc7515.txt").read_text("utf-8"))
    kty = "RSA" if alg == "RS256" else "EC"
    keys = [one for one in objects(text) if one.get("kty") == kty]
    head = base64.urlsafe_b64encode(json.dumps({"alg": alg}, separators=(",", ":")).encode()).rstrip(b"=").decode()
    found = re.findall(rf"{head}\.[\w-]+\.[\w-]{{86,342}}", text)
    assert found
    for token in found:
        signed, _, signature = token.rpartition(".")
        tried = [read_key(jwk) for jwk in keys]
        assert any(key is not None and verify_either(key, decoded(signature), signed.encode(), alg) for key in tried)


def verify_either(key: Key, signature: bytes, signed: bytes, alg: str) -> bool:
    """The RFC does not ask for low s: its example may be the twin that we refuse."""
    if key.verify(signature, signed, alg):
        return True
    s = P256_ORDER - int.from_bytes(signature[32:64])
    return alg == "ES256" and key.verify(signature[:32] + s.to_bytes(32), signed, alg)


def unfolded(text: str) -> str:
    """The text without the page breaks and line ends that cut values of examples."""
    lines = [line for line in text.splitlines() if not re.match(r"(?:\x0c|RFC \d+ |Jones, et al|Liusvaara )", line)]
    return re.sub(r"\s+", "", "\n".join(lines))


def objects(text: str) -> list[dict[str, Any]]:
    found = []
    for match in re.finditer(r'\{"kty":.*?\}', text):
        try:
            found.append(json.loads(match.group()))
        except ValueError:
            continue
    return found
