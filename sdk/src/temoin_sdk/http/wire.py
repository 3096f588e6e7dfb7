"""One exchange over the wire. The HTTP library's transport is used bare: what logs addresses is not in the way.

No cookie, no redirect, no proxy of the environment unless asked; every failure leaves as an error of ours, raised
out of reach of the library's own, whose requests hold the key.
"""

import logging
import ssl
from collections.abc import Callable
from typing import TypeVar
from urllib.request import getproxies, proxy_bypass

import httpx

from temoin_sdk.errors import ConfigurationError, ConnectionRefused, MappingError, TemoinError
from temoin_sdk.http import bodies
from temoin_sdk.http.deadline import Deadline
from temoin_sdk.http.masking import Masque
from temoin_sdk.http.messages import Demande, Passing, Reponse, origin
from temoin_sdk.http.patience import Patience
from temoin_sdk.http.refusals import proxy_refusal
from temoin_sdk.http.retrying import persevere
from temoin_sdk.http.settings import ReglagesHttp, is_loopback
from temoin_sdk.http.tls import certificate_refusal, create_context, handshake_refusal

T = TypeVar("T")

_LOG = logging.getLogger("temoin_sdk.http")


class Wire:
    """Connections of one read, one transport per origin: the API's and, where there is one, the token server's."""

    def __init__(
        self, reglages: ReglagesHttp, deadline: Deadline, masque: Masque, patience: Patience, taille_max: int
    ) -> None:
        self._reglages = reglages
        self._deadline = deadline
        self._masque = masque
        self._patience = patience
        self._taille_max = taille_max
        self._transports: dict[tuple[str, str, int], httpx.HTTPTransport] = {}

    def close(self) -> None:
        """Close every connection."""
        for transport in self._transports.values():
            transport.close()

    def persevere(self, attempt: Callable[[], T]) -> T:
        """What `attempt` returns at last; see `retrying`."""
        return persevere(attempt, self._patience, self._deadline)

    def exchange(self, demande: Demande) -> Reponse:
        """The answer, whatever its status. Raises Passing, ConnectionRefused, MappingError, ConfigurationError."""
        failure: Exception
        try:
            reponse = self._send(demande)
        except bodies.TooLong:
            failure = self._too_long(demande)
        except (bodies.UnknownCoding, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            failure = _unusable(error, demande)
        except (bodies.CutShort, httpx.TransportError, OSError) as error:
            failure = self._explain(error, demande)
        else:
            if not self._deadline.passed:
                _LOG.info("%s : %d", self._masque.clean(demande.place), reponse.statut)
                return reponse
            failure = self.late(demande)
        raise failure

    def late(self, demande: Demande) -> ConnectionRefused:
        """The deadline of the whole read is over."""
        return ConnectionRefused(
            f"La lecture de cette source n'a pas fini dans son délai ({self._deadline.seconds:g} s).",
            remede="Relancer à une heure creuse, ou augmenter « delai » dans [sources.reglages].",
            ou=demande.place,
            code="http_delai",
        )

    def _send(self, demande: Demande) -> Reponse:
        self._deadline.start()
        left = self._deadline.remaining()
        step, connect = min(self._patience.step, left), min(self._patience.connect, left)
        request = httpx.Request(
            demande.methode,
            demande.url,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": "temoin",
                **demande.entetes,
            },
            content=demande.corps,
            extensions={
                "timeout": httpx.Timeout(step, connect=connect).as_dict(),
                "trace": self._deadline.follow,
            },
        )
        key = origin(demande.url)
        if (request.url.scheme, request.url.raw_host.decode().rstrip(".")) != key[:2]:
            # Two readers of addresses that disagree on the host are how a key is led elsewhere.
            raise httpx.InvalidURL("host")
        response = self._transport(key).handle_request(request)
        try:
            response.request = request
            headers = response.headers
            return Reponse(
                response.status_code,
                bodies.read_bounded(response.iter_raw(), headers.get("Content-Encoding", ""), self._taille_max),
                headers.get("Content-Type", ""),
                headers.get("Retry-After"),
                headers.get("Location"),
                _next_link(response),
            )
        finally:
            response.close()

    def _transport(self, key: tuple[str, str, int]) -> httpx.HTTPTransport:
        if key not in self._transports:
            # Without TLS (this very machine), a context that trusts nobody: the system's authorities take time to read.
            secured = key[0] == "https"
            context = create_context(self._reglages, key[1]) if secured else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            proxy = self._proxy(key[0], key[1])
            if proxy is not None and proxy.url.scheme == "https":
                proxy.ssl_context = context
            self._transports[key] = httpx.HTTPTransport(verify=context, trust_env=False, proxy=proxy)
        return self._transports[key]

    def _proxy(self, scheme: str, host: str) -> httpx.Proxy | None:
        """The proxy that is written, else the environment's if asked; this very machine is reached without."""
        reglages = self._reglages
        if reglages.proxy is not None:
            secret = reglages.proxy_mot_de_passe.get_secret_value() if reglages.proxy_mot_de_passe else ""
            name = reglages.proxy_utilisateur
            self._mask_pair(name, secret)
            return _checked_proxy(lambda: httpx.Proxy(str(reglages.proxy), auth=(name, secret) if name else None))
        if not reglages.proxy_environnement or is_loopback(host) or proxy_bypass(host):
            return None
        found = getproxies().get(scheme) or getproxies().get("all")
        if not found:
            return None
        address = found if "://" in found else f"http://{found}"
        proxy = _checked_proxy(lambda: httpx.Proxy(address))
        if proxy.raw_auth is not None:
            self._mask_pair(proxy.raw_auth[0].decode(errors="replace"), proxy.raw_auth[1].decode(errors="replace"))
        return proxy

    def _mask_pair(self, name: str | None, secret: str) -> None:
        self._masque.add(secret)
        if name and secret:
            self._masque.add(f"{name}:{secret}")

    def _too_long(self, demande: Demande) -> MappingError:
        return MappingError(
            f"Une réponse dépasse {self._taille_max // 1024} Kio une fois décompressée : elle n'a pas été lue.",
            remede="L'éditeur du plugin doit demander des pages plus petites.",
            ou=demande.place,
            code="http_reponse_trop_longue",
        )

    def _explain(self, error: Exception, demande: Demande) -> Exception:
        ou = demande.place
        if self._deadline.passed:
            return self.late(demande)
        if (refused := certificate_refusal(error)) is not None:
            return _certificate(refused, ou)
        if (refused := handshake_refusal(error)) is not None and isinstance(error, httpx.ConnectError):
            return _handshake(refused, ou)
        if isinstance(error, httpx.ProxyError) and str(error)[:3] in {"403", "407"}:
            return proxy_refusal(ou)
        return Passing(_lost(error, ou))


