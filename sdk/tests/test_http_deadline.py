"""One deadline over the whole read, whatever the server draws out: headers, body, pages, waits."""

import time
from collections.abc import Callable, Iterable

import pytest

from temoin_sdk.errors import Acteur, ConnectionRefused
from temoin_sdk.http import Client, Cursor, FormeApi, Patience, ReglagesHttp
from temoin_sdk.http.double import Answer, ApiDouble, Asked

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
PATIENCE = Patience(attempts=3, first=0.01, longest=0.01, connect=5, step=5)


def drip(before: bytes, piece: bytes) -> Iterable[bytes]:
    """A byte or two every 50 ms for 20 seconds: no wait between two bytes is long, the whole is."""
    yield before
    for _ in range(400):
        time.sleep(0.05)
        yield piece


def slow_body(asked: Asked) -> Answer:
    return Answer(brut=drip(HEAD + b"Content-Length: 100000\r\n\r\n[", b" "))


def slow_body_without_length(asked: Asked) -> Answer:
    """What a shut connection makes of this looks like a whole answer."""
    return Answer(brut=drip(HEAD + b"\r\n[]", b" "))


def slow_headers(asked: Asked) -> Answer:
    return Answer(brut=drip(b"HTTP/1.1 200 OK\r\nX-Lent: ", b"a"))


def slow_pages(asked: Asked) -> Answer:
    """Each page is quick, there are always more."""
    time.sleep(0.1)
    number = int(asked.params.get("cursor", 0)) + 1
    return Answer({"data": [{"id": number}], "suite": str(number)})


@pytest.mark.parametrize("route", [slow_body, slow_body_without_length, slow_headers, slow_pages])
def test_the_whole_read_ends_at_the_deadline(route: Callable[[Asked], Answer]) -> None:
    with ApiDouble({"/list": route}) as api:
        client = Client(
            ReglagesHttp(url=api.url, delai=1),
            forme=FormeApi(lignes="data", pagination=Cursor(chemin="suite")),
            patience=PATIENCE,
        )
        begun = time.monotonic()
        with pytest.raises(ConnectionRefused, match="n'a pas fini dans son délai") as caught:
            list(client.rows("list"))
        taken = time.monotonic() - begun
    assert 0.9 < taken < 4
    error = caught.value
    assert (error.code, error.retryable, error.acteur) == ("http_delai", True, Acteur.GESTIONNAIRE)
    assert "« delai »" in error.remede


def test_waits_between_attempts_are_within_the_deadline() -> None:
    with ApiDouble({"/list": lambda asked: Answer({}, 503)}) as api:
        client = Client(ReglagesHttp(url=api.url, delai=1), patience=Patience(attempts=50, first=0.4, longest=30.0))
        begun = time.monotonic()
        with pytest.raises(ConnectionRefused):
            client.get("list")
        assert time.monotonic() - begun < 3


def test_the_deadline_begins_with_the_first_request_and_ends_the_next_ones() -> None:
    with ApiDouble({"/list": lambda asked: Answer([])}) as api:
        client = Client(ReglagesHttp(url=api.url, delai=1), patience=PATIENCE)
        time.sleep(1.1)
        assert client.get("list") == []
        time.sleep(1.1)
        with pytest.raises(ConnectionRefused, match="délai"):
            client.get("list")
        assert len(api.asked) == 1


def test_a_deadline_is_not_optional_and_has_a_default() -> None:
    assert ReglagesHttp(url="https://api.example").delai == 300
