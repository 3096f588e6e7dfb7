"""One HTTP exchange with a receiver: verified TLS, deadlines on everything, no redirect, answers of bounded size."""

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock, Timer
from types import TracebackType
from typing import Any, Final, Self

import httpx

from temoin_agent.configuration.models import Recepteur
from temoin_agent.configuration.receivers import is_loopback
from temoin_sdk.errors import Acteur, ReceiverUnreachable

JOSE: Final = "application/jose"
MAX_ANSWER: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds granted to connect, to each read or write, and to a whole exchange."""

    connect: float = 10.0
    step: float = 60.0
    whole: float = 180.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `attendre` is the delay in seconds that Retry-After asks for, None without it."""

    statut: int
    corps: bytes
    attendre: float | None


class _Deadline:
    """Ends an exchange after `seconds`, whatever part of it the other side draws out.

    The library's own timeouts start again with each byte, and it waits for headers without giving its caller a turn:
    only shutting the socket down reaches it. What ends so may look like a whole answer: ask `passed`.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._socket: socket.socket | None = None
        self._lock = Lock()
        self._timer = Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def follow(self, event: str, info: dict[str, Any]) -> None:
        """Learn, from the library's account of what it does, which socket it reads: plain, then secured."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            with self._lock:
                self._socket = info["return_value"].get_extra_info("socket")
                if self.passed:
                    self._shut()

    def _expire(self) -> None:
        with self._lock:
            self.passed = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            # A socket that has just ended by itself is no trouble. That of TLS is shut below TLS: its own shutdown
            # forgets the session, which the thread that reads still uses.
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class Connection:
    """An open connection to one receiver."""

    def __init__(self, recepteur: Recepteur, delays: Delays) -> None:
        self.recepteur = recepteur
        self._delays = delays
        context = ssl.create_default_context(cafile=recepteur.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._client = httpx.Client(
            verify=context,
            timeout=httpx.Timeout(delays.step, connect=delays.connect),
            follow_redirects=False,
            # A connection that is not kept is opened, and so seen by its deadline, at each exchange.
            limits=httpx.Limits(max_keepalive_connections=0),
            # A proxy of the site is how the outside is reached, never this very machine.
            trust_env=not is_loopback(recepteur.url),
            headers={"User-Agent": "temoin-agent", "Accept": f"{JOSE}, application/problem+json"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def post_report(self, jws: str) -> Answer:
        """Send a signed report. Raises ReceiverUnreachable, its code one of `certificat_recepteur`,
        `recepteur_lent`, `recepteur_injoignable`, `reponse_trop_longue`.
        """
        return self._exchange("POST", "/v1/rapports", content=jws, headers={"Content-Type": JOSE})

    def get(self, path: str, **params: str | int) -> Answer:
        """Ask for what anybody may read. Raises as `post_report`."""
        return self._exchange("GET", path, params=params, headers={"Accept": "*/*"})

    def _exchange(self, method: str, path: str, **request: Any) -> Answer:
        url = f"{self.recepteur.url}{path}"
        try:
            with (
                _Deadline(self._delays.whole) as deadline,
                self._client.stream(method, url, extensions={"trace": deadline.follow}, **request) as response,
            ):
                answer = Answer(response.status_code, self._read(response), _retry_after(response))
        except httpx.TimeoutException as error:
            raise self._slow() from error
        except (httpx.RequestError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            raise self._slow() if deadline.passed else self._unreachable(error) from error
        if deadline.passed:
            raise self._slow()
        return answer

    def _read(self, response: httpx.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > MAX_ANSWER:
                raise _error(
                    f"Le récepteur « {self.recepteur.code} » a répondu bien plus long qu'aucun accusé.",
                    f"Vérifiez que {self.recepteur.url} est bien l'adresse de votre récepteur.",
                    "reponse_trop_longue",
                    acteur=Acteur.GESTIONNAIRE,
                    retryable=False,
                )
        return b"".join(parts)

    def _slow(self) -> ReceiverUnreachable:
        return _error(
            f"Le récepteur « {self.recepteur.code} » ({self.recepteur.url}) n'a pas répondu à temps.",
            "Rien n'est perdu : le rapport attend. Relancez « temoin push » plus tard.",
            "recepteur_lent",
        )

    def _unreachable(self, error: BaseException) -> ReceiverUnreachable:
        recepteur = self.recepteur
        refused = _certificate_error(error)
        if refused is not None:
            return _error(
                f"Le certificat de {recepteur.url} n'est pas reconnu ({refused}) : rien n'a été envoyé.",
                "Demandez à l'ARS le certificat de l'autorité de son récepteur, puis donnez son chemin dans "
                f"ca = … de [[recepteurs]] « {recepteur.code} ». La vérification ne se désactive pas.",
                "certificat_recepteur",
                acteur=Acteur.GESTIONNAIRE,
                retryable=False,
            )
        return _error(
            f"Le récepteur « {recepteur.code} » ({recepteur.url}) est injoignable : {_reason(error)}.",
            "Rien n'est perdu : le rapport attend. Relancez « temoin push » plus tard ; si cela dure, "
            "vérifiez l'adresse, le réseau et le proxy, puis prévenez l'ARS.",
            "recepteur_injoignable",
        )


def _error(
    message: str, remede: str, code: str, *, acteur: Acteur | None = None, retryable: bool | None = None
) -> ReceiverUnreachable:
    return ReceiverUnreachable(message, remede=remede, code=code, acteur=acteur, retryable=retryable)


def _certificate_error(error: BaseException | None) -> str | None:
    """The reason of a refused certificate somewhere behind `error`, which wrappers hide."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return None


def _reason(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return text[0][:200] if text else type(error).__name__


def _retry_after(response: httpx.Response) -> float | None:
    """Retry-After (RFC 9110, 10.2.3) in seconds from now, whether it gives a delay or a date; None if unreadable."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
