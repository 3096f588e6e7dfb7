"""Keys, names and tokens reach the API that they are for, are renewed in time, and go nowhere else."""

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr

from temoin_sdk.errors import Acteur, ConnectionRefused, MappingError, PluginError, TemoinError
from temoin_sdk.http import Acces, ApiKey, Basic, Client, Patience, ReglagesOAuth2, TokenEndpoint, client_credentials
from temoin_sdk.http.access import Porte
from temoin_sdk.http.double import Answer, ApiDouble, Asked
from temoin_sdk.http.masking import Masque

SOON = Patience(attempts=3, first=0.01, longest=0.01, connect=2, step=2)
SECRET = "s3cret/é+du gave"


class Desk:
    """A token server and an API in one: tokens t1, t2, …; those in `refused` get a 401."""

    def __init__(self, **answer: Any) -> None:
        self.given = 0
        self.refused: set[str] = set()
        self.more = answer
        self.double = ApiDouble({"/oauth2/token": self.token, "/list": self.rows})

    def token(self, asked: Asked) -> Answer:
        self.given += 1
        return Answer({"access_token": f"jeton{self.given}", "token_type": "Bearer", **self.more})

    def rows(self, asked: Asked) -> Answer:
        token = asked.entetes.get("authorization", "").removeprefix("Bearer ")
        good = token.startswith("jeton") and token not in self.refused
        return Answer([{"id": 1}]) if good else Answer({}, 401)

    def reglages(self) -> ReglagesOAuth2:
        return ReglagesOAuth2(url=self.double.url, client_id="og-fictif", client_secret=SECRET)

    def client(self, **more: Any) -> Client:
        return Client(self.reglages(), client_credentials(self.reglages(), **more), patience=SOON)


def test_client_credentials_go_once_and_the_token_serves_every_request() -> None:
    desk = Desk(expires_in=300)
    with desk.double as api:
        client = desk.client(scope="dui.lecture")
        client.get("list")
        client.get("list")
    assert [each.methode for each in api.asked] == ["POST", "GET", "GET"]
    assert parse_qs(api.asked[0].corps.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["dui.lecture"],
        "client_id": ["og-fictif"],
        "client_secret": [SECRET],
    }


def test_credentials_can_go_as_basic() -> None:
    desk = Desk()
    with desk.double as api:
        desk.client(en_basic=True).get("list")
    pair = base64.b64decode(api.asked[0].entetes["authorization"].removeprefix("Basic ")).decode()
    assert (pair, api.asked[0].corps) == (f"og-fictif:{SECRET}", b"grant_type=client_credentials")


def test_any_token_endpoint_in_json_with_names_of_its_own() -> None:
    def login(asked: Asked) -> Answer:
        assert json.loads(asked.corps) == {"login": "og", "motDePasse": SECRET}
        return Answer({"session": {"cle": "k-42", "validite": "900"}})

    def rows(asked: Asked) -> Answer:
        return Answer([], 200 if asked.entetes.get("x-session") == "k-42" else 401)

    acces = TokenEndpoint(
        chemin="connexion",
        champs={"login": "og", "motDePasse": SecretStr(SECRET)},
        en_json=True,
        jeton="session.cle",
        duree="session.validite",
        entete="X-Session",
        prefixe="",
    )
    with ApiDouble({"/v1/connexion": login, "/v1/list": rows}) as api:
        reglages = ReglagesOAuth2(url=f"{api.url}/v1/", client_id="x", client_secret="longer")
        assert Client(reglages, acces, patience=SOON).get("list") == []


@pytest.mark.parametrize(("life", "early"), [(300, 30), (100, 10), ("300", 30)])
def test_a_token_is_renewed_before_its_end(life: Any, early: int) -> None:
    now = [1000.0]
    tokens = iter(["aaaa", "bbbb"])
    porte = Porte(
        "https://api.example", lambda _: {"access_token": next(tokens), "expires_in": life}, Masque(), lambda: now[0]
    )
    session = client_credentials(ReglagesOAuth2(url=porte.url, client_id="a", client_secret="b")).session(porte)

    def token() -> str:
        from temoin_sdk.http.messages import Demande

        return session.sign(Demande("GET", porte.url, {})).entetes["Authorization"]

    assert token() == "Bearer aaaa"
    now[0] += float(life) - early - 1
    assert token() == "Bearer aaaa"
    now[0] += 1
    assert token() == "Bearer bbbb"


def test_a_401_renews_the_token_once() -> None:
    desk = Desk()
    desk.refused = {"jeton1"}
    with desk.double as api:
        desk.client().get("list")
    assert [each.methode for each in api.asked] == ["POST", "GET", "POST", "GET"]


def test_a_second_401_is_the_gestionnaires_key() -> None:
    desk = Desk()
    desk.refused = {"jeton1", "jeton2", "jeton3"}
    with desk.double as api, pytest.raises(ConnectionRefused) as caught:
        desk.client().get("list")
    assert (caught.value.code, caught.value.acteur) == ("http_acces_refuse", Acteur.GESTIONNAIRE)
    assert [each.methode for each in api.asked] == ["POST", "GET", "POST", "GET"]


