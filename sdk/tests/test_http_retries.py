"""What may pass is asked again within limits; what cannot is said at once, with who must act."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from temoin_sdk.errors import Acteur, ConnectionRefused, MappingError, TemoinError
from temoin_sdk.http import ApiKey, Client, FormeApi, Patience, ReglagesCle
from temoin_sdk.http.double import Answer, ApiDouble, Asked
from temoin_sdk.http.refusals import retry_after

ROUTE = "/list"
TRUNCATED = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n[{"id": 1}'
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1, 2"


class Waits(list[float]):
    """Waits that were asked for, none of which is slept."""

    def patience(self, **changes: Any) -> Patience:
        return Patience(**{"attempts": 4, "first": 1.0, "longest": 8.0, "sleep": self.append} | changes)


def read(answers: list[Answer | Callable[[], Answer]], waits: Waits, delai: int = 60, **changes: Any) -> int:
    """Number of requests that it took to get the list, each answered by the next of `answers`, the last for ever."""

    def route(asked: Asked) -> Answer:
        found = answers[min(len(api.asked), len(answers)) - 1]
        return found if isinstance(found, Answer) else found()

    with ApiDouble({ROUTE: route}) as api:
        reglages = ReglagesCle(url=api.url, cle="cle-du-gave", delai=delai)
        client = Client(reglages, ApiKey(cle=reglages.cle, entete="X-Cle"), patience=waits.patience(**changes))
        assert [row.field("id", int) for row in client.rows("list")] == [1]
        return len(api.asked)


GOOD = Answer([{"id": 1}])


@pytest.mark.parametrize(
    "passing",
    [
        Answer({}, 429),
        Answer({}, 502),
        Answer({}, 503),
        Answer({}, 504),
        Answer(brut=[TRUNCATED]),
        Answer(brut=[CHUNKED]),
        Answer(brut=[]),
    ],
    ids=["429", "502", "503", "504", "cut in body", "cut in chunk", "cut before headers"],
)
def test_what_may_pass_is_asked_again_with_growing_waits(passing: Answer) -> None:
    waits = Waits()
    assert read([passing, passing, GOOD], waits) == 3
    assert len(waits) == 2
    assert 1.0 <= waits[0] <= 2.0 <= waits[1] <= 3.0


def test_patience_ends_and_the_error_can_be_tried_later() -> None:
    with pytest.raises(ConnectionRefused) as caught:
        read([Answer({}, 503)], waits := Waits())
    assert (caught.value.code, caught.value.retryable, caught.value.acteur) == ("http_serveur", True, Acteur.EDITEUR)
    assert len(waits) == 3


@pytest.mark.parametrize(
    ("statut", "code", "acteur"),
    [
        (400, "http_demande", Acteur.EDITEUR),
        (401, "http_acces_refuse", Acteur.GESTIONNAIRE),
        (403, "http_acces_refuse", Acteur.GESTIONNAIRE),
        (404, "http_adresse", Acteur.GESTIONNAIRE),
        (418, "http_demande", Acteur.EDITEUR),
        (500, "http_serveur", Acteur.EDITEUR),
        (501, "http_serveur", Acteur.EDITEUR),
    ],
)
def test_what_cannot_pass_is_said_at_once_with_who_must_act(statut: int, code: str, acteur: Acteur) -> None:
    with pytest.raises(TemoinError) as caught:
        read([Answer({"secret": "Lisière"}, statut), GOOD], waits := Waits())
    error = caught.value
    assert (error.code, error.acteur, waits) == (code, acteur, [])
    assert "Lisière" not in error.phrase()
    assert str(statut) in error.message
    assert ROUTE in str(error.ou)


def test_an_absent_path_is_the_editors_once_the_address_has_answered() -> None:
    with ApiDouble({ROUTE: lambda asked: GOOD}) as api:
        client = Client(ReglagesCle(url=api.url, cle="cle-du-gave"))
        client.get("list")
        with pytest.raises(ConnectionRefused) as caught:
            client.get("liste")
    assert (caught.value.code, caught.value.acteur) == ("http_chemin", Acteur.EDITEUR)


@pytest.mark.parametrize("statut", [429, 503])
def test_retry_after_is_waited_for_in_seconds(statut: int) -> None:
    waits = Waits()
    assert read([Answer({}, statut, {"Retry-After": "17"}), GOOD], waits) == 2
    assert waits == [17.0]


def test_retry_after_is_waited_for_as_a_date() -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    waits = Waits()
    assert read([Answer({}, 429, {"Retry-After": when}), GOOD], waits) == 2
    assert 25 < waits[0] <= 30


@pytest.mark.parametrize("text", ["61", "999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wait_beyond_the_deadline_is_not_begun(text: str) -> None:
    with pytest.raises(ConnectionRefused, match="ralentir") as caught:
        read([Answer({}, 429, {"Retry-After": text}), GOOD], waits := Waits())
    assert (waits, caught.value.acteur, caught.value.retryable) == ([], Acteur.PERSONNE, True)


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0.0), (" 5 ", 5.0), ("", None), ("-1", None), ("²", None), ("x", None)]
)
def test_retry_after_that_is_unreadable_is_none(text: str, seconds: float | None) -> None:
    assert retry_after(text, datetime(2026, 11, 22, tzinfo=UTC)) == seconds


def test_retry_after_in_the_past_or_at_once_still_waits_a_little() -> None:
    waits = Waits()
    past = "Sun, 06 Nov 1994 08:49:37 GMT"
    assert read([Answer({}, 429, {"Retry-After": past}), Answer({}, 429, {"Retry-After": "0"}), GOOD], waits) == 3
    assert waits == [1.0, 1.0]


def test_a_silent_server_is_left_and_asked_again() -> None:
    def silent() -> Answer:
        time.sleep(0.4)
        return Answer(brut=[])

    waits = Waits()
    assert read([silent, GOOD], waits, step=0.1) == 2


def test_nobody_at_the_address_is_said_after_patience() -> None:
    with ApiDouble({}) as api:
        port = api.port
    waits = Waits()
    client = Client(ReglagesCle(url=f"http://127.0.0.1:{port}", cle="cle-du-gave"), patience=waits.patience())
    with pytest.raises(ConnectionRefused, match="injoignable") as caught:
        client.get("list")
    assert (caught.value.code, caught.value.acteur, len(waits)) == ("http_injoignable", Acteur.GESTIONNAIRE, 3)


def test_a_known_limit_is_kept_by_waiting_ones_turn() -> None:
    waits = Waits()
    with ApiDouble({ROUTE: lambda asked: GOOD}) as api:
        client = Client(
            ReglagesCle(url=api.url, cle="cle-du-gave"), forme=FormeApi(par_minute=60), patience=waits.patience()
        )
        for _ in range(3):
            client.get("list")
    assert len(waits) == 2
    assert 0.5 < waits[0] <= 1.0
    assert 1.5 < waits[1] <= 2.0


def test_a_request_the_server_does_not_understand_is_no_connection_trouble() -> None:
    with pytest.raises(MappingError):
        read([Answer({}, 422)], Waits())