def _checked_proxy(build: Callable[[], httpx.Proxy]) -> httpx.Proxy:
    """Raises ConfigurationError (`http_proxy`) without quoting the address, which may hold a password."""
    try:
        proxy = build()
    except (ValueError, httpx.InvalidURL):
        proxy = None
    if proxy is not None and proxy.url.scheme in {"http", "https"}:
        return proxy
    raise ConfigurationError(
        "L'adresse du proxy ne se lit pas, ou n'est pas celle d'un proxy HTTP.",
        remede="Corriger « proxy », ou les variables HTTPS_PROXY et ALL_PROXY : http://hôte:port.",
        code="http_proxy",
    )


def _next_link(response: httpx.Response) -> str | None:
    """The target of the Link header whose relations hold « next » (RFC 8288)."""
    for link in response.links.values():
        if "next" in link.get("rel", "").lower().split():
            return link.get("url")
    return None


def _unusable(error: Exception, demande: Demande) -> TemoinError:
    packed = isinstance(error, bodies.UnknownCoding)
    return MappingError(
        "Le serveur compresse sa réponse d'une façon qui n'a pas été demandée."
        if packed
        else "Une adresse construite par le plugin ne se lit pas.",
        remede="Transmettre ce message à l'éditeur du logiciel.",
        ou=demande.place,
        code="http_compression" if packed else "http_demande",
    )


def _certificate(reason: str, ou: str) -> ConnectionRefused:
    return ConnectionRefused(
        f"Le certificat du serveur n'est pas reconnu ({reason}) : la clé n'a pas été envoyée.",
        remede="Si le serveur ou un proxy de l'organisme a sa propre autorité, donner le fichier de son certificat "
        "dans « ca » de [sources.reglages]. La vérification ne se désactive pas.",
        ou=ou,
        code="http_certificat",
        retryable=False,
    )


def _handshake(reason: str, ou: str) -> ConnectionRefused:
    return ConnectionRefused(
        f"Le serveur et ce poste ne s'accordent sur aucune version sûre de TLS ({reason}).",
        remede="Demander à l'éditeur TLS 1.2 ou plus récent. En attendant, s'il confirme que son serveur est ancien, "
        "écrire ancien_tls = true dans [sources.reglages].",
        ou=ou,
        code="http_tls",
        retryable=False,
    )


def _lost(error: Exception, ou: str) -> ConnectionRefused:
    if isinstance(error, httpx.ConnectError):
        what, code = "Le serveur est injoignable", "http_injoignable"
    elif isinstance(error, httpx.TimeoutException):
        what, code = "Le serveur n'a pas répondu à temps", "http_lent"
    elif isinstance(error, httpx.ProxyError):
        what, code = "Le proxy n'a pas pu joindre le serveur", "http_injoignable"
    else:
        what, code = "La connexion s'est coupée avant la fin de la réponse", "http_coupure"
    return ConnectionRefused(
        f"{what}, malgré plusieurs essais.",
        remede="Relancer plus tard ; si cela dure, vérifier « url », le réseau et le proxy, puis prévenir l'éditeur.",
        ou=ou,
        code=code,
    )
