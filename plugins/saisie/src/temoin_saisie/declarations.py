"""Figures typed for one establishment and one window, and the file that keeps them all.

`declarations.toml` lies in the folder of the source, beside `pieces/`, where each proof is copied as it was shown:

    [[declarations]]
    finess = "010780054"
    debut = 2026-08-01
    fin_incluse = 2026-10-31
    pieces = ["4f53cda18c2baa0c-extraction.pdf"]
    personnes_accompagnees = 84
    dossiers_actifs = 79

A count that is not written is non fourni, never 0. The name of a copy begins with the digest it had when it was typed.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from temoin_sdk.durable import make_private_folder, replace_files
from temoin_sdk.errors import Acteur, MappingError
from temoin_sdk.finess import Finess
from temoin_sdk.refused_files import explain_validation
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

FICHIER: Final = "declarations.toml"
PIECES: Final = "pieces"
_DIGITS: Final = 16
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")

NomPiece = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}-[A-Za-z0-9._-]{1,80}$")]
Nombre = Annotated[int, Field(ge=0, le=2**53 - 1)]


class Declaration(BaseModel):
    """One window of one establishment."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    finess: Finess
    debut: date
    fin_incluse: date
    pieces: Annotated[tuple[NomPiece, ...], Field(min_length=1)]
    comptes: dict[Compte, Nombre]

    @property
    def key(self) -> tuple[str, date, date]:
        """What a declaration is about: a later one about the same replaces it."""
        return self.finess, self.debut, self.fin_incluse

    def is_of(self, fenetre: Fenetre) -> bool:
        """Whether it is about exactly this window."""
        return (self.debut, self.fin_incluse) == (fenetre.debut, fenetre.dernier_jour)

    @model_validator(mode="before")
    @classmethod
    def _counts_beside_the_rest(cls, data: Any) -> Any:
        """In the file the counts stand beside the rest, under their own names."""
        if not isinstance(data, Mapping) or "comptes" in data:
            return data
        names = {compte.value for compte in Compte}
        return {k: v for k, v in data.items() if k not in names} | {
            "comptes": {Compte(k): v for k, v in data.items() if k in names},
            "pieces": tuple(data["pieces"]) if isinstance(data.get("pieces"), list) else data.get("pieces"),
        }

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.fin_incluse < self.debut:
            raise ValueError("fin_incluse vient avant debut")
        if not self.comptes:
            raise ValueError(f"aucun compte ; comptes admis : {', '.join(Compte)}")
        return self


class _Fichier(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    declarations: list[Declaration]


class Registre:
    """The declarations of one folder; every change is on the disk, whole, when a method returns."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier

    @property
    def fichier(self) -> Path:
        """Where the figures are."""
        return self.dossier / FICHIER

    def read(self) -> dict[tuple[str, date, date], Declaration]:
        """Everything typed so far. Raises MappingError for a file that somebody spoilt."""
        try:
            data = tomllib.loads(self.fichier.read_text(encoding="utf-8"))
            listed = _Fichier.model_validate(data).declarations
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._error(f"ne se lit pas ({error.strerror})") from error
        except ValidationError as error:
            raise self._error("; ".join(explain_validation(error, _Fichier))) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise self._error(f"n'est pas du TOML lisible ({error})") from error
        found = {one.key: one for one in listed}
        if len(found) < len(listed):
            raise self._error("donne deux fois les chiffres d'un établissement et d'une fenêtre")
        return found

    def keep(self, declarations: Iterable[Declaration]) -> None:
        """Add or replace these declarations. Raises StorageError; the file of before then stands."""
        every = self.read() | {one.key: one for one in declarations}
        text = "\n".join(_spell(every[key]) for key in sorted(every))
        make_private_folder(self.dossier)
        replace_files({self.fichier: text.encode()})

    def keep_piece(self, path: Path) -> str:
        """Copy a proof as it is shown now; gives the name of the copy. Raises OSError for the document itself."""
        octets = path.read_bytes()
        digest = hashlib.sha256(octets).hexdigest()[:_DIGITS]
        name = f"{digest}-{_UNSAFE.sub('_', path.name.removeprefix(f'{digest}-'))[-80:]}"
        folder = self.dossier / PIECES
        make_private_folder(folder)
        replace_files({folder / name: octets})
        return name

    def piece(self, name: str) -> Path:
        """The copy of a proof, unchanged since it was shown. Raises MappingError otherwise."""
        path = self.dossier / PIECES / name
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise self._piece_error(path, f"ne se lit pas ({error.strerror})") from error
        if not name.startswith(digest[:_DIGITS]):
            raise self._piece_error(path, "a changé depuis la saisie")
        return path

    def _error(self, reason: str) -> MappingError:
        return MappingError(
            f"Le fichier des chiffres saisis {reason}.",
            remede="Corriger ce fichier, le restaurer, ou le ranger ailleurs et saisir de nouveau (temoin-saisie).",
            ou=str(self.fichier),
            code="saisie_illisible",
            acteur=Acteur.GESTIONNAIRE,
        )

    def _piece_error(self, path: Path, reason: str) -> MappingError:
        return MappingError(
            f"La pièce {path.name} {reason} : les chiffres qu'elle prouve ne sont plus prouvés.",
            remede="Restaurer ce fichier depuis une sauvegarde, ou saisir de nouveau ces chiffres avec leur pièce.",
            ou=str(path),
            code="piece_changee",
            acteur=Acteur.GESTIONNAIRE,
        )


def _spell(one: Declaration) -> str:
    counts = "".join(f"{compte.value} = {one.comptes[compte]}\n" for compte in Compte if compte in one.comptes)
    return (
        f'[[declarations]]\nfiness = "{one.finess}"\ndebut = {one.debut.isoformat()}\n'
        f"fin_incluse = {one.fin_incluse.isoformat()}\npieces = {json.dumps(list(one.pieces))}\n{counts}"
    )
