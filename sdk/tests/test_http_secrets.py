"""Canaries: no secret of a source in any log at DEBUG, any error, any repr, whatever the server does with it."""

import gc
import logging
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from pydantic import SecretStr

from temoin_sdk.errors import TemoinError
from temoin_sdk.http import (
    Acces,
    ApiKey,
    Basic,
    Client,
    FormeApi,
    LinkHeader,
    Patience,
    ReglagesHttp,
    ReglagesOAuth2,
    client_credentials,
)
from temoin_sdk.http.double import Answer, ApiDouble, Asked

CANARY = "canari/é+jaune 42"
TOKEN = "jeton-canari-9731"
FORMS = (CANARY, quote(CANARY, safe=""), quote(CANARY), quote_plus(CANARY), TOKEN, "canari", "Y2FuYXJp", "b2c6Y2FuY")
SOON = Patience(attempts=2, first=0.01, longest=0.01, connect=2, step=2)


def key_in_query(reglages: Any) -> Acces:
    return ApiKey(cle=SecretStr(CANARY), parametre="cle")


def key_in_header(reglages: Any) -> Acces:
    return ApiKey(cle=SecretStr(CANARY.replace("é", "e")), entete="X-Cle")


def name_and_password(reglages: Any) -> Acces:
    return Basic("og", SecretStr(CANARY))


def token(reglages: Any) -> Acces:
    return client_credentials(reglages)


def echo(asked: Asked) -> str:
    """Everything that a careless server may repeat of what it was given."""
    given = asked.entetes.get("authorization", "").split()[-1:]
    return f"cle={quote(CANARY, safe='')}&brut={quote(CANARY)}&acces={''.join(given)}"


def fine(asked: Asked) -> Answer:
    return Answer([{"id": 1}], entetes={"Set-Cookie": echo(asked), "X-Echo": echo(asked)})


def next_page(asked: Asked) -> Answer:
    return Answer([{"id": 1}], entetes={"Link": f'</list?{echo(asked)}>; rel="next"'})


def elsewhere(asked: Asked) -> Answer:
    return Answer({}, 302, {"Location": f"https://autre.example/login?{echo(asked)}"})


def around(asked: Asked) -> Answer:
    return Answer({}, 302, {"Location": f"/list?{echo(asked)}"})


def refused(asked: Asked) -> Answer:
    return Answer({"erreur": echo(asked)}, 403, {"WWW-Authenticate": echo(asked)})


def gone(asked: Asked) -> Answer:
    return Answer(statut=404, corps=echo(asked).encode())


def page(asked: Asked) -> Answer:
    return Answer(corps=f"<html>{echo(asked)}".encode(), entetes={"Content-Type": f"text/html; {echo(asked)}"})


def half(asked: Asked) -> Answer:
    return Answer(corps=f'[{{"cle": "{echo(asked)}"'.encode())


def garbage(asked: Asked) -> Answer:
    return Answer(brut=[f"HTTQ {echo(asked)}\r\n\r\n".encode()])


def bad_header(asked: Asked) -> Answer:
    return Answer(brut=[f"HTTP/1.1 200 OK\r\n{echo(asked)}\r\n\r\n".encode()])


