"""Serving one receiver over HTTP in this process, until SIGTERM or SIGINT."""

import logging
import signal
import socket
import sys
from collections.abc import Callable
from ipaddress import ip_address

import uvicorn

from temoin_receiver.api import create_app
from temoin_receiver.reception import Receiver
from temoin_sdk.errors import Acteur, ConfigurationError

GRACE_SECONDS = 10
"""How long requests under way may take to end once the process was asked to stop."""


class _Server(uvicorn.Server):
    """Calls `ready` once connections are really accepted."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def serve(receiver: Receiver, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until a signal; `ready` is told the address once it listens. Port 0 takes a free one.

    Requests under way are answered before it returns. Raises ConfigurationError `adresse_indisponible`.
    """
    listening = _listen(host, port)
    address = _address(listening)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    config = uvicorn.Config(
        create_app(receiver),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config, lambda: ready(address))
    # uvicorn raises the signal again once it has stopped: with these handlers the process still ends well, and a
    # signal that comes before it listens is not lost.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.handle_exit)
    server.run(sockets=[listening])


def is_loopback(host: str) -> bool:
    """True when only this machine can reach `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(place[:2], family=family)
    except OSError as error:
        raise ConfigurationError(
            f"Le récepteur ne peut pas écouter sur {host}, port {port} ({error.strerror or error}).",
            code="adresse_indisponible",
            acteur=Acteur.ARS,
            remede="Choisir un autre port avec --port (0 en prend un libre), ou arrêter le programme qui l'occupe.",
        ) from error


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
