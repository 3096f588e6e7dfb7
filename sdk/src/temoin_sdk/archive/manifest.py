"""The manifest: one line for every other file of an archive, in one spelling.

`chemin;taille;sha256;etat`, ordered by path. A purged file keeps its line, with the state `purge`: what was there, and
that it was taken away on purpose, stays known.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final, NoReturn

from temoin_sdk.archive.layout import MANIFESTE
from temoin_sdk.durable import storage_error
from temoin_sdk.errors import ReportError

_HEAD: Final = "chemin;taille;sha256;etat\n"
_NAME: Final = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_LINE: Final = re.compile(rf"({_NAME}(?:/{_NAME})*);(0|[1-9][0-9]{{0,15}});([0-9a-f]{{64}});(present|purge)")


class EtatFichier(StrEnum):
    """Whether a file of the manifest is there, or was taken away at the end of the retention."""

    PRESENT = "present"
    PURGE = "purge"


@dataclass(frozen=True, slots=True, order=True)
class Ligne:
    """One file: path from the archive's folder, size in bytes, SHA-256 in hexadecimal."""

    chemin: str
    taille: int
    sha256: str
    etat: EtatFichier = EtatFichier.PRESENT

    @classmethod
    def of(cls, chemin: str, octets: bytes) -> "Ligne":
        """The line of a file with this content."""
        return cls(chemin, len(octets), hashlib.sha256(octets).hexdigest())

    def purged(self) -> "Ligne":
        """The same file, taken away."""
        return replace(self, etat=EtatFichier.PURGE)


def spell_manifest(lignes: Iterable[Ligne]) -> bytes:
    """The manifest of these files, in any order."""
    ordered = sorted(lignes)
    return (_HEAD + "".join(f"{x.chemin};{x.taille};{x.sha256};{x.etat}\n" for x in ordered)).encode("ascii")


def parse_manifest(octets: bytes) -> dict[str, Ligne]:
    """Lines by path. ReportError `archive_manifeste` unless it is spelt as `spell_manifest` would."""
    head, *lines = octets.decode("ascii", errors="replace").splitlines(keepends=True) or [""]
    found = [_LINE.fullmatch(line.removesuffix("\n")) for line in lines]
    if head != _HEAD or not all(found):
        _refuse("Le manifeste n'est pas de la forme chemin;taille;sha256;etat.")
    lignes = [Ligne(one[1], int(one[2]), one[3], EtatFichier(one[4])) for one in found if one is not None]
    by_path = {ligne.chemin: ligne for ligne in lignes}
    if len(by_path) != len(lignes) or spell_manifest(lignes) != octets or MANIFESTE in by_path:
        _refuse("Le manifeste a des lignes en double, en désordre ou écrites autrement que Témoin ne les écrit.")
    return by_path


def list_folder(folder: Path) -> Iterator[Ligne]:
    """A line for every file of an archive's folder but the manifest itself; hidden ones are being written, not kept.

    Raises StorageError.
    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name == MANIFESTE or any(part.startswith(".") for part in name.split("/")) or path.is_dir():
            continue
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                yield Ligne(name, file.tell(), digest)
        except OSError as error:
            raise storage_error(error, path) from error


def with_files(manifest: Mapping[str, Ligne], files: Mapping[str, bytes]) -> bytes:
    """The manifest with lines for these files; the other lines stay as they are: nothing is vouched for anew."""
    return spell_manifest({**manifest, **{path: Ligne.of(path, data) for path, data in files.items()}}.values())


def _refuse(message: str) -> NoReturn:
    raise ReportError(
        message,
        remede="Restaurer l'archive depuis une sauvegarde ; ne pas réécrire son manifeste à la main.",
        code="archive_manifeste",
    )
