"""Settings of a mapping's clients: where the database is, which file says how to read it, and what that file asks."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field, SecretStr, create_model, field_validator

from temoin_sdk.contract.settings import CheminComplet, ReglagesSql
from temoin_sdk.mapping.models import FichierMapping, Moteur, ReglageDeclare, TypeReglage

_ENGINES: Final = {
    "sqlite": Moteur.SQLITE,
    "postgresql": Moteur.POSTGRESQL,
    "mysql": Moteur.MARIADB,
    "mariadb": Moteur.MARIADB,
    "oracle": Moteur.ORACLE,
    "mssql": Moteur.SQLSERVER,
}
"""By the name that begins an address."""

_TYPES: Final[dict[TypeReglage, Any]] = {
    TypeReglage.TEXTE: str,
    TypeReglage.ENTIER: int,
    TypeReglage.BOOLEEN: bool,
    TypeReglage.DATE: date,
    TypeReglage.SECRET: SecretStr,
}


class ReglagesMapping(ReglagesSql):
    """Settings every mapping has. `moteurs` are the engines its texts are written for."""

    moteurs: ClassVar[tuple[Moteur, ...]] = tuple(Moteur)

    fichier: CheminComplet

    @classmethod
    def locaux(cls) -> frozenset[str]:
        """The place of the file changes from client to client; what it says is fingerprinted text by text."""
        return super().locaux() | {"fichier"}

    @field_validator("url")
    @classmethod
    def _an_engine_of_the_texts(cls, url: str) -> str:
        engine = _ENGINES.get(url.partition(":")[0].partition("+")[0])
        if engine not in cls.moteurs:
            raise ValueError(
                f"ce mapping est écrit pour {', '.join(cls.moteurs)}, et non pour la base de cette adresse"
            )
        return url


def build_settings(mapping: FichierMapping, fichier: Path | None = None) -> type[ReglagesMapping]:
    """The settings model of one mapping: its declared settings beside url, mot_de_passe, delai and fichier.

    Where `fichier` is known, no client has to give it.
    """

    class ReglagesDuFichier(ReglagesMapping):
        """Bound to the engines that this one file is written for."""

        moteurs: ClassVar[tuple[Moteur, ...]] = mapping.moteurs

    fields: dict[str, Any] = {name: _field(declared) for name, declared in mapping.reglages.items()}
    if fichier is not None:
        fields["fichier"] = (CheminComplet, Field(default=fichier))
    return create_model(f"Reglages_{mapping.nom}", __base__=ReglagesDuFichier, **fields)


def _field(declared: ReglageDeclare) -> tuple[Any, Any]:
    # Strict: true is not 1, and "12" is not 12.
    strict = Literal[declared.choix] if declared.choix else Annotated[_TYPES[declared.type], Field(strict=True)]
    if declared.required:
        return strict, Field(description=declared.description)
    default: Any = declared.defaut
    if declared.type is TypeReglage.DATE and default is not None:
        default = date.fromisoformat(default)
    return (strict if default is not None else strict | None), Field(default=default, description=declared.description)
