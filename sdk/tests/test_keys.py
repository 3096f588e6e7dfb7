"""Ed25519 keys: what may be believed, how it is named, and how it is kept on disk."""

import base64
import errno
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from temoin_sdk.envelope import (
    PrivateKey,
    PublicKey,
    read_private_key,
    read_secret,
    write_private_key,
    write_secret,
)
from temoin_sdk.envelope.keys import LOW_ORDER
from temoin_sdk.errors import EnvelopeError, KeyFileError, StorageError

# RFC 8037, annexes A.1 to A.4: published, never to be enrolled.
SEED = base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
KEY = PrivateKey(Ed25519PrivateKey.from_private_bytes(SEED))
JWK = {"kty": "OKP", "crv": "Ed25519", "x": X}

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]


def b64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def test_rfc_8037_key_and_thumbprint() -> None:
    assert KEY.public.to_jwk()["x"] == X
    assert KEY.public.kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_rfc_8037_signature() -> None:
    signed = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    expected = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    assert b64url(KEY.sign(signed)) == expected
    assert KEY.public.verify(KEY.sign(signed), signed)
    assert not KEY.public.verify(KEY.sign(signed), signed + b".")


def test_a_jwk_round_trips() -> None:
    assert PublicKey.from_jwk(KEY.public.to_jwk()) == KEY.public
    assert PublicKey.from_jwk(JWK) == KEY.public


def test_the_fingerprint_is_digits_in_groups_for_the_phone() -> None:
    assert KEY.public.fingerprint() == "34542 38724 50423 55284 15544 98940 99104 10121"
    others = [PrivateKey.generate().public.fingerprint() for _ in range(50)]
    assert {len(text) for text in others} == {8 * 5 + 7}
    assert {tuple(map(len, text.split(" "))) for text in others} == {(5,) * 8}
    assert all(text.replace(" ", "").isdecimal() for text in others)
    assert len(set(others)) == 50


def test_a_private_key_never_shows_itself() -> None:
    assert repr(KEY) == "PrivateKey()"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"d": b64url(SEED)}, "enveloppe_cle_privee"),
        ({"kty": "EC"}, "enveloppe_cle"),
        ({"crv": "X25519"}, "enveloppe_cle"),
        ({"crv": "Ed448"}, "enveloppe_cle"),
        ({"alg": "ES256"}, "enveloppe_cle"),
        ({"use": "enc"}, "enveloppe_cle"),
        ({"kid": "un-autre-nom"}, "enveloppe_cle"),
        ({"key_ops": ["sign"]}, "enveloppe_cle"),
        ({"x": X + "="}, "enveloppe_cle"),
        ({"x": X[:-1] + "p"}, "enveloppe_cle"),
        ({"x": b64url(bytes(range(31)))}, "enveloppe_cle"),
        ({"x": b64url(bytes(range(33)))}, "enveloppe_cle"),
        ({"x": 1}, "enveloppe_cle"),
        ({"x": None}, "enveloppe_cle"),
    ],
)
def test_a_jwk_that_is_not_this_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        PublicKey.from_jwk({**JWK, **change})
    assert refused.value.code == code
    assert refused.value.remede


def add(one: Point, two: Point) -> Point:
    """The addition law of edwards25519 (RFC 8032, section 5.1.4, affine)."""
    (x1, y1), (x2, y2) = one, two
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, P)
    return x % P, y % P


def times(scalar: int, point: Point) -> Point:
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def points_with(y: int) -> list[Point]:
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    for x in (root, root * pow(2, (P - 1) // 4, P) % P):
        if x * x % P == square:
            return [(x, y), (-x % P, y)]
    return []


def small_order_points() -> set[Point]:
    """All eight, from the curve itself: a point of order 8 is any point times the prime order of the base point."""
    order = 2**252 + 27742317777372353535851937790883648493
    for y in range(2, 50):
        for point in points_with(y):
            eighth = times(order, point)
            if times(4, eighth) != (0, 1):
                return {times(scalar, eighth) for scalar in range(8)}
    raise AssertionError("no point of order 8 found")


def spellings(point: Point) -> set[bytes]:
    """Every 32 bytes that some decoder takes for this point: y with or without p, sign free where x is 0."""
    x, y = point
    signs = {0, 1} if x == 0 else {x & 1}
    return {(v | sign << 255).to_bytes(32, "little") for v in (y, y + P) if v < 2**255 for sign in signs}


def test_the_list_of_low_order_keys_is_whole() -> None:
    points = small_order_points()
    assert len(points) == 8
    assert set().union(*map(spellings, points)) == LOW_ORDER


@pytest.mark.parametrize("octets", sorted(LOW_ORDER), ids=bytes.hex)
def test_a_low_order_key_is_refused(octets: bytes) -> None:
    with pytest.raises(EnvelopeError) as refused:
        PublicKey.from_jwk({**JWK, "x": b64url(octets)})
    assert refused.value.code == "enveloppe_cle_faible"


@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("excess", range(19))
def test_a_key_spelled_beyond_p_is_refused(excess: int, sign: int) -> None:
    octets = ((P + excess) | sign << 255).to_bytes(32, "little")
    with pytest.raises(EnvelopeError) as refused:
        PublicKey(octets)
    assert refused.value.code == ("enveloppe_cle_faible" if octets in LOW_ORDER else "enveloppe_cle_non_canonique")


def test_the_largest_y_below_p_that_is_not_weak_is_taken() -> None:
    PublicKey((P - 2).to_bytes(32, "little"))


@pytest.mark.parametrize("passphrase", [None, "une phrase secrète, longue & accentuée"])
def test_a_key_is_read_as_it_was_written(tmp_path: Path, passphrase: str | None) -> None:
    path = tmp_path / "cles" / "signature.pem"
    write_private_key(path, KEY, passphrase)
    assert read_private_key(path, passphrase).public == KEY.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_key_file_is_pkcs8_for_any_tool(tmp_path: Path) -> None:
    write_private_key(tmp_path / "claire.pem", KEY, None)
    write_private_key(tmp_path / "chiffree.pem", KEY, "phrase")
    claire, chiffree = (tmp_path / "claire.pem").read_bytes(), (tmp_path / "chiffree.pem").read_bytes()
    assert claire.startswith(b"-----BEGIN PRIVATE KEY-----")
    assert chiffree.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    key = load_pem_private_key(chiffree, b"phrase")
    assert isinstance(key, Ed25519PrivateKey)
    assert key.private_bytes_raw() == SEED


def test_a_wide_umask_opens_nothing(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_secret(tmp_path / "dossier" / "site.cle")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "dossier" / "site.cle").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "dossier").stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601])
def test_a_key_that_others_can_touch_is_refused(tmp_path: Path, mode: int) -> None:
    write_private_key(tmp_path / "k.pem", KEY, None)
    write_secret(tmp_path / "s.cle")
    for path in tmp_path.iterdir():
        path.chmod(mode)
    with pytest.raises(KeyFileError) as key_refused:
        read_private_key(tmp_path / "k.pem", None)
    with pytest.raises(KeyFileError) as secret_refused:
        read_secret(tmp_path / "s.cle")
    assert key_refused.value.code == secret_refused.value.code == "cle_droits"
    assert f"chmod 600 {tmp_path / 'k.pem'}" in key_refused.value.remede


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    write_private_key(path, KEY, None)
    before = path.read_bytes()
    with pytest.raises(KeyFileError) as refused:
        write_private_key(path, PrivateKey.generate(), None)
    assert refused.value.code == "cle_existante"
    with pytest.raises(KeyFileError):
        write_secret(path)
    assert path.read_bytes() == before


