"""The way to an API: authorities, old TLS where it is asked for, a corporate proxy; real listeners on loopback."""

import base64
import logging
import select
import socket
import ssl
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

import pytest
import trustme
from pydantic import SecretStr, ValidationError

from temoin_sdk.errors import Acteur, ConfigurationError, ConnectionRefused
from temoin_sdk.http import ApiKey, Client, Patience, ReglagesCle
from temoin_sdk.http.double import Answer, ApiDouble
from temoin_sdk.http.tls import create_context

SOON = Patience(attempts=2, first=0.01, longest=0.01, connect=3, step=3)
ROUTES = {"/list": lambda asked: Answer([1])}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "autorite.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def listener(authority: trustme.CA) -> Callable[..., ssl.SSLContext]:
    def make(name: str = "127.0.0.1", version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        if version is not None:
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = context.maximum_version = version
        return context

    return make


def client(api: ApiDouble, **reglages: Any) -> Client:
    settings = ReglagesCle(**{"url": api.url, "cle": "cle-du-gave"} | reglages)
    return Client(settings, ApiKey(cle=SecretStr("cle-du-gave"), parametre="cle"), patience=SOON)


def test_the_gestionnaires_authority_is_believed(listener: Callable[..., ssl.SSLContext], ca: Path) -> None:
    with ApiDouble(ROUTES, listener()) as api:
        assert client(api, ca=ca).get("list") == [1]


@pytest.mark.parametrize("name", ["127.0.0.1", "autre.example"])
def test_an_unknown_authority_or_name_gets_no_key(listener: Callable[..., ssl.SSLContext], ca: Path, name: str) -> None:
    with ApiDouble(ROUTES, listener(name)) as api:
        with pytest.raises(ConnectionRefused, match="certificat du serveur n'est pas reconnu") as caught:
            client(api, **({} if name == "127.0.0.1" else {"ca": ca})).get("list")
        assert api.asked == []
    error = caught.value
    assert (error.code, error.acteur, error.retryable) == ("http_certificat", Acteur.GESTIONNAIRE, False)


@pytest.mark.parametrize("content", [None, "pas un certificat"])
def test_a_file_of_authorities_that_is_none_is_the_gestionnaires(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)
    with pytest.raises(ConfigurationError, match="autorités") as caught:
        Client(ReglagesCle(url="https://127.0.0.1:1", cle="cle-du-gave", ca=path)).get("list")
    assert caught.value.code == "http_ca"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=["1.0", "1.1"])
def test_old_tls_is_refused_unless_asked_and_then_warned_about(
    listener: Callable[..., ssl.SSLContext], ca: Path, version: ssl.TLSVersion, caplog: pytest.LogCaptureFixture
) -> None:
    with ApiDouble(ROUTES, listener(version=version)) as api:
        with pytest.raises(ConnectionRefused, match="aucune version sûre de TLS") as caught:
            client(api, ca=ca).get("list")
        assert caught.value.code == "http_tls"
        assert "ancien_tls = true" in caught.value.remede
        assert caplog.records == []
        assert client(api, ca=ca, ancien_tls=True).get("list") == [1]
    [warning] = [each for each in caplog.records if each.levelno == logging.WARNING]
    assert "« ancien_tls » est actif pour 127.0.0.1" in warning.getMessage()


def test_old_tls_still_checks_certificates(listener: Callable[..., ssl.SSLContext], ca: Path) -> None:
    with ApiDouble(ROUTES, listener("autre.example", ssl.TLSVersion.TLSv1)) as api:
        with pytest.raises(ConnectionRefused, match="certificat"):
            client(api, ca=ca, ancien_tls=True).get("list")
        assert api.asked == []


class Proxy(ThreadingTCPServer):
    """A CONNECT proxy that keeps what it was asked, and may want a name and a password."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, credentials: str | None = None) -> None:
        self.heads: list[str] = []
        self.credentials = credentials
        super().__init__(("127.0.0.1", 0), _Tunnel)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A tunnel that is cut is no trouble here."""


