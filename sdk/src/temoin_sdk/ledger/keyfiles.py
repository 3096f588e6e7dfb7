"""The key of a ledger as a file that people hand on: one line, the verifier key that public tools read."""

from pathlib import Path
from typing import Final

from temoin_sdk.durable import storage_error
from temoin_sdk.errors import Acteur, EnvelopeError, KeyFileError
from temoin_sdk.ledger.notes import NoteKey

_MAX: Final = 1024


def read_note_key(path: Path) -> NoteKey:
    """The verifier key of this file. Raises KeyFileError `cle_registre`, StorageError."""
    try:
        with path.open("rb") as file:
            text = file.read(_MAX).decode("utf-8", errors="replace").strip()
    except OSError as error:
        raise storage_error(error, path) from error
    try:
        return NoteKey.parse(text)
    except EnvelopeError as error:
        raise KeyFileError(
            f"{path.name} ne contient pas la clé d'un registre : {error.message}",
            ou=str(path),
            code="cle_registre",
            remede="Demander à l'ARS la clé du registre de son récepteur : une ligne, nom+identifiant+clé.",
            acteur=Acteur.GESTIONNAIRE,
        ) from error
