"""One HTTP exchange with a receiver: verified TLS, deadlines on everything, no redirect, answers of bounded size."""

import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, Self

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
        url = f"{self.recepteur.url}/v1/rapports"
        deadline = time.monotonic() + self._delays.whole
        try:
            with self._client.stream("POST", url, content=jws, headers={"Content-Type": JOSE}) as response:
                return Answer(response.status_code, self._read(response, deadline), _retry_after(response))
        except httpx.TimeoutException as error:
            raise self._slow() from error
        except (httpx.RequestError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            raise self._unreachable(error) from error

    def _read(self, response: httpx.Response, deadline: float) -> bytes:
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
            if time.monotonic() > deadline:
                raise self._slow()
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
    """Retry-After (RFC 9110, 10.2.3) in seconds from now, whether it gives a delay or a date."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
