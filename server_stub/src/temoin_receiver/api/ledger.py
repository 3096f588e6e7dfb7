"""The ledger over HTTP: published head, proofs between two heads, entries. What agents and public tools watch by."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from temoin_receiver.api.texts import TAG_REGISTRE, problem, problems
from temoin_receiver.ledger.reading import PAGE, read_consistency, read_entries
from temoin_receiver.reception import Receiver
from temoin_receiver.refusals import CodeRefus, refuse
from temoin_sdk.ledger import parse_checkpoint
from temoin_sdk.ledger.checkpoints import MAX_SIZE
from temoin_sdk.ledger.notes import encode

LEDGER_PATH: Final = "/v1/registre"
NOTE: Final = "text/plain; charset=utf-8"
ILLISIBLE: Final = "Une taille, un rang, un nombre ou un FINESS de la requête ne se lit pas."

Taille = Annotated[int, Query(ge=0, le=MAX_SIZE)]


class Coherence(BaseModel):
    """A proof of consistency (RFC 9162, 2.1.4)."""

    model_config = ConfigDict(frozen=True)

    de: int
    a: int
    preuve: Annotated[tuple[str, ...], Field(description="empreintes en base64, de la plus basse à la plus haute")]


class EntreeLue(BaseModel):
    """One entry; its leaf is the hash of `texte` in UTF-8."""

    model_config = ConfigDict(frozen=True)

    rang: int
    texte: str


class PageEntrees(BaseModel):
    """Entries in the order of the ledger."""

    model_config = ConfigDict(frozen=True)

    taille: Annotated[int, Field(description="taille de la tête publiée : rien au-delà n'est montré")]
    entrees: tuple[EntreeLue, ...]
    suite: Annotated[int | None, Field(description="rang d'où demander la page suivante ; null à la fin")]


def ledger_routes(receiver: Receiver) -> APIRouter:
    """GET the published checkpoint, a consistency proof, a page of entries."""
    router = APIRouter(prefix=LEDGER_PATH, tags=[TAG_REGISTRE])

    def published() -> tuple[str, int]:
        text = receiver.store.keeper.publiee.text()
        if text is None:
            raise refuse(CodeRefus.REGISTRE_VIDE, "Ce récepteur n'a encore publié aucune tête de son registre.")
        return text, parse_checkpoint(text).taille

    @router.get(
        "/point-de-controle",
        summary="Tête publiée du registre",
        description="Origine, taille et racine, signées (c2sp.org/tlog-checkpoint).",
        response_class=Response,
        responses={
            200: {"description": "Le point de contrôle.", "content": {"text/plain": {"schema": {"type": "string"}}}},
            **problems(404, 500),
        },
    )
    def get_checkpoint() -> Response:
        return Response(published()[0], media_type=NOTE)

    @router.get(
        "/coherence",
        summary="Preuve que le registre n'a fait que s'allonger",
        description="Entre deux tailles, la plus petite d'abord, dont aucune ne dépasse la tête publiée.",
        responses={422: problem(ILLISIBLE), **problems(404, 500)},
    )
    def get_consistency(de: Taille, a: Taille) -> Coherence:
        if not 0 <= de <= a <= published()[1]:
            raise refuse(CodeRefus.TAILLE, f"Le registre publié ne mène pas de {de} à {a} entrées.")
        with receiver.store.reading() as connection:
            path = read_consistency(connection, de, a)
        return Coherence(de=de, a=a, preuve=tuple(map(encode, path)))

    @router.get(
        "/entrees",
        summary="Entrées du registre",
        description=(
            "Toutes, ou celles qui nomment un organisme (clés et réceptions). Un filtre n'est pas une preuve : seule "
            "la suite entière, rehachée, montre que rien n'est omis."
        ),
        responses={422: problem(ILLISIBLE), **problems(404, 500)},
    )
    def get_entries(
        depuis: Taille = 0,
        nombre: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
        ej: Annotated[str | None, Query(pattern=r"^[0-9AB]{9}$", description="FINESS EJ de l'organisme")] = None,
    ) -> PageEntrees:
        taille = published()[1]
        with receiver.store.reading() as connection:
            page = read_entries(connection, depuis, taille, nombre, ej)
        return PageEntrees(
            taille=taille,
            entrees=tuple(EntreeLue(rang=rang, texte=octets.decode()) for rang, octets in page.entrees),
            suite=page.suite,
        )

    return router
