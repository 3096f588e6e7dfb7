"""What anybody may ask a receiver about itself: is it well, who is it, with which key does it sign."""

import sqlite3
from importlib.metadata import version
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select

from temoin_receiver.api.texts import TAG_RECEPTEUR, problems
from temoin_receiver.reception import Receiver
from temoin_receiver.reception.judging import POLITIQUE
from temoin_receiver.storage import sqlite_warning
from temoin_receiver.storage.tables import receptions
from temoin_sdk.report import spell_instant


class Sante(BaseModel):
    """State of the receiver."""

    model_config = ConfigDict(frozen=True)

    etat: Literal["ok"]
    version: Annotated[str, Field(description="version de temoin-receiver")]
    origine: Annotated[str, Field(description="ce qu'un rapport doit porter comme destinataire")]
    politique: Annotated[int, Field(description="version des règles de jugement")]
    heure: Annotated[str, Field(description="heure du récepteur, UTC : la seule qui compte")]
    receptions: Annotated[int, Field(description="rapports reçus depuis le début, numérotés sans trou")]
    sqlite: str
    avertissements: tuple[str, ...]


class Cle(BaseModel):
    """The keys that sign receipts and the ledger, to be pinned by agents."""

    model_config = ConfigDict(frozen=True)

    origine: str
    cle: Annotated[dict[str, str], Field(description="clé publique (JWK, RFC 8037) qui signe les accusés")]
    empreinte: Annotated[str, Field(description="la même clé en chiffres, à comparer au téléphone")]
    registre: Annotated[str, Field(description="clé qui signe le registre, telle que les outils publics l'écrivent")]
    empreinte_registre: Annotated[str, Field(description="la même en chiffres, à comparer au téléphone")]


def health_routes(receiver: Receiver) -> APIRouter:
    """GET health and key."""
    router = APIRouter(prefix="/v1", tags=[TAG_RECEPTEUR])

    @router.get(
        "/sante",
        summary="Santé du récepteur",
        description="Lit la base : une réponse 200 dit que le récepteur peut recevoir.",
        responses=problems(500, 503),
    )
    def get_health() -> Sante:
        with receiver.store.reading() as connection:
            count = connection.execute(select(func.max(receptions.c.reception))).scalar()
        warning = sqlite_warning()
        return Sante(
            etat="ok",
            version=version("temoin-receiver"),
            origine=receiver.store.origine,
            politique=POLITIQUE,
            heure=spell_instant(receiver.clock()),
            receptions=count or 0,
            sqlite=sqlite3.sqlite_version,
            avertissements=() if warning is None else (warning,),
        )

    @router.get(
        "/cle",
        summary="Clés publiques des accusés et du registre",
        description="À épingler dans la configuration de l'agent, après comparaison des empreintes au téléphone.",
        responses=problems(500),
    )
    def get_key() -> Cle:
        public = receiver.cle
        ledger = receiver.store.keeper.cle_registre
        return Cle(
            origine=receiver.store.origine,
            cle=public.to_jwk(),
            empreinte=public.fingerprint(),
            registre=ledger.spell(),
            empreinte_registre=ledger.cle.fingerprint(),
        )

    return router
