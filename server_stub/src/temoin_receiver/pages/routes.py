"""The pages over HTTP: HTML without scripts, one style sheet of our own."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from temoin_receiver.pages.views import view_all, view_one
from temoin_receiver.reception import Receiver
from temoin_sdk.wording import DOSSIERS_PROUVENT, SQUELETTE_PROUVE

STYLE: Final = Path(__file__).parent / "static" / "style.css"

# Everything is escaped, names of establishments included; a missing value is an error and not a blank.
ENVIRONMENT: Final = Environment(
    loader=PackageLoader("temoin_receiver.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page_routes(receiver: Receiver) -> APIRouter:
    """The list of establishments and the page of each; outside of the API's document."""
    router = APIRouter(include_in_schema=False)

    def render(template: str, status: int = 200, **values: object) -> HTMLResponse:
        return HTMLResponse(ENVIRONMENT.get_template(template).render(origine=receiver.store.origine, **values), status)

    @router.get("/")
    def home() -> HTMLResponse:
        with receiver.store.reading() as connection:
            lignes = view_all(connection)
        return render("accueil.html", lignes=lignes)

    @router.get("/etablissements/{finess}")
    def establishment(finess: str) -> HTMLResponse:
        with receiver.store.reading() as connection:
            vue = view_one(connection, finess)
        if vue is None:
            return render("absent.html", status=404)
        return render(
            "etablissement.html", vue=vue, squelette_prouve=SQUELETTE_PROUVE, dossiers_prouvent=DOSSIERS_PROUVENT
        )

    @router.get("/style.css")
    def style() -> FileResponse:
        return FileResponse(STYLE, media_type="text/css")

    return router
