"""Figures typed by hand, with a file as proof: how a gestionnaire whose editor has no plugin starts on the first day.

The weakest level of proof (`declare`), and every page says so. The file is a TOML of one table per window and
establishment:

    [[declarations]]
    finess = "010780054"
    debut = 2026-08-01
    fin_incluse = 2026-10-31
    personnes_accompagnees = 84
    dossiers_actifs = 79
"""

import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from temoin_sdk.contract import CheminComplet, ComptesFournis, CountSource, Logiciel, Piece, Reglages, Source, hookimpl
from temoin_sdk.errors import ConfigurationError
from temoin_sdk.explain import explain_validation
from temoin_sdk.finess import Finess
from temoin_sdk.vocabulary import Compte, Niveau
from temoin_sdk.windows import Fenetre


class ReglagesDeclaration(Reglages):
    """`fichier`: the TOML of declared figures; `preuve`: the document they come from; `logiciel`: the DUI's name."""

    fichier: CheminComplet
    preuve: CheminComplet
    logiciel: str = Field(default="non précisé", min_length=1, max_length=60)

    @classmethod
    def locaux(cls) -> frozenset[str]:
        """Where the files are says nothing of how figures are counted."""
        return frozenset({"fichier", "preuve", "logiciel"})


class Declaration(BaseModel):
    """One window of one establishment; a figure that is not written is non fourni."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    finess: Finess
    debut: date
    fin_incluse: date


class FichierDeclarations(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    declarations: list[Declaration]


class DeclarationSource(CountSource):
    """Reads the figures declared for exactly the window asked; another window is non fourni."""

    nom: ClassVar[str] = "declaration"
    logiciel: ClassVar[Logiciel] = Logiciel("Saisie manuelle")
    niveau: ClassVar[Niveau] = Niveau.DECLARE
    Reglages: ClassVar[type[Reglages]] = ReglagesDeclaration

    def etablissements(self) -> Iterable[str]:
        return sorted({declaration.finess for declaration in self._read()})

    def comptes(self, fenetre: Fenetre) -> Iterable[ComptesFournis]:
        for declaration in self._read():
            if (declaration.debut, declaration.fin_incluse) == (fenetre.debut, fenetre.dernier_jour):
                yield ComptesFournis(declaration.finess, self._figures(declaration))

    def pieces(self, fenetre: Fenetre) -> Iterable[Piece]:
        """The document all the figures come from."""
        return [Piece(None, self.reglages.preuve)]

    def _figures(self, declaration: Declaration) -> dict[Compte, int | None]:
        figures: dict[Compte, int | None] = {}
        for name, value in (declaration.model_extra or {}).items():
            if name not in set(Compte) or isinstance(value, bool) or not isinstance(value, int):
                raise self._error(f"« {name} » n'est pas un compte écrit en nombre entier.", declaration.finess)
            figures[Compte(name)] = value
        return figures

    def _read(self) -> list[Declaration]:
        data: dict[str, Any]
        try:
            data = tomllib.loads(self._bytes(self.reglages.fichier, "fichier").decode())
            return FichierDeclarations.model_validate(data).declarations
        except ValidationError as error:
            raise self._error(" ; ".join(explain_validation(error, FichierDeclarations)), "fichier") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise self._error(f"Ce fichier n'est pas du TOML lisible : {error}.", "fichier") from error

    def _bytes(self, path: Path, setting: str) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise self._error(f"Le fichier {path} ne se lit pas ({error.strerror}).", f"réglage {setting}") from error

    def _error(self, message: str, ou: str) -> ConfigurationError:
        return ConfigurationError(
            message,
            remede=f"Corriger le fichier des déclarations. Comptes admis : {', '.join(Compte)}.",
            ou=f"déclaration, {ou}",
            code="declaration",
        )


@hookimpl
def temoin_sources() -> list[type[Source]]:
    """The one source the sdk brings itself."""
    return [DeclarationSource]
