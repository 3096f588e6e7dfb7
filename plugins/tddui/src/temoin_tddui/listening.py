"""The small consumer endpoint: POST of one transaction Bundle, as flow 1.1 of the guide says.

Acknowledged only once it is on disk, whole; on any error nothing is kept. Nothing of a body is ever logged.
"""

import asyncio
import hmac
import logging
import threading
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from temoin_sdk.errors import StorageError
from temoin_tddui import clock
from temoin_tddui.accumulating import Datation, ExportDate, Taken, accumulate
from temoin_tddui.answers import outcome, transaction_response
from temoin_tddui.bundle import read_bundle
from temoin_tddui.moments import spell
from temoin_tddui.problems import BundleRefused
from temoin_tddui.store import Store

logger = logging.getLogger("temoin_tddui")

READ_SECONDS: Final = 60.0
"""How long a body may take to arrive."""

_JSON: Final = frozenset({"application/fhir+json", "application/json"})


@dataclass(frozen=True, slots=True)
class Listening:
    """How one listener behaves. `corps_max` in bytes; `dater_a_la_reception` for a DUI that dates nothing."""

    store: Store
    jeton: str | None = None
    corps_max: int = 64 * 1024 * 1024
    dater_a_la_reception: bool = False
    told: Callable[[Taken], None] = lambda taken: None


class _Refusal(Exception):
    """An answer decided before the Bundle was read."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


def create_app(listening: Listening) -> Starlette:
    """The ASGI application: POST on `/` or `/fhir`, anything else is an OperationOutcome."""
    turn = threading.Lock()

    async def receive(request: Request) -> Response:
        try:
            _check_token(request, listening.jeton)
            _check_media_type(request)
            body = await _read_body(request, listening.corps_max)
        except _Refusal as refusal:
            return refusal.answer
        except ClientDisconnect:
            return Response(status_code=400)
        return await run_in_threadpool(_take, listening, body, turn)

    return Starlette(
        routes=[Route(path, _guarded(receive), methods=["POST"]) for path in ("/", "/fhir", "/fhir/")],
        exception_handlers={HTTPException: _on_http},
    )


def _take(listening: Listening, body: bytes, turn: threading.Lock) -> Response:
    """Read and store; one Bundle at a time, so that memory is bounded by the largest."""
    now = clock.now()
    try:
        with turn:
            bundle = read_bundle(body, listening.store.hasher, listening.store.cle_ins())
            if bundle.type != "transaction":
                return outcome(400, "invalid", "Un Bundle de type « transaction » est attendu.", "type")
            date = ExportDate("", Datation.AUCUNE)
            if bundle.date is not None:
                date = ExportDate(bundle.date, Datation.LOT)
            elif listening.dater_a_la_reception:
                date = ExportDate(spell(now), Datation.RECEPTION)
            with listening.store.writing() as connection:
                taken = accumulate(connection, bundle, date, now)
    except BundleRefused as error:
        return _refusal(error)
    except StorageError as error:
        logger.warning("écriture impossible : %s", error.code)
        return outcome(503, "transient", error.message, headers={"Retry-After": "30"})
    listening.told(taken)
    return transaction_response(bundle.kept, bundle.empreinte.hex(), now)


def _refusal(error: BundleRefused) -> Response:
    status, code = {
        "tddui_json": (400, "structure"),
        "tddui_forme": (400, "structure"),
        "tddui_cda": (422, "not-supported"),
        "tddui_contradiction": (409, "conflict"),
    }.get(error.code, (422, "business-rule"))
    return outcome(status, code, f"{error.message} {error.remede}", error.place)


def _check_token(request: Request, jeton: str | None) -> None:
    if jeton is None:
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), jeton.encode()):
        raise _Refusal(outcome(401, "login", "Jeton absent ou faux.", headers={"WWW-Authenticate": "Bearer"}))


def _check_media_type(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _JSON:
        raise _Refusal(outcome(415, "not-supported", "Le corps doit être annoncé comme application/fhir+json."))
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise _Refusal(outcome(415, "not-supported", "Un corps compressé n'est pas admis."))


async def _read_body(request: Request, corps_max: int) -> bytes:
    too_long = _Refusal(outcome(413, "too-long", f"Le lot dépasse {corps_max} octets."))
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > corps_max:
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > corps_max:
                    raise too_long
    except TimeoutError:
        raise _Refusal(outcome(408, "timeout", "L'envoi a été trop lent.")) from None
    return bytes(body)


def _guarded(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Whatever happens, an OperationOutcome leaves, and the log has a place in our code and no value."""

    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except Exception as error:  # noqa: BLE001 # the outermost door of a request
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{last.filename.replace(chr(92), '/').rsplit('/', 1)[-1]}:{last.lineno}"
            logger.error("défaut imprévu : %s (%s)", type(error).__name__, where)  # noqa: TRY400 # a trace may quote data
            return outcome(500, "exception", "Défaut imprévu du récepteur TDDUI : rien n'a été enregistré.")

    return guarded


async def _on_http(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    told = {404: "Cette adresse n'existe pas.", 405: "Seul POST est admis ici."}.get(status, "Requête illisible.")
    return outcome(status, "not-supported" if status == 405 else "not-found", told)
