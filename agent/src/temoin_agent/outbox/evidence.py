"""The folder of evidence of each signed report: what was counted, the campaign, the report itself, then its receipt."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from temoin_agent.archive.completing import manifest_of, with_receipt
from temoin_agent.outbox.names import ReportName
from temoin_sdk.archive.layout import CAMPAGNE, MANIFESTE, RAPPORT
from temoin_sdk.archive.layout import RECU as RECU_PREUVE
from temoin_sdk.durable import (
    create_exclusive,
    make_private_folder,
    replace_files,
    storage_error,
    sync_folder,
    sync_tree,
)

PREUVES: Final = "preuves"
EN_COURS: Final = ".en-cours-"

__all__ = [
    "CAMPAGNE",
    "EN_COURS",
    "PREUVES",
    "RAPPORT",
    "RECU_PREUVE",
    "commit_evidence",
    "evidence_folder",
    "evidence_in_progress",
    "file_receipt",
]


def evidence_folder(dossier: Path, name: ReportName) -> Path:
    """Where the evidence of a report lies: the same name as the report's file, under its project."""
    return dossier / PREUVES / name.projet / name.stem


@contextmanager
def evidence_in_progress(dossier: Path) -> Iterator[Path]:
    """A private folder to count into; gone at the end unless `commit_evidence` has put it in place."""
    preuves = dossier / PREUVES
    folder = preuves / f"{EN_COURS}{uuid4().hex}"
    make_private_folder(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def commit_evidence(dossier: Path, en_cours: Path, name: ReportName, files: Mapping[str, bytes]) -> Path:
    """Complete the folder that was counted into with `files` and the manifest of all, and give it its final name.

    Raises StorageError.
    """
    folder = evidence_folder(dossier, name)
    make_private_folder(folder.parent)
    manifest = manifest_of(en_cours, files)
    current = en_cours
    try:
        for current, data in ((en_cours / each, data) for each, data in {**files, MANIFESTE: manifest}.items()):
            create_exclusive(current, data)
        sync_tree(en_cours)
        current = folder
        en_cours.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise storage_error(error, current) from error
    return folder


def file_receipt(dossier: Path, name: ReportName, recu: str) -> None:
    """Copy a receipt beside the evidence it acknowledges, where that evidence is still kept. Raises StorageError."""
    folder = evidence_folder(dossier, name)
    if folder.is_dir():
        replace_files(with_receipt(folder, recu.encode("ascii")))
