"""An API of one's own for an editor's tests: a real server on loopback whose answers a test writes.

with ApiDouble({"/v1/sites": lambda asked: Answer([{"id": "A"}])}) as api:
    source = MonDui(MonDui.Reglages(url=f"{api.url}/v1", cle="essai"))
    assert list(source.etablissements()) == ["A"]
"""

import json
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came: names of headers in lower case, a parameter given twice by its last value; `requete` is
    the query as it was spelt.
    """

    methode: str
    chemin: str
    requete: str
    params: Mapping[str, str]
    entetes: Mapping[str, str]
    corps: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer: `json`, or `corps` as it is; `brut` replaces everything, status line included, and then ends
    the connection: pieces that come slowly or stop too soon are written so.
    """

    json: Any = None
    statut: int = 200
    entetes: Mapping[str, str] = field(default_factory=dict)
    corps: bytes | None = None
    brut: Iterable[bytes] | None = None


Route = Callable[[Asked], Answer]


class ApiDouble:
    """Answers each path by its route, 404 elsewhere, and keeps what was `asked`. With `tls`, over https; `port` 0 is
    any free one.
    """

    def __init__(self, routes: Mapping[str, Route], tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.routes = dict(routes)
        self._port = port
        self.asked: list[Asked] = []
        self._tls = tls
        self._scheme = "http" if tls is None else "https"

    def __enter__(self) -> Self:
        self._server = _Server(self, self._tls, self._port)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_port

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self._scheme}://127.0.0.1:{self.port}"

    def answer(self, asked: Asked) -> Answer:
        """Keep the request, and answer it."""
        self.asked.append(asked)
        route = self.routes.get(asked.chemin)
        return Answer({"erreur": "chemin inconnu"}, 404) if route is None else route(asked)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, double: ApiDouble, tls: ssl.SSLContext | None, port: int) -> None:
        self.double = double
        self.tls = tls
        super().__init__(("127.0.0.1", port), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the thread of the connection: one that never ends holds up nobody else."""
        if self.tls is not None:
            request.settimeout(_Handler.timeout)
            request = self.tls.wrap_socket(request, server_side=True)
        try:
            super().finish_request(request, client_address)
        finally:
            if self.tls is not None:
                request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves, or refuses a certificate, is what tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a small answer waits for the reader's delayed acknowledgement
    timeout = 20
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        asked = Asked(
            self.command,
            parts.path,
            parts.query,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(int(self.headers.get("Content-Length", 0))),
        )
        answer = self.server.double.answer(asked)
        with suppress(OSError):
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        if answer.brut is not None:
            self.close_connection = True
            for piece in answer.brut:
                self.wfile.write(piece)
                self.wfile.flush()
            return
        corps = json.dumps(answer.json).encode() if answer.corps is None else answer.corps
        self.send_response(answer.statut)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(corps)), **answer.entetes}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(corps)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 # the library's name
        """Tests read what is asserted, not a log."""
