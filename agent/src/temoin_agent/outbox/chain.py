"""The chain of this installation: the number and digest of the last report it signed, whatever became of it.

It outlives the reports: a person may carry old ones away, and the next number must still follow.
"""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from temoin_sdk.durable import replace_files, storage_error
from temoin_sdk.errors import StorageError
from temoin_sdk.figures import Hex64
from temoin_sdk.report.bounded import Rang

FICHIER = "chaine.json"


class Maillon(BaseModel):
    """A link: rank of a signed report, and the digest of its payload."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    numero: Rang
    empreinte: Hex64


def read_chain(dossier: Path) -> Maillon | None:
    """The last link written, None when there is none yet. Raises StorageError (`chaine_illisible`)."""
    path = dossier / FICHIER
    try:
        return Maillon.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise storage_error(error, path) from error
    except ValidationError as error:
        raise StorageError(
            "Le fichier de la chaîne des rapports est abîmé.",
            ou=str(path),
            remede="Restaurez-le depuis une sauvegarde ; à défaut déplacez-le hors du dossier : "
            "la chaîne sera reconstruite d'après les rapports présents.",
            code="chaine_illisible",
            retryable=False,
        ) from error


def write_chain(dossier: Path, maillon: Maillon) -> None:
    """Make `maillon` the last link, durably. Raises StorageError."""
    text = json.dumps(maillon.model_dump(mode="json"), sort_keys=True)
    replace_files({dossier / FICHIER: text.encode("ascii")})