class _Tunnel(BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.request.recv(4096)
        text = head.decode()
        self.server.heads.append(text)
        wanted = self.server.credentials
        if wanted is not None and f"Basic {base64.b64encode(wanted.encode()).decode()}" not in text:
            self.request.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        host, port = text.split()[1].rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=5) as target:
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self._copy(target)

    def _copy(self, target: socket.socket) -> None:
        other = {self.request: target, target: self.request}
        with suppress(OSError):
            while True:
                for ready in select.select(list(other), [], [], 10)[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    other[ready].sendall(data)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy("og:mot-du-proxy") as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_proxy_that_is_written_is_used_and_sees_no_key(
    listener: Callable[..., ssl.SSLContext], ca: Path, proxy: Proxy
) -> None:
    with ApiDouble(ROUTES, listener()) as api:
        reader = client(api, ca=ca, proxy=proxy.url, proxy_utilisateur="og", proxy_mot_de_passe="mot-du-proxy")
        assert reader.get("list") == [1]
        assert api.asked[0].params == {"cle": "cle-du-gave"}
    [head] = proxy.heads
    assert head.startswith(f"CONNECT 127.0.0.1:{api.port} ")
    assert "cle-du-gave" not in head


def test_a_proxy_that_refuses_is_the_gestionnaires(
    listener: Callable[..., ssl.SSLContext], ca: Path, proxy: Proxy
) -> None:
    with ApiDouble(ROUTES, listener()) as api, pytest.raises(ConnectionRefused, match="proxy refuse") as caught:
        client(api, ca=ca, proxy=proxy.url).get("list")
    error = caught.value
    assert (error.code, error.acteur, error.retryable) == ("http_proxy", Acteur.GESTIONNAIRE, False)
    assert len(proxy.heads) == 1


def test_the_environment_is_heard_only_when_asked(
    listener: Callable[..., ssl.SSLContext], ca: Path, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The API is called by a name that stands for this machine, since loopback itself never takes a proxy."""
    proxy.credentials = None
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "autre.example")
    monkeypatch.setattr("temoin_sdk.http.wire.is_loopback", lambda host: False)
    with ApiDouble(ROUTES, listener()) as api:
        assert client(api, ca=ca).get("list") == [1]
        assert proxy.heads == []
        assert client(api, ca=ca, proxy_environnement=True).get("list") == [1]
        assert len(proxy.heads) == 1
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert client(api, ca=ca, proxy_environnement=True).get("list") == [1]
        assert len(proxy.heads) == 1


def test_a_password_of_the_environments_proxy_is_used_and_shown_nowhere(
    listener: Callable[..., ssl.SSLContext],
    ca: Path,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("https_proxy", proxy.url.replace("//", "//og:faux-mot@"))
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setattr("temoin_sdk.http.wire.is_loopback", lambda host: False)
    caplog.set_level(logging.DEBUG)
    with ApiDouble(ROUTES, listener()) as api, pytest.raises(ConnectionRefused) as caught:
        client(api, ca=ca, proxy_environnement=True).get("list")
    assert "faux-mot" not in caught.value.phrase() + caplog.text


@pytest.mark.parametrize("address", ["socks5://og:faux-mot@proxy:1080", "http://og:faux-mot@proxy:port"])
def test_a_proxy_of_the_environment_that_is_none_is_named_without_its_password(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", address)
    monkeypatch.setenv("no_proxy", "")
    settings = ReglagesCle(url="https://api.example", cle="cle-du-gave", proxy_environnement=True)
    with pytest.raises(ConfigurationError, match="adresse du proxy") as caught:
        Client(settings, patience=SOON).get("list")
    assert "faux-mot" not in caught.value.phrase() + repr(caught.value.__context__)


def test_old_tls_admits_the_old_renegotiation_and_new_tls_does_not() -> None:
    settings = ReglagesCle(url="https://api.example", cle="cle-du-gave")
    new, old = (
        create_context(settings.model_copy(update={"ancien_tls": each}), "api.example") for each in (False, True)
    )
    assert (new.options & 0x4, old.options & 0x4) == (0, 0x4)
    assert (new.minimum_version, old.minimum_version) == (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1)
    assert (old.verify_mode, old.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize("address", ["proxy:3128", "socks5://proxy:1080", "http://og:mot-du-proxy@proxy:3128"])
def test_a_proxy_is_written_whole_and_without_password(address: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ReglagesCle(url="https://api.example", cle="k", proxy=address)
    assert "mot-du-proxy" not in str(caught.value)
