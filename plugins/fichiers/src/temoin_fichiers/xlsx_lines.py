"""XLSX, streamed: a sheet is read a row at a time, so that memory does not follow its size."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from temoin_fichiers.folder import whole
from temoin_fichiers.problems import half_written, unusable
from temoin_fichiers.settings import Jeu
from temoin_fichiers.tables import Line, Reference, Table, below_headings


@contextmanager
def open_xlsx(path: Path, jeu: Jeu, wanted: Sequence[Reference]) -> Iterator[Table]:
    """The lines below the headings of one sheet: the one named, or the first."""
    with whole(path), closing(_load(path)) as book:
        yield below_headings(path, _rows(path, _sheet(path, book, jeu.feuille)), wanted)


def _load(path: Path) -> Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validations that it does not read say nothing of values
            return load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, EOFError) as error:
        raise half_written(path, "ce n'est pas un classeur entier (archive coupée ou abîmée)") from error
    except (KeyError, ValueError, InvalidFileException, ParseError) as error:
        raise unusable(
            path, "ce n'est pas un classeur .xlsx", "L'ouvrir dans un tableur et l'enregistrer en .xlsx."
        ) from error


def _sheet(path: Path, book: Workbook, feuille: str | None) -> Iterator[Sequence[object]]:
    names = [sheet.title for sheet in book.worksheets]
    if feuille is not None and feuille not in names:
        raise unusable(
            path, f"il n'a pas de feuille « {feuille} »", f"Feuilles présentes : {', '.join(names)}.", "feuille_absente"
        )
    sheet = book[feuille] if feuille is not None else book.worksheets[0]
    sheet.reset_dimensions()  # what some programs write of a sheet's size is false, and would cut it
    return iter(sheet.iter_rows(values_only=True))


def _rows(path: Path, rows: Iterator[Sequence[object]]) -> Iterator[Line]:
    try:
        for number, cells in enumerate(rows, start=1):
            if any(cell is not None and cell != "" for cell in cells):
                yield number, cells
    except (BadZipFile, EOFError, ParseError) as error:
        raise half_written(path, "ce n'est pas un classeur entier (archive coupée ou abîmée)") from error
