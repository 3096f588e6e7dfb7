"""The listener as a process: a socket, TLS if asked for, until SIGTERM or SIGINT."""

import logging
import signal
import socket
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import uvicorn

from temoin_sdk.errors import ConfigurationError
from temoin_tddui.listening import Listening, create_app

GRACE_SECONDS: Final = 10
_AT_ONCE: Final = 16
"""Requests at once: each may hold a whole body in memory."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Certificate and key of the listener; `clients` is the authority of the client certificates it then demands."""

    certificat: Path
    cle: Path
    clients: Path | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen. Port 0 takes a free one."""

    hote: str
    port: int
    tls: Tls | None = None


class _Server(uvicorn.Server):
    """Calls `ready` once connections are really accepted."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def check_exposure(place: Place, listening: Listening) -> None:
    """Health data crosses a network only under TLS, and only from whom is known.

    Raises ConfigurationError `tddui_ecoute_exposee` for an address that others than this machine can reach without
    TLS, or without a token or a client certificate.
    """
    if is_loopback(place.hote):
        return
    known = listening.jeton is not None or (place.tls is not None and place.tls.clients is not None)
    if place.tls is not None and known:
        return
    raise ConfigurationError(
        f"Écouter sur {place.hote} exposerait des données de santé : il faut TLS, et un jeton ou des certificats "
        "clients.",
        remede="Donner --tls-certificat, --tls-cle, et --jeton ou --tls-clients ; ou rester sur 127.0.0.1, derrière un "
        "mandataire qui les assure.",
        code="tddui_ecoute_exposee",
    )


def is_loopback(host: str) -> bool:
    """True when only this machine can reach `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(listening: Listening, place: Place, ready: Callable[[str], None]) -> None:
    """Serve until a signal; a Bundle under way is finished first. Raises ConfigurationError."""
    check_exposure(place, listening)
    config = _config(listening, place)
    with _listen(place) as listener:
        host, port = listener.getsockname()[:2]
        address = f"{'https' if place.tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}/"
        logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
        server = _Server(config, lambda: ready(address))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, server.handle_exit)
        server.run(sockets=[listener])


def _config(listening: Listening, place: Place) -> uvicorn.Config:
    tls = place.tls
    config = uvicorn.Config(
        create_app(listening),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_AT_ONCE,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ssl_certfile=tls.certificat if tls else None,
        ssl_keyfile=tls.cle if tls else None,
        ssl_ca_certs=str(tls.clients) if tls and tls.clients else None,
        ssl_cert_reqs=ssl.CERT_REQUIRED if tls and tls.clients else ssl.CERT_NONE,
    )
    if tls is not None:
        _check_tls(config, tls)
    return config


def _check_tls(config: uvicorn.Config, tls: Tls) -> None:
    """Read the certificates now, for a sentence instead of a trace; TLS below 1.2 is forbidden by the ANS."""
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            "Le certificat TLS ou sa clé ne se lisent pas, ou ne vont pas ensemble.",
            remede="Donner deux fichiers PEM que ce compte peut lire.",
            ou=f"{tls.certificat}, {tls.cle}",
            code="tddui_tls",
        ) from error
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2


def _listen(place: Place) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(
            place.hote, place.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        raise ConfigurationError(
            f"Impossible d'écouter sur {place.hote}, port {place.port} ({error.strerror or error}).",
            remede="Choisir un autre port avec --port (0 en prend un libre), ou arrêter le programme qui l'occupe.",
            code="adresse_indisponible",
        ) from error
