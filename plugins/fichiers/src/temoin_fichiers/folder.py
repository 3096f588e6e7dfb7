"""A watched folder: the files that match, oldest first, and the signs that one of them is still being written."""

from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from temoin_fichiers.problems import half_written, said_of
from temoin_sdk.errors import Acteur, SourceError

_PARTIAL: Final = (".part", ".crdownload", ".filepart", ".tmp", ".partial")
"""What transfer programs append while they write."""


def matching_files(dossier: Path, motif: str) -> list[Path]:
    """Every file of the folder whose name matches, oldest first (by date of writing, then name), case aside.

    Raises SourceError when the folder does not answer or holds no such file: an export that stopped is no 0.
    """
    with said_of(dossier):
        found = [path for path in dossier.iterdir() if _is_export(path, motif)]
        found.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
    if not found:
        raise SourceError(
            f"Aucun fichier « {motif} » dans le dossier {dossier}.",
            remede="Déposer l'export dans ce dossier, ou corriger « dossier » et « motif ».",
            ou=str(dossier),
            code="fichier_absent",
            acteur=Acteur.GESTIONNAIRE,
        )
    return found


def _is_export(path: Path, motif: str) -> bool:
    hidden = path.name.startswith((".", "~$"))
    return not hidden and fnmatchcase(path.name.casefold(), motif.casefold()) and path.is_file()


@contextmanager
def whole(path: Path) -> Iterator[None]:
    """Hold that a file is whole and still while it is read.

    Raises SourceError `fichier_incomplet`, which another run may not meet: empty, locked by a spreadsheet, still being
    transferred, or changed during the reading.
    """
    with said_of(path):
        before = path.stat()
        if before.st_size == 0:
            raise half_written(path, "il est vide")
        if path.with_name(f"~${path.name}").exists() or path.with_name(f".~lock.{path.name}#").exists():
            raise half_written(path, "il est ouvert dans un tableur (le fermer ; sinon supprimer le fichier verrou)")
        for ending in _PARTIAL:
            if path.with_name(path.name + ending).exists():
                raise half_written(path, f"un transfert est en cours ({path.name}{ending})")
        yield
        after = path.stat()
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise half_written(path, "il a changé pendant la lecture")
