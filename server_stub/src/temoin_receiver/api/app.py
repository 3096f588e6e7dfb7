"""The ASGI application: routes, errors in one shape, and the guard around everything."""

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response

from temoin_receiver.api.certificates import certificate_routes
from temoin_receiver.api.guard import Guard
from temoin_receiver.api.health import health_routes
from temoin_receiver.api.ledger import ILLISIBLE, LEDGER_PATH, ledger_routes
from temoin_receiver.api.problem import ProblemDetails, http_problem, problem_of, unexpected_problem
from temoin_receiver.api.reports import report_routes
from temoin_receiver.api.texts import EMPREINTE_ILLISIBLE
from temoin_receiver.pages import page_routes
from temoin_receiver.reception import Receiver
from temoin_sdk.errors import TemoinError

DESCRIPTION = (
    "Reçoit les rapports signés d'usage du DUI, les recalcule et répond par un accusé signé. Les rapports et les "
    "accusés sont des JWS compacts (RFC 7515) ; les erreurs suivent la RFC 9457. Aucune donnée "
    "personnelle ne transite ici."
)


def create_app(receiver: Receiver) -> FastAPI:
    """The application of one receiver. It opens and closes nothing: the store belongs to the caller."""
    app = FastAPI(
        title="Témoin, récepteur",
        version=version("temoin-receiver"),
        description=DESCRIPTION,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        middleware=[Middleware(Guard)],
    )
    app.include_router(report_routes(receiver))
    app.include_router(certificate_routes(receiver))
    app.include_router(ledger_routes(receiver))
    app.include_router(health_routes(receiver))
    app.include_router(page_routes(receiver))
    _install_handlers(app)
    _describe_problems(app)
    return app


def _install_handlers(app: FastAPI) -> None:
    @app.exception_handler(TemoinError)
    def on_known(_request: Request, error: TemoinError) -> Response:
        # Only refusals, unreadable texts and a store that cannot write are answers; anything else is a fault of ours.
        answer = problem_of(error)
        return unexpected_problem(error) if answer.status_code == 500 else answer

    @app.exception_handler(RequestValidationError)
    def on_invalid(request: Request, _error: RequestValidationError) -> Response:
        return http_problem(422, ILLISIBLE if request.url.path.startswith(LEDGER_PATH) else EMPREINTE_ILLISIBLE)

    @app.exception_handler(HTTPException)
    def on_http(_request: Request, error: HTTPException) -> Response:
        detail = {
            404: "Cette adresse n'existe pas sur ce récepteur.",
            405: "Cette adresse n'admet pas cette méthode HTTP.",
        }.get(error.status_code, "La requête n'est pas lisible.")
        return http_problem(error.status_code, detail, error.headers)


def _describe_problems(app: FastAPI) -> None:
    """Adds to the OpenAPI document the schema that all problem answers refer to."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                license_info=app.license_info,
            )
            definition = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            schemas.update(definition.pop("$defs", {}))
            schemas[ProblemDetails.__name__] = definition
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way FastAPI documents to extend the document