@pytest.mark.parametrize("statut", [400, 401, 403])
def test_refused_credentials_are_the_gestionnaires(statut: int) -> None:
    desk = Desk()
    desk.double.routes["/oauth2/token"] = lambda asked: Answer({"error": "invalid_client"}, statut)
    with desk.double, pytest.raises(ConnectionRefused) as caught:
        desk.client().get("list")
    assert caught.value.code == "http_acces_refuse"
    assert str(caught.value.ou).endswith("/oauth2/token")


def test_a_token_server_that_is_busy_is_asked_again() -> None:
    desk = Desk()
    busy = iter([Answer({}, 503), Answer(brut=[]), Answer({"access_token": "jeton9"})])
    desk.double.routes["/oauth2/token"] = lambda asked: next(busy)
    with desk.double:
        assert desk.client().get("list") == [{"id": 1}]


@pytest.mark.parametrize(
    "answer", [{}, {"access_token": None}, {"access_token": ""}, {"access_token": "a\r\nX: b"}, []]
)
def test_an_answer_without_a_usable_token_is_named(answer: Any) -> None:
    desk = Desk()
    desk.double.routes["/oauth2/token"] = lambda asked: Answer(answer)
    with desk.double, pytest.raises(MappingError, match="access_token") as caught:
        desk.client().get("list")
    assert caught.value.code == "http_jeton"


def test_a_token_server_that_redirects_gets_no_second_post() -> None:
    with ApiDouble({}) as elsewhere:
        desk = Desk()
        desk.double.routes["/oauth2/token"] = lambda asked: Answer(
            {}, 307, {"Location": f"{elsewhere.url}/oauth2/token"}
        )
        with desk.double, pytest.raises(ConnectionRefused, match="renvoie vers une autre adresse"):
            desk.client().get("list")
        assert elsewhere.asked == []


def test_a_token_of_another_server_goes_to_the_api_and_the_credentials_do_not() -> None:
    desk, other = Desk(), Desk()
    with desk.double as api, other.double as tokens:
        Client(desk.reglages(), client_credentials(desk.reglages(), f"{tokens.url}/oauth2/token"), patience=SOON).get(
            "list"
        )
    assert [each.methode for each in api.asked] == ["GET"]
    assert [each.methode for each in tokens.asked] == ["POST"]


@pytest.mark.parametrize(
    "chemin", ["http://jetons.example/token", "ftp://jetons.example", "https://a:b@jetons.example"]
)
def test_a_token_server_without_tls_is_refused(chemin: str) -> None:
    desk = Desk()
    with desk.double as api, pytest.raises(PluginError, match="serveur de jetons"):
        Client(desk.reglages(), client_credentials(desk.reglages(), chemin), patience=SOON).get("list")
    assert api.asked == []


def seen(acces: Callable[[], Acces]) -> Asked:
    with ApiDouble({"/list": lambda asked: Answer([])}) as api:
        reglages = ReglagesOAuth2(url=api.url, client_id="og", client_secret="longer")
        Client(reglages, acces(), patience=SOON).get("list", {"a": "é&=", "cle": "vieille"})
        return api.asked[0]


def test_a_key_in_a_header() -> None:
    asked = seen(lambda: ApiKey(cle=SecretStr("k+/ 1"), entete="X-Api-Key", prefixe="Cle "))
    assert asked.entetes["x-api-key"] == "Cle k+/ 1"
    assert asked.params == {"a": "é&=", "cle": "vieille"}


def test_a_key_in_the_query_stands_there_once() -> None:
    asked = seen(lambda: ApiKey(cle=SecretStr("k+/ é&1"), parametre="cle"))
    assert asked.params == {"a": "é&=", "cle": "k+/ é&1"}


def test_a_name_and_a_password() -> None:
    header = seen(lambda: Basic("rené", SecretStr("mot:dépasse"))).entetes["authorization"]
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == "rené:mot:dépasse"


def test_an_api_that_asks_for_nothing() -> None:
    assert "authorization" not in seen(Acces).entetes


@pytest.mark.parametrize("more", [{}, {"entete": "X", "parametre": "cle"}])
def test_a_key_goes_in_exactly_one_place(more: dict[str, str]) -> None:
    with pytest.raises(PluginError, match="l'un des deux"):
        ApiKey(cle=SecretStr("k"), **more)


@pytest.mark.parametrize("secret", ["abcd\r\nX-Autre: 1", "abcdé"])
def test_a_secret_that_makes_no_header_is_refused_without_being_quoted(secret: str) -> None:
    with pytest.raises(TemoinError, match=r"caractère de contrôle|lettre accentuée") as caught:
        seen(lambda: ApiKey(cle=SecretStr(secret), entete="X-Cle"))
    assert "abcd" not in caught.value.phrase()
    assert caught.value.acteur is Acteur.GESTIONNAIRE
