"""A key never follows to another origin; within one, redirections are followed and signed anew."""

import socket
from typing import Any

import pytest
from pydantic import SecretStr

from temoin_sdk.errors import ConnectionRefused, TemoinError
from temoin_sdk.http import ApiKey, Client, Patience, ReglagesCle
from temoin_sdk.http.double import Answer, ApiDouble

SOON = Patience(attempts=2, first=0.01, longest=0.01, connect=2, step=2)


def client(api: ApiDouble, **place: str) -> Client:
    reglages = ReglagesCle(url=api.url, cle="cle-du-gave")
    return Client(reglages, ApiKey(cle=SecretStr("cle-du-gave"), **(place or {"entete": "X-Cle"})), patience=SOON)


@pytest.mark.parametrize("statut", [301, 302, 303, 307, 308])
def test_another_host_or_port_gets_nothing(statut: int) -> None:
    with ApiDouble({"/list": lambda asked: Answer([])}) as elsewhere:
        target = f"{elsewhere.url}/list?cle=cle-du-gave"
        with (
            ApiDouble({"/list": lambda asked: Answer({}, statut, {"Location": target})}) as api,
            pytest.raises(ConnectionRefused, match="renvoie vers une autre adresse") as caught,
        ):
            client(api).get("list")
        assert elsewhere.asked == []
    assert caught.value.code == "http_autre_origine"
    assert "cle-du-gave" not in caught.value.phrase()


@pytest.mark.parametrize("place", [{"entete": "X-Cle"}, {"parametre": "cle"}])
def test_the_same_origin_is_followed_with_the_key(place: dict[str, str]) -> None:
    routes = {
        "/list": lambda asked: Answer({}, 301, {"Location": "/list/?page=2"}),
        "/list/": lambda asked: Answer([1]),
    }
    with ApiDouble(routes) as api:
        assert client(api, **place).get("list", {"a": 1}) == [1]
    last = api.asked[-1]
    assert last.params["page"] == "2"
    assert "cle-du-gave" in (last.entetes.get("x-cle"), last.params.get("cle"))


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}\\@autre.example/list",
        "http://autre.example\\@127.0.0.1:{port}/list",
        "http://127.0.0.1:{port}@autre.example/list",
        "\\\\autre.example\\list",
        "http:///autre.example/list",
        "http://127.0.0.1:{port}#@autre.example/list",
        "http://127.0.0.1:{port}?@autre.example/list",
        "http:autre.example/list",
    ],
)
def test_addresses_made_to_be_misread_lead_nowhere_else(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever two readers make of them, no name but this machine's is ever looked up."""
    looked: list[str] = []
    connect = socket.create_connection

    def watched(address: tuple[str, int], *more: Any, **named: Any) -> socket.socket:
        looked.append(address[0])
        return connect(address, *more, **named)

    monkeypatch.setattr(socket, "create_connection", watched)
    with ApiDouble({}) as api:
        api.routes["/list"] = lambda asked: Answer({}, 302, {"Location": target.format(port=api.port)})
        with pytest.raises(TemoinError):
            client(api).get("list")
    assert set(looked) == {"127.0.0.1"}


def test_redirections_without_end_are_refused() -> None:
    with ApiDouble({"/list": lambda asked: Answer({}, 302, {"Location": "/list"})}) as api:
        with pytest.raises(ConnectionRefused, match="sans fin"):
            client(api).get("list")
        assert len(api.asked) == 5


def test_a_redirection_that_says_nowhere_is_an_error() -> None:
    with ApiDouble({"/list": lambda asked: Answer({}, 302)}) as api, pytest.raises(Exception, match="302"):
        client(api).get("list")


def test_a_path_of_the_plugin_cannot_be_another_address() -> None:
    with ApiDouble({}) as api:
        for path in ("https://autre.example/x", "//autre.example/x"):
            with pytest.raises(Exception, match="adresse entière"):
                client(api).get(path)
        assert api.asked == []
