"""CSV as exports write it: separator found by the headings it yields, encoding by the bytes, a line at a time."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from temoin_fichiers.folder import whole
from temoin_fichiers.problems import half_written, unusable
from temoin_fichiers.settings import Jeu
from temoin_fichiers.spelling import says_total
from temoin_fichiers.tables import (
    HEADING_WITHIN,
    HeadingError,
    Line,
    Reference,
    Table,
    below_headings,
    find_columns,
)

_LONGEST: Final = 1_000_000
"""Bytes of one line beyond which a file is no table: a missing end of line would otherwise fill the memory."""

_SEPARATORS: Final = (";", ",", "\t", "|")
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHUNK: Final = 1 << 20


@contextmanager
def open_csv(path: Path, jeu: Jeu, wanted: Sequence[Reference]) -> Iterator[Table]:
    """The lines below the headings of a CSV file."""
    with whole(path), path.open("rb") as file:
        encodage = jeu.encodage or _encoding(file, path)
        separator = jeu.separateur or _separator(file, path, encodage, wanted)
        file.seek(0)
        lines = _Lines(file, path, encodage)
        yield below_headings(path, lines.parsed(separator), wanted)


def _encoding(file: BinaryIO, path: Path) -> str:
    """UTF-8 when every byte of the file is; else the one Windows exports are written in."""
    if file.read(2) in _UTF16:
        raise _utf16(path)
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _separator(file: BinaryIO, path: Path, encodage: str, wanted: Sequence[Reference]) -> str:
    """The separator under which the wanted headings appear; the one that cuts most where none gives them all."""
    file.seek(0)
    sample = [line for line, _ in zip(_Lines(file, path, encodage).physical(), range(HEADING_WITHIN), strict=False)]
    best, most = _SEPARATORS[0], (-len(wanted) - 1, 0)
    for separator in _SEPARATORS:
        with suppress(csv.Error):
            for cells in csv.reader(sample, delimiter=separator):
                with suppress(HeadingError):
                    _, absent = find_columns(cells, wanted)
                    if (score := (-len(absent), len(cells))) > most:
                        best, most = separator, score
    return best


def _utf16(path: Path) -> Exception:
    return unusable(
        path, "il est écrit en UTF-16 (« texte Unicode »)", "L'exporter en « CSV UTF-8 ».", "fichier_encodage"
    )


class _Lines:
    """The physical lines of one file, decoded one by one, then parsed."""

    def __init__(self, file: BinaryIO, path: Path, encodage: str) -> None:
        self._file = file
        self._path = path
        self._encodage = encodage
        self._ended = True

    def physical(self) -> Iterator[str]:
        """Each line with its end. Raises MappingError naming the line for what is not text."""
        number = 0
        while octets := self._file.readline(_LONGEST + 1):
            number += 1
            if number == 1:
                if octets[:2] in _UTF16:
                    raise _utf16(self._path)
                octets = octets.removeprefix(codecs.BOM_UTF8)
            if len(octets) > _LONGEST:
                raise self._bad(number, f"dépasse {_LONGEST} octets", "Vérifier que l'export est bien un CSV.")
            if b"\0" in octets:
                raise self._bad(
                    number, "contient un octet nul", "Refaire l'export : le fichier est abîmé, ou n'est pas du texte."
                )
            self._ended = octets.endswith((b"\n", b"\r"))
            try:
                yield octets.decode(self._encodage)
            except UnicodeDecodeError as error:
                raise self._bad(
                    number,
                    f"n'est pas écrite en {self._encodage}",
                    'Corriger « encodage » ("utf-8" ou "cp1252"), ou l\'ôter : il est alors reconnu.',
                ) from error

    def parsed(self, separator: str) -> Iterator[Line]:
        """Each line that holds something, with its number. Raises SourceError when the last one was cut short."""
        reader = csv.reader(self.physical(), delimiter=separator, strict=True)
        number, before, last = 1, 0, 0
        cells: list[str] = []
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                raise self._broken(number, error) from error
            if any(cell and not cell.isspace() for cell in cells):
                before, last = last, len(cells)
                if not self._ended and last < before and not says_total(cells[0]):
                    raise half_written(self._path, f"sa dernière ligne ({number}) est coupée")
                yield number, cells

    def _broken(self, number: int, error: csv.Error) -> Exception:
        if "unexpected end of data" in str(error):
            return half_written(self._path, f"un guillemet ouvert ligne {number} n'est jamais fermé")
        reason = "a une cellule trop longue" if "field larger" in str(error) else "a des guillemets mal placés"
        return self._bad(number, reason, "Corriger cette ligne, ou refaire l'export.")

    def _bad(self, number: int, reason: str, remede: str) -> Exception:
        return unusable(self._path, f"la ligne {number} {reason}", remede, "fichier_ligne")
