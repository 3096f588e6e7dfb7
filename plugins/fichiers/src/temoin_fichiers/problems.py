"""What is wrong with a file, said to the one who can mend it: which file, which line, which column, why.

A cell is never quoted: it may name a person. Its shape is enough to find it (« 99.99.9999 »).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from temoin_sdk.errors import Acteur, MappingError, SourceError

_LISTED: Final = 10
_SHOWN: Final = 24


class CellError(Exception):
    """One cell that does not fit; the message is the reason, in French."""


def shape_of(value: object) -> str:
    """What a value looks like without saying it: digits as 9, letters as a."""
    if not isinstance(value, str):
        return type(value).__name__
    text = "".join("9" if c.isdigit() else "a" if c.isalpha() else c for c in value[:_SHOWN])
    return f"« {text}{'…' if len(value) > _SHOWN else ''} »"


def half_written(path: Path, reason: str) -> SourceError:
    """A file that is not whole yet: nothing of it is counted, and the same run succeeds once it is."""
    return SourceError(
        f"Le fichier {path.name} n'est pas complet : {reason}.",
        remede="Attendre la fin de l'export (ou le refaire, puis remplacer ce fichier), et relancer la même commande : "
        "rien n'a été compté, rien n'est perdu.",
        ou=str(path),
        code="fichier_incomplet",
        acteur=Acteur.GESTIONNAIRE,
        retryable=True,
    )


def unusable(path: Path, reason: str, remede: str, code: str = "fichier_illisible") -> MappingError:
    """A file that is whole and cannot be read as its settings say."""
    return MappingError(
        f"Le fichier {path.name} ne se lit pas : {reason}.",
        remede=remede,
        ou=str(path),
        code=code,
        acteur=Acteur.GESTIONNAIRE,
    )


class LineProblems:
    """Gathers what is wrong in one file, so that one mistake hides no other, and raises at its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: list[str] = []
        self._number = 0

    def add(self, numero: int, colonne: str | int | None, reason: str) -> None:
        """Keep one problem; after many of them the rest of the file is not worth reading."""
        place = "" if colonne is None else f", colonne {_column(colonne)}"
        self._number += 1
        self._lines.append(f"  ligne {numero}{place} : {reason}")
        if self._number >= _LISTED:
            self.check(more=True)

    def check(self, *, more: bool = False) -> None:
        """Raise MappingError when anything was wrong."""
        if not self._number:
            return
        head = f"{self._number} lignes" if self._number > 1 else "une ligne"
        head += " au moins" if more else ""
        raise MappingError(
            "\n".join((f"Le fichier {self.path.name} a {head} qu'on ne peut pas compter :", *self._lines)),
            remede="Corriger ces lignes, les faire écarter (« ecarter »), ou corriger « colonnes » dans les réglages.",
            ou=str(self.path),
            code="fichier_ligne",
            acteur=Acteur.GESTIONNAIRE,
        )


def _column(colonne: str | int) -> str:
    return f"n° {colonne}" if isinstance(colonne, int) else f"« {colonne} »"


@contextmanager
def said_of(path: Path) -> Iterator[None]:
    """Turn what the system refuses about a file into an error that names it."""
    try:
        yield
    except OSError as error:
        raise SourceError(
            f"{path} ne s'ouvre pas ({error.strerror or type(error).__name__}).",
            remede="Vérifier que le partage est monté et que le compte qui lance Témoin a le droit d'y lire.",
            ou=str(path),
            code="fichier_illisible",
            acteur=Acteur.GESTIONNAIRE,
            retryable=True,
        ) from error
