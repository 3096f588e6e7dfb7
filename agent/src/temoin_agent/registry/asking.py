"""Questions about its ledger to a receiver: nothing that it answers is believed here, only read."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from temoin_agent.sending.answers import read_text
from temoin_agent.sending.retrying import Patience, insist
from temoin_agent.sending.transport import Connection
from temoin_sdk.errors import Acteur, EnvelopeError, ReceiverUnreachable
from temoin_sdk.figures import Nombre
from temoin_sdk.ledger.notes import decode

_MAX_PATH: Final = 128
_MAX_PAGE: Final = 1024


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Coherence(_Answer):
    preuve: Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=_MAX_PATH)]


class _Entree(_Answer):
    rang: Nombre
    texte: str


class _Page(_Answer):
    taille: Nombre
    entrees: Annotated[tuple[_Entree, ...], Field(max_length=_MAX_PAGE)]
    suite: Nombre | None


class Registry:
    """The ledger's side of one open connection."""

    def __init__(self, connection: Connection, patience: Patience) -> None:
        self._connection = connection
        self._patience = patience

    def checkpoint(self) -> str:
        """The published head as it is signed. Raises ReceiverUnreachable."""
        return self._ask("point-de-controle")

    def consistency(self, smaller: int, larger: int) -> list[bytes]:
        """The proof between two sizes. Raises ReceiverUnreachable."""
        text = self._ask("coherence", de=smaller, a=larger)
        try:
            return [decode(one, "preuve") for one in _Coherence.model_validate_json(text).preuve]
        except (ValidationError, EnvelopeError) as error:
            raise self._strange() from error

    def entries(self, ej: str, depuis: int, avant: int) -> Iterator[tuple[int, bytes]]:
        """Entries that name `ej`, from `depuis` to the one before `avant`. Raises ReceiverUnreachable."""
        following: int | None = depuis
        while following is not None and following < avant:
            try:
                page = _Page.model_validate_json(self._ask("entrees", ej=ej, depuis=following))
            except ValidationError as error:
                raise self._strange() from error
            for entree in page.entrees:
                if depuis <= entree.rang < avant:
                    yield entree.rang, entree.texte.encode()
            if page.suite is not None and page.suite <= following:
                raise self._strange()
            following = page.suite

    def _ask(self, path: str, **params: str | int) -> str:
        recepteur = self._connection.recepteur
        return insist(
            lambda: read_text(self._connection.get(f"/v1/registre/{path}", **params), recepteur), self._patience
        )

    def _strange(self) -> ReceiverUnreachable:
        recepteur = self._connection.recepteur
        return ReceiverUnreachable(
            f"Le récepteur « {recepteur.code} » ne répond pas comme attendu sur son registre.",
            remede="Rien n'est perdu : le rapport attend. Si cela dure, prévenez l'ARS.",
            code="reponse_inattendue",
            acteur=Acteur.ARS,
        )
