"""What this installation remembers of each ledger, in `registres/`: the last signed head, how far entries were read."""

import json
from pathlib import Path
from typing import Final
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from temoin_sdk.durable import make_private_folder, replace_files, storage_error
from temoin_sdk.errors import EnvelopeError, StorageError
from temoin_sdk.figures import Nombre
from temoin_sdk.ledger import Checkpoint, NoteKey, read_checkpoint

REGISTRES: Final = "registres"


class Inconnu(BaseModel):
    """An entry that names this organisme and that this installation cannot explain; `phrase` says what it is."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    rang: Nombre
    phrase: str


class Souvenir(BaseModel):
    """The last head that was believed, as it was signed; entries below `relu` were read; those still unexplained."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    point_de_controle: str
    relu: Nombre = 0
    inconnus: tuple[Inconnu, ...] = Field(default=(), max_length=1000)


def memory_path(dossier: Path, origine: str) -> Path:
    """Where the memory of the ledger of this origin stands."""
    return dossier / REGISTRES / f"{quote(origine, safe='')}.json"


def read_memory(dossier: Path, key: NoteKey) -> tuple[Souvenir, Checkpoint] | None:
    """What is remembered of the ledger of `key`, None before the first time.

    Raises StorageError `registre_memoire` when it is damaged, or signed by another key than the one configured.
    """
    path = memory_path(dossier, key.nom)
    try:
        found = Souvenir.model_validate_json(path.read_bytes())
        return found, read_checkpoint(found.point_de_controle, key)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise storage_error(error, path) from error
    except (ValidationError, EnvelopeError) as error:
        raise StorageError(
            "Ce que cet agent a retenu du registre du récepteur ne se lit pas, ou n'est pas signé par la clé "
            "configurée.",
            ou=str(path),
            remede="Vérifiez registre = … de [[recepteurs]] auprès de l'ARS ; sinon restaurez ce fichier depuis une "
            "sauvegarde. À défaut, déplacez-le : l'agent repartira de ce que le récepteur montre aujourd'hui.",
            code="registre_memoire",
            retryable=False,
        ) from error


def write_memory(dossier: Path, origine: str, souvenir: Souvenir) -> None:
    """Remember, durably. Raises StorageError."""
    path = memory_path(dossier, origine)
    make_private_folder(path.parent)
    text = json.dumps(souvenir.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True)
    replace_files({path: f"{text}\n".encode()})


def keep_both(dossier: Path, origine: str, seen: str, shown: str) -> Path:
    """Keep two heads that do not go together, each as it was signed: what must be shown to the ARS."""
    path = memory_path(dossier, origine).with_suffix(".ecart.txt")
    make_private_folder(path.parent)
    text = f"Vu auparavant par cet agent :\n\n{seen}\nMontré ensuite par le récepteur :\n\n{shown}"
    replace_files({path: text.encode()})
    return path
