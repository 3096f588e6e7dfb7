"""Answers that are not what was asked for: login pages, bombs, half JSON; named without a word of their content."""

import gc
import gzip
import json
import tracemalloc
import zlib

import pytest

from temoin_sdk.errors import Acteur, ConnectionRefused, MappingError, TemoinError
from temoin_sdk.http import Client, FormeApi, Patience, ReglagesHttp
from temoin_sdk.http.bodies import CutShort, TooLong, UnknownCoding, read_bounded
from temoin_sdk.http.double import Answer, ApiDouble

SOON = Patience(attempts=2, first=0.01, longest=0.01, connect=2, step=5)


def get(answer: Answer, forme: FormeApi | None = None) -> object:
    with ApiDouble({"/list": lambda asked: answer}) as api:
        return Client(ReglagesHttp(url=api.url), forme=forme, patience=SOON).get("list")


def test_a_login_page_with_200_is_no_answer() -> None:
    page = Answer(corps=b"<html>Bonjour Mme Lisiere", entetes={"Content-Type": "text/html; charset=utf-8"})
    with pytest.raises(
        ConnectionRefused, match=r"autre chose que du JSON : text/html \(sans doute une page de"
    ) as caught:
        get(page)
    assert (caught.value.code, caught.value.acteur) == ("http_pas_json", Acteur.GESTIONNAIRE)
    assert not caught.value.retryable
    assert "Lisiere" not in caught.value.phrase()


@pytest.mark.parametrize("kind", ["text/csv", "", "Lisière <script>"])
def test_other_types_are_refused_and_only_a_real_type_is_quoted(kind: str) -> None:
    with pytest.raises(ConnectionRefused) as caught:
        get(Answer([], entetes={"Content-Type": kind.encode().decode("latin-1")}))
    assert "script" not in caught.value.phrase()


@pytest.mark.parametrize("kind", ["application/json", "APPLICATION/JSON ; charset=UTF-8", "application/vnd.dui+json"])
def test_json_is_known_by_its_types(kind: str) -> None:
    assert get(Answer([1], entetes={"Content-Type": kind})) == [1]


def test_an_old_server_sends_json_under_a_type_that_the_editor_names_in_its_own_charset() -> None:
    body = json.dumps({"nom": "Émile"}, ensure_ascii=False).encode("latin-1")
    answer = Answer(corps=body, entetes={"Content-Type": "text/plain; charset=ISO-8859-1"})
    assert get(answer, FormeApi(types=("text/plain",))) == {"nom": "Émile"}


@pytest.mark.parametrize("charset", ["utf-8", "n-existe-pas", "rot13", "base64"])
def test_a_charset_that_is_none_leaves_it_to_the_bytes(charset: str) -> None:
    answer = Answer(corps='["É"]'.encode(), entetes={"Content-Type": f"application/json; charset={charset}"})
    assert get(answer) == ["É"]


def test_a_byte_order_mark_is_no_error() -> None:
    assert get(Answer(corps=b"\xef\xbb\xbf[1]")) == [1]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b'{"nom": "Lisiere",\n "age": }', "ligne 2, colonne 9"),
        (b'[{"nom": "Lisiere"}', "ligne 1, colonne 20 (octet 19 sur 19)"),
        (b'{"nom": "Lisi\xe8re"}', "octet 13"),
        (b"", "ligne 1, colonne 1 (octet 0 sur 0)"),
        (b"[" * 200_000, "trop de niveaux"),
        (b'{"Lisiere": ' + b"9" * 5000 + b"}", "nombre démesuré"),
    ],
)
def test_json_errors_say_where_and_never_what(body: bytes, where: str) -> None:
    gc.collect()  # or finalizers of other tests run, and fail, where the depth of this body is reached
    with pytest.raises(MappingError) as caught:
        get(Answer(corps=body))
    assert caught.value.code == "http_json"
    assert where in caught.value.message
    assert str(caught.value.ou).endswith("/list")
    shown: BaseException | None = caught.value
    while shown is not None:
        assert "Lisi" not in repr(shown)
        assert not hasattr(shown, "doc")
        shown = shown.__cause__ or shown.__context__


def test_an_answer_without_bound_is_not_read() -> None:
    with pytest.raises(MappingError, match="dépasse 10 Kio") as caught:
        get(Answer(["x" * 20_000]), FormeApi(taille_max=10_240))
    assert caught.value.code == "http_reponse_trop_longue"


def bomb(unpacked: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(1 << 20)
    return b"".join(packer.compress(zeros) for _ in range(unpacked >> 20)) + packer.flush()


def test_a_gzip_bomb_is_stopped_at_the_bound_without_being_held() -> None:
    packed = bomb(200 << 20)
    assert len(packed) < 250_000
    tracemalloc.start()
    try:
        with pytest.raises(TooLong):
            read_bounded([packed], "gzip", 1 << 20)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20


def test_a_gzip_bomb_of_a_server_is_named() -> None:
    with pytest.raises(MappingError, match="une fois décompressée"):
        get(Answer(corps=bomb(64 << 20), entetes={"Content-Encoding": "gzip"}))


def test_gzip_is_unpacked_whatever_its_pieces() -> None:
    body = json.dumps([{"id": n} for n in range(20_000)]).encode()
    packed = gzip.compress(body)
    assert get(Answer(corps=packed, entetes={"Content-Encoding": "gzip"})) == json.loads(body)
    assert read_bounded((packed[n : n + 7] for n in range(0, len(packed), 7)), "X-GZIP", 1 << 20) == body


def test_gzip_that_stops_too_soon_or_goes_on_is_no_whole_answer() -> None:
    packed = gzip.compress(b"[" + b"1," * 1000 + b"1]")
    for broken in (packed[:-9], packed[:20], b"", b"[1]"):
        with pytest.raises(CutShort):
            read_bounded([broken], "gzip", 1 << 20)
    with pytest.raises(UnknownCoding):
        read_bounded([packed + packed], "gzip", 1 << 20)
    with pytest.raises(UnknownCoding):
        read_bounded([packed, packed], "gzip", 1 << 20)


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "zstd"])
def test_a_coding_that_was_not_asked_for_is_refused(coding: str) -> None:
    with pytest.raises(TemoinError, match="compresse sa réponse") as caught:
        get(Answer(corps=b"xxxx", entetes={"Content-Encoding": coding}))
    assert caught.value.code == "http_compression"
