"""Errors as problem details (RFC 9457), with who must act and what to do; one shape for all of them."""

import logging
import traceback
from typing import Annotated, Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from temoin_receiver.refusals import Refusal, problemes_of
from temoin_sdk.errors import Acteur, EnvelopeError, LedgerError, ReportError, StorageError, TemoinError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5

logger = logging.getLogger("temoin_receiver")

_TITLES = {
    400: "Enveloppe refusée",
    401: "Clé inconnue",
    403: "Signataire ou établissement hors périmètre",
    404: "Introuvable",
    405: "Méthode non admise",
    408: "Envoi trop lent",
    409: "Conflit avec un rapport déjà reçu",
    413: "Envoi trop grand",
    415: "Type de contenu non admis",
    422: "Rapport refusé",
    500: "Erreur interne du récepteur",
    503: "Récepteur momentanément indisponible",
}


class ProblemeDetaille(BaseModel):
    """One thing wrong."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    finess: str | None = Field(default=None, description="établissement concerné, s'il s'agit d'un seul")


class ProblemDetails(BaseModel):
    """Why a request was not honoured, everything at once."""

    model_config = ConfigDict(frozen=True)

    type: Annotated[str, Field(description="urn:temoin:probleme: suivi du code")]
    title: str
    status: int
    detail: Annotated[str, Field(description="ce qui s'est passé, en français")]
    instance: Annotated[str | None, Field(description="numéro d'incident, pour le journal du récepteur")] = None
    code: Annotated[str, Field(description="cas précis, stable d'une version à l'autre")]
    retryable: Annotated[bool, Field(description="la même requête peut réussir plus tard")]
    acteur: Annotated[str, Field(description="qui doit agir : gestionnaire, éditeur, ARS, ou personne pour l'instant")]
    remede: Annotated[str, Field(description="que faire, en français")]
    problemes: tuple[ProblemeDetaille, ...] = ()


def problem_of(error: TemoinError) -> Response:
    """The answer for an error of ours."""
    status = _status(error)
    problemes = tuple(
        ProblemeDetaille(code=one.code, message=one.message, finess=one.finess) for one in problemes_of(error)
    )
    return _respond(
        ProblemDetails(
            type=f"urn:temoin:probleme:{error.code}",
            title=_TITLES[status],
            status=status,
            detail=error.message,
            code=error.code,
            retryable=error.retryable,
            acteur=error.acteur.value,
            remede=error.remede,
            problemes=problemes,
        )
    )


def http_problem(status: int, detail: str, headers: Any = None) -> Response:
    """The answer for a request that no route takes."""
    code = {404: "introuvable", 405: "methode"}.get(status, "requete")
    return _respond(
        ProblemDetails(
            type=f"urn:temoin:probleme:{code}",
            title=_TITLES.get(status, "Requête refusée"),
            status=status,
            detail=detail,
            code=code,
            retryable=False,
            acteur=Acteur.GESTIONNAIRE.value,
            remede="Vérifier l'adresse et la version de l'agent : l'API est décrite dans /v1/openapi.json.",
        ),
        headers,
    )


def unexpected_problem(error: Exception) -> Response:
    """The answer for a fault of ours: nothing of it leaves, and nothing of a report reaches the log.

    The log holds the kind of error and the lines of code it went through, never its text nor any value.
    """
    incident = f"urn:uuid:{uuid4()}"
    frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    logger.error("incident %s : %s\n%s", incident, type(error).__qualname__, frames)
    return _respond(
        ProblemDetails(
            type="urn:temoin:probleme:erreur_interne",
            title=_TITLES[500],
            status=500,
            detail="Le récepteur a rencontré une erreur imprévue ; rien n'a été enregistré.",
            instance=incident,
            code="erreur_interne",
            retryable=True,
            acteur=Acteur.ARS.value,
            remede="Renvoyer le même rapport plus tard ; si l'erreur persiste, donner ce numéro d'incident à l'ARS.",
        )
    )


def _status(error: TemoinError) -> int:
    if isinstance(error, Refusal):
        return error.status
    if isinstance(error, EnvelopeError):
        return 400
    if isinstance(error, ReportError):
        return 400 if error.code.startswith("octets_") else 422
    if isinstance(error, (StorageError, LedgerError)):
        return 503
    return 500


def _respond(problem: ProblemDetails, headers: Any = None) -> Response:
    extra: dict[str, str] = dict(headers or {})
    if problem.status == 503:
        extra["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if problem.status in {408, 413}:
        # The rest of the body is on its way still: nothing else can be read from this connection.
        extra["Connection"] = "close"
    if problem.status == 401:
        extra["WWW-Authenticate"] = "Temoin-JWS"
    content = problem.model_dump_json(exclude_none=True)
    return Response(content, problem.status, extra, MEDIA_TYPE)
