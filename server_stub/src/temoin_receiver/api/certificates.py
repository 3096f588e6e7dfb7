"""Certificates of plugins, out: the very texts that pages speak of."""

from fastapi import APIRouter, Response
from sqlalchemy import select

from temoin_receiver.api.texts import (
    EMPREINTE_ILLISIBLE,
    JOSE,
    TAG_RAPPORTS,
    EmpreinteCertificat,
    jose,
    problem,
    problems,
)
from temoin_receiver.reception import Receiver
from temoin_receiver.refusals import CodeRefus, refuse
from temoin_receiver.storage.tables import certificats


def certificate_routes(receiver: Receiver) -> APIRouter:
    """GET a certificate by the digest that reports name."""
    router = APIRouter(prefix="/v1", tags=[TAG_RAPPORTS])

    @router.get(
        "/certificats/{empreinte}",
        summary="Relire le certificat d'un plugin",
        description="Le certificat signé par l'éditeur, tel que l'ARS l'a chargé, révoqué ou non.",
        response_class=Response,
        responses={200: jose("Le certificat signé."), 422: problem(EMPREINTE_ILLISIBLE), **problems(404, 500)},
    )
    def get_certificate(empreinte: EmpreinteCertificat) -> Response:
        query = select(certificats.c.jws).where(certificats.c.empreinte == empreinte)
        with receiver.store.reading() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            raise refuse(CodeRefus.INTROUVABLE, "Aucun certificat n'a été chargé sous cette empreinte.")
        return Response(found, media_type=JOSE)

    return router
