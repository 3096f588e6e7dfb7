"""Reports in, receipts out."""

import asyncio
from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from temoin_receiver.api.texts import EMPREINTE_ILLISIBLE, JOSE, TAG_RAPPORTS, Empreinte, jose, problem, problems
from temoin_receiver.reception import Receiver
from temoin_receiver.refusals import CodeRefus, refuse
from temoin_receiver.storage.tables import receptions
from temoin_sdk.envelope.jws import MAX_TOKEN_CHARS
from temoin_sdk.errors import Acteur, EnvelopeError, StorageError

MAX_BODY: Final = MAX_TOKEN_CHARS
"""Bytes of a request; a compact JWS is ASCII, so as many as characters."""


READ_SECONDS: Final = 60.0
"""How long a body may take to arrive: nobody is known before it is read, so nobody may hold memory for longer."""


def report_routes(receiver: Receiver) -> APIRouter:
    """POST a report, GET it back, GET its receipt."""
    router = APIRouter(prefix="/v1", tags=[TAG_RAPPORTS])

    @router.post(
        "/rapports",
        summary="Recevoir un rapport signé",
        description=(
            "Le corps est le JWS compact du rapport. Le récepteur vérifie la signature, l'état de la clé à la "
            "réception, le périmètre, la campagne et la fenêtre ; il recalcule tous les indicateurs. Une différence "
            "qui n'est pas une faute (établissement inconnu, secteur, chaîne) est une anomalie inscrite dans l'accusé. "
            "Le même contenu envoyé de nouveau reçoit le tout premier accusé."
        ),
        status_code=201,
        response_class=Response,
        responses={
            200: jose("Contenu déjà reçu : son tout premier accusé, signé."),
            201: jose("Rapport enregistré : accusé de réception signé."),
            **problems(400, 401, 403, 408, 409, 413, 415, 422, 500, 503),
        },
        openapi_extra={"requestBody": {"required": True, **jose("Le rapport signé, tel quel.")}},
    )
    async def receive_report(request: Request) -> Response:
        jws = await _read_jws(request)
        answer = await asyncio.wrap_future(await run_in_threadpool(receiver.receive, jws))
        return Response(answer.recu, 201 if answer.nouveau else 200, media_type=JOSE)

    @router.get(
        "/rapports/{empreinte}",
        summary="Relire un rapport signé",
        description="Le texte signé exactement tel qu'il a été reçu : quiconque peut le vérifier.",
        response_class=Response,
        responses={200: jose("Le rapport signé."), 422: problem(EMPREINTE_ILLISIBLE), **problems(404, 500)},
    )
    def get_report(empreinte: Empreinte) -> Response:
        return Response(_find(receiver, "jws", empreinte), media_type=JOSE)

    @router.get(
        "/recus/{empreinte_rapport}",
        summary="Relire l'accusé d'un rapport",
        description="L'accusé signé, identique à celui donné à la réception : une réponse perdue n'oblige à rien.",
        response_class=Response,
        responses={200: jose("L'accusé signé."), 422: problem(EMPREINTE_ILLISIBLE), **problems(404, 500, 503)},
    )
    def get_receipt(empreinte_rapport: Empreinte) -> Response:
        return Response(_find(receiver, "recu", empreinte_rapport), media_type=JOSE)

    return router


async def _read_jws(request: Request) -> str:
    """The body, refused before it is read when it cannot be a report, as soon as it is too long, and when too slow."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JOSE:
        raise refuse(CodeRefus.TYPE_DE_CONTENU, f"Le corps doit être annoncé comme {JOSE}.")
    announced = request.headers.get("content-length", "")
    _check_size(int(announced) if announced.isdecimal() else 0)
    try:
        async with asyncio.timeout(READ_SECONDS):
            body = await _read_body(request)
    except TimeoutError:
        raise refuse(CodeRefus.ENVOI_TROP_LENT, f"L'envoi n'était pas terminé après {READ_SECONDS:.0f} s.") from None
    try:
        return body.decode("ascii")
    except UnicodeDecodeError:
        raise EnvelopeError(
            "Le corps n'est pas un JWS compact : il contient autre chose que de l'ASCII.",
            code="enveloppe_base64",
            remede="Envoyer le fichier du rapport signé tel quel.",
        ) from None


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        _check_size(len(body))
    return bytes(body)


def _check_size(size: int) -> None:
    if size > MAX_BODY:
        raise refuse(CodeRefus.ENVOI_TROP_GRAND, f"L'envoi dépasse {MAX_BODY} octets.")


def _find(receiver: Receiver, column: str, empreinte: str) -> str:
    query = select(receptions.c[column]).where(receptions.c.empreinte_rapport == empreinte)
    with receiver.store.reading() as connection:
        row = connection.execute(query).first()
    if row is None:
        raise refuse(CodeRefus.INTROUVABLE, "Aucun rapport n'a été reçu sous cette empreinte.")
    if row[0] is None:
        raise StorageError(
            "Ce rapport est reçu ; son accusé attend que la tête du registre soit publiée.",
            code="registre_non_publie",
            acteur=Acteur.ARS,
            remede="Redemander l'accusé un peu plus tard.",
            retryable=True,
        )
    return str(row[0])