def test_not_even_through_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "k.pem").symlink_to(tmp_path / "ailleurs")
    with pytest.raises(KeyFileError) as refused:
        write_private_key(tmp_path / "k.pem", KEY, None)
    assert refused.value.code == "cle_existante"
    assert not (tmp_path / "ailleurs").exists()


@pytest.mark.parametrize(
    ("written", "given_", "code"),
    [
        ("juste", "fausse", "cle_phrase_fausse"),
        ("juste", None, "cle_phrase_absente"),
        ("juste", "", "cle_phrase_absente"),
        (None, "inutile", "cle_phrase_inutile"),
    ],
)
def test_passphrases(tmp_path: Path, written: str | None, given_: str | None, code: str) -> None:
    write_private_key(tmp_path / "k.pem", KEY, written)
    with pytest.raises(KeyFileError) as refused:
        read_private_key(tmp_path / "k.pem", given_)
    assert refused.value.code == code
    assert refused.value.remede
    assert refused.value.ou == str(tmp_path / "k.pem")


def test_an_empty_passphrase_protects_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError) as refused:
        write_private_key(tmp_path / "k.pem", KEY, "")
    assert refused.value.code == "cle_phrase_vide"
    assert not (tmp_path / "k.pem").exists()


def write_private(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    path.chmod(0o600)
    return path


def test_a_key_of_another_type_is_refused(tmp_path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(KeyFileError) as refused:
        read_private_key(write_private(tmp_path / "ec.pem", pem), None)
    assert refused.value.code == "cle_type"


@pytest.mark.parametrize(
    "data", [b"", b"ceci n'est pas une cle", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_key_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(KeyFileError) as refused:
        read_private_key(write_private(tmp_path / "k.pem", data), None)
    assert refused.value.code == "cle_format"


def test_an_absent_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError) as refused:
        read_private_key(tmp_path / "absente.pem", None)
    assert refused.value.code == "cle_absente"
    assert "absente.pem" in refused.value.message


def test_a_folder_or_a_pipe_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "dossier").mkdir(mode=0o700)
    os.mkfifo(tmp_path / "tube", 0o600)
    for name in ("dossier", "tube"):
        with pytest.raises(KeyFileError) as refused:
            read_secret(tmp_path / name)
        assert refused.value.code == "cle_illisible"


def test_an_unreadable_key_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, flags: int) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    write_secret(tmp_path / "s.cle")
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(KeyFileError) as refused:
        read_secret(tmp_path / "s.cle")
    assert refused.value.code == "cle_illisible"
    assert not refused.value.retryable


def test_a_secret_is_32_random_bytes(tmp_path: Path) -> None:
    one, two = write_secret(tmp_path / "a.cle"), write_secret(tmp_path / "b.cle")
    assert len(one) == len(two) == 32
    assert one != two
    assert read_secret(tmp_path / "a.cle") == one == (tmp_path / "a.cle").read_bytes()


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_secret_of_another_size_is_refused(tmp_path: Path, size: int) -> None:
    with pytest.raises(KeyFileError) as refused:
        read_secret(write_private(tmp_path / "s.cle", bytes(size)))
    assert refused.value.code == "cle_taille"


def test_a_key_is_on_the_disk_before_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    fsync = os.fsync

    def record(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    write_secret(tmp_path / "s.cle")
    assert synced == [(tmp_path / "s.cle").stat().st_ino, tmp_path.stat().st_ino]


def test_a_full_disk_leaves_no_half_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError) as refused:
        write_private_key(tmp_path / "k.pem", KEY, None)
    assert refused.value.code == "disque_plein"
    assert list(tmp_path.iterdir()) == []
