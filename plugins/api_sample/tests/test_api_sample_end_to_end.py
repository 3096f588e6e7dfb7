"""From the README's configuration to figures: `temoin compute` over real TLS, a corporate proxy and an old server."""

import json
import logging
import os
import re
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from types import ModuleType
from typing import Any

import pytest
import trustme

from temoin_agent import clock
from temoin_agent.cli import app
from temoin_agent.configuration import load_configuration
from temoin_api_sample.donnees import Donnees
from temoin_api_sample.serveur import CLE, CLIENT_SECRET, Serveur
from temoin_api_sample.servir import listening
from temoin_sdk.cli.running import execute
from temoin_sdk.contract.loading import load_plugins

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
DEBUT, FIN = date(2026, 8, 1), date(2026, 11, 1)

REST = """
[gestionnaire]
nom = "Les Horizons Fictifs"
ej = "010000024"

[cles]

[[recepteurs]]
code = "ars"
url = "http://127.0.0.1:1"
origine = "temoin.essai.example/registre"
cle = { kty = "OKP", crv = "Ed25519", x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }
registre = "temoin.essai.example/registre+df67ae7a+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"

[[projets]]
code = "essai-api"
campagne = "generalisation-2025"
recepteur = "ars"
"""


class Proxy(ThreadingTCPServer):
    """A CONNECT proxy that leads every name to this machine, and keeps the names."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        self.ports: dict[str, int] = {}
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Tunnel)


class _Tunnel(BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.request.recv(4096)
        host = head.split()[1].decode().partition(":")[0]
        self.server.asked.append(host)
        with socket.create_connection(("127.0.0.1", self.server.ports[host]), timeout=5) as target, suppress(OSError):
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            other = {self.request: target, target: self.request}
            while True:
                for ready in select.select(list(other), [], [], 10)[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    other[ready].sendall(data)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def servers(donnees: Donnees, proxy: Proxy, tmp_path: Path) -> Iterator[dict[str, Serveur]]:
    """Limpide over today's TLS, Vieux Carnet over TLS 1.0, both known to the proxy by the README's names."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    certificate = authority.issue_cert("api.limpide.example", "carnet.example")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "serveur.pem"))
    pem = tmp_path / "serveur.pem"
    with (
        Serveur(donnees, listening(pem, pem)) as modern,
        Serveur(donnees, listening(pem, pem, ancien=True)) as old,
    ):
        proxy.ports = {"api.limpide.example": modern.port, "carnet.example": old.port}
        yield {"limpide": modern, "carnet": old}


@pytest.fixture
def example() -> str:
    found = re.search(r"<!-- exemple -->\n```toml\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def config(example: str, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The README's example within a whole configuration: the proxy and the authority are this test's."""
    address = f"http://127.0.0.1:{proxy.server_address[1]}"
    sources = example.replace("http://proxy.interne.example:3128", address)
    ca = f'ca = "{tmp_path / "ca.pem"}"'
    sources = re.sub(r'ca = "[^"]*"', f'{ca}\nproxy = "{address}"', sources)
    sources = sources.replace('client_id = "og-fictif"', f'client_id = "og-fictif"\n{ca}')
    etablissements = "".join(
        f'[[etablissements]]\nfiness = "{finess}"\nnom = "Maison"\nprojet = "essai-api"\nsecteur = "PA"\n\n'
        for finess in ("010780054", "970400024", "970100400")
    )
    path = tmp_path / "temoin.toml"
    path.write_text(REST + etablissements + sources, encoding="utf-8")
    monkeypatch.setenv("LIMPIDE_SECRET", CLIENT_SECRET)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "carnet").write_text(CLE + "\n", encoding="utf-8")
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 6, tzinfo=UTC))
    return path


def test_the_readmes_example_is_a_configuration(example: str, tmp_path: Path) -> None:
    path = tmp_path / "temoin.toml"
    etablissements = "".join(
        f'[[etablissements]]\nfiness = "{finess}"\nnom = "Maison"\nprojet = "essai-api"\nsecteur = "PA"\n\n'
        for finess in ("010780054", "970400024", "970100400")
    )
    path.write_text(REST + etablissements + example, encoding="utf-8")
    limpide, carnet = load_configuration(path, load_plugins()).sources
    assert limpide.sites["S-04"] == "010780054"
    assert carnet.reglages["ancien_tls"] is True


def test_compute_through_the_proxy_over_new_and_old_tls(
    config: Path,
    servers: dict[str, Serveur],
    proxy: Proxy,
    donnees: Donnees,
    by_hand: ModuleType,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    code = execute(app, "temoin", ["compute", "--config", str(config), "--on", "2026-11-01", "--format", "json"])
    out, err = capsys.readouterr()
    assert code == 0, err
    found = {each["finess"]: counts(each) for each in json.loads(out)["etablissements"]}
    assert found["010780054"] == by_hand.count_limpide(donnees.limpide, {"S-01", "S-04"}, "Europe/Paris", DEBUT, FIN)
    assert found["970400024"] == by_hand.count_limpide(donnees.limpide, {"S-02"}, "Indian/Reunion", DEBUT, FIN)
    assert found["970100400"] == by_hand.count_carnet(donnees.carnet, "12", DEBUT, FIN)
    assert set(proxy.asked) == {"api.limpide.example", "carnet.example"}
    warned = [each.getMessage() for each in caplog.records if each.levelno == logging.WARNING]
    assert len(warned) == 1
    assert "« ancien_tls » est actif pour carnet.example" in warned[0]
    for secret in (CLIENT_SECRET, CLE, "jeton-limpide"):
        assert secret not in out + err + caplog.text


def counts(etablissement: dict[str, Any]) -> dict[str, int]:
    return {name: number for name, number in etablissement["comptes"].items() if number is not None}


def compute(config: Path, program: str, *options: str, **secrets: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own; on the default date, since its window does not matter here."""
    start = f"{program}; from temoin_agent.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", start, "compute", "--config", str(config), *options],
        capture_output=True,
        text=True,
        env={**os.environ, "LIMPIDE_SECRET": CLIENT_SECRET, **secrets},
        timeout=60,
        check=False,
    )


def test_the_warning_reaches_a_person_who_set_up_no_log(config: Path, servers: dict[str, Serveur]) -> None:
    """Without any logging set up, Python writes warnings to the error output, where a scheduler keeps them."""
    done = compute(config, "pass")
    assert "« ancien_tls » est actif pour carnet.example" in done.stderr
    assert CLE not in done.stdout + done.stderr


@pytest.mark.parametrize("wrong", [False, True])
def test_no_secret_in_anything_the_whole_process_says_at_debug(
    config: Path, servers: dict[str, Serveur], wrong: bool
) -> None:
    secrets = {"LIMPIDE_SECRET": "canari-secret-faux"} if wrong else {}
    if wrong:
        (config.parent / "secrets" / "carnet").write_text("canari-cle-fausse", encoding="utf-8")
    done = compute(config, "import logging; logging.basicConfig(level=logging.DEBUG)", "--debug", **secrets)
    said = done.stdout + done.stderr
    assert "DEBUG:httpcore.http11:receive_response_headers.complete" in said
    assert ("refuse l'accès" in said) is wrong
    for secret in (CLIENT_SECRET, CLE, "jeton-limpide", "canari"):
        assert secret not in said