def cut(asked: Asked) -> Answer:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Echo: {echo(asked)}\r\nContent-Length: 90\r\n\r\n["
    return Answer(brut=[head.encode()])


SERVERS = [fine, next_page, elsewhere, around, refused, gone, page, half, garbage, bad_header, cut]


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "httpcore.proxy", "temoin_sdk"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def told(error: BaseException | None) -> str:
    """Everything that an error may show: its sentence, its members, its chain, its trace."""
    parts: list[str] = []
    while error is not None:
        parts += [repr(error), str(error), repr(vars(error)), *traceback.format_exception(error)]
        if isinstance(error, TemoinError):
            parts.append(error.phrase())
        error = error.__cause__ or error.__context__
    return "\n".join(parts)


def locals_of(error: BaseException | None) -> str:
    """What a trace with local variables would show, as some tools print it; this test's own frames left out."""
    parts: list[str] = []
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "/tests/" not in frame.f_code.co_filename:
                parts += [f"{name} = {value!r}" for name, value in frame.f_locals.items()]
        error = error.__cause__ or error.__context__
    return "\n".join(parts)


@pytest.mark.parametrize("acces", [key_in_query, key_in_header, name_and_password, token])
@pytest.mark.parametrize("server", SERVERS)
def test_no_secret_is_logged_told_or_shown(
    server: Callable[[Asked], Answer],
    acces: Callable[[Any], Acces],
    everything_logged: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    routes = {"/list": server, "/oauth2/token": lambda asked: Answer({"access_token": TOKEN, "expires_in": 60})}
    shown = ""
    with ApiDouble(routes) as api:
        reglages = ReglagesOAuth2(url=api.url, client_id="og", client_secret=CANARY)
        access = acces(reglages)
        client = Client(reglages, access, FormeApi(pagination=LinkHeader()), SOON)
        try:
            shown += repr(list(client.rows("list", {"module": "notes"})))
        except TemoinError as error:
            shown += told(error)
        assert len(api.asked) > 0
        sent = "".join(repr(each) for each in api.asked)
        assert "canari" in sent or "Y2FuYXJp" in sent or "b2c6Y2FuY" in sent
    shown += repr((client, access, reglages, str(reglages), reglages.model_dump(), vars(client)))
    out = capfd.readouterr()
    logged = "\n".join(f"{each.getMessage()} {each.msg} {each.args}" for each in everything_logged.records)
    assert "httpcore" in {each.name.partition(".")[0] for each in everything_logged.records}
    for text in (shown, everything_logged.text, logged, out.out, out.err):
        assert [form for form in FORMS if form in text] == []


@pytest.mark.parametrize("acces", [key_in_query, key_in_header, name_and_password, token])
@pytest.mark.parametrize(
    "answer",
    [Answer({}, 403), Answer({}, 503), Answer({}, 302, {"Location": "https://autre.example"}), Answer(brut=[b"HTTQ"])],
    ids=["403", "503", "elsewhere", "garbage"],
)
def test_even_a_trace_with_local_variables_shows_no_secret_of_ours(
    answer: Answer, acces: Callable[[Any], Acces]
) -> None:
    routes = {"/list": lambda asked: answer, "/oauth2/token": lambda asked: Answer({"access_token": TOKEN})}
    with ApiDouble(routes) as api:
        reglages = ReglagesOAuth2(url=api.url, client_id="og", client_secret=CANARY)
        with pytest.raises(TemoinError) as caught:
            Client(reglages, acces(reglages), patience=SOON).get("list")
    shown = locals_of(caught.value)
    assert "demande = <GET" in shown
    assert [form for form in FORMS if form in shown] == []


def test_a_mask_lives_as_long_as_its_client(everything_logged: pytest.LogCaptureFixture) -> None:
    with ApiDouble({"/list": lambda asked: Answer([])}) as api:
        client = Client(ReglagesHttp(url=api.url), ApiKey(cle=SecretStr("canari-bref"), entete="X"), patience=SOON)
        client.get("list")
        logging.getLogger("httpcore.http11").debug("serveur : %s", "canari-bref")
        assert "canari-bref" not in everything_logged.text
        del client
        gc.collect()
        logging.getLogger("httpcore.http11").debug("serveur : %s", "canari-bref")
        assert "canari-bref" in everything_logged.text


def test_what_is_logged_says_where_and_how_it_went(everything_logged: pytest.LogCaptureFixture) -> None:
    with ApiDouble({"/list": lambda asked: Answer([])}) as api:
        Client(ReglagesHttp(url=api.url), ApiKey(cle=SecretStr(CANARY), parametre="cle")).get("list", {"a": "b"})
    said = [each.getMessage() for each in everything_logged.records if each.name == "temoin_sdk.http"]
    assert said == [f"GET {api.url}/list : 200"]
