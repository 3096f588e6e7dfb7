"""Who opened personal data of the evidence, when and why: kept on site, one JSON object on each line.

A line is on disk before anything is shown. Each names the SHA-256 of the one before it: a line that is changed or
taken out of the middle shows. It holds leaves and no identifier of a person.
"""

import getpass
import hashlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Final

from temoin_agent.archive.finding import Run
from temoin_sdk.durable import make_private_folder, storage_error, sync_folder
from temoin_sdk.errors import ConfigurationError
from temoin_sdk.report.bounded import spell_instant

JOURNAL: Final = "journal-acces.jsonl"
_MAX_MOTIF: Final = 200


def note_access(dossier: Path, now: datetime, run: Run, *, commande: str, motif: str, objet: str) -> None:
    """Write an access down; `objet` says what was opened, in words that name nobody. Raises StorageError."""
    path = dossier / JOURNAL
    make_private_folder(dossier)
    try:
        lines = path.read_bytes().splitlines() if path.exists() else []
        entry = {
            "le": spell_instant(now),
            "par": account(),
            "commande": commande,
            "preuves": run.name.stem,
            "objet": objet,
            "motif": motif,
            "precedente": hashlib.sha256(lines[-1]).hexdigest() if lines else None,
        }
        text = json.dumps(entry, ensure_ascii=False, sort_keys=True).encode("utf-8") + b"\n"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(dossier)
    except OSError as error:
        raise storage_error(error, path) from error


def find_gap(dossier: Path) -> int | None:
    """The first line that does not name the one before it; None when there is none. Raises StorageError."""
    path = dossier / JOURNAL
    try:
        lines = path.read_bytes().splitlines() if path.exists() else []
    except OSError as error:
        raise storage_error(error, path) from error
    before: bytes | None = None
    for rank, line in enumerate(lines, 1):
        try:
            named = json.loads(line)["precedente"]
        except (ValueError, KeyError, TypeError):
            return rank
        if named != (None if before is None else hashlib.sha256(before).hexdigest()):
            return rank
        before = line
    return None


def read_motif(motif: str) -> str:
    """A reason that can be written down. Raises ConfigurationError `motif_absent`."""
    text = "".join(char if char.isprintable() else " " for char in motif).strip()
    if not text or len(text) > _MAX_MOTIF:
        raise ConfigurationError(
            "Un accès à des données personnelles se justifie : le motif manque, ou dépasse 200 caractères.",
            remede='Ajoutez --motif "…", par exemple --motif "Visite de l\'ARS du 3 décembre". Sans nommer personne.',
            code="motif_absent",
        )
    return text


def account() -> str:
    """The account that typed the command, as the system knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
