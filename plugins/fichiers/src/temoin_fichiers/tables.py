"""Numbered lines of cells under known headings: what every kind of file is read as."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from temoin_fichiers.problems import unusable
from temoin_fichiers.spelling import plain, spell

Cells = Sequence[object]
Line = tuple[int, Cells]
"""The number a person would call the line by, and its cells."""

Reference = str | int

HEADING_WITHIN: Final = 50
"""Lines among which headings are looked for: exports open with titles and dates of edition."""


@dataclass(frozen=True, slots=True)
class Table:
    """One opened file: where each wanted column stands, how many headings there are, and the lines below them."""

    path: Path
    place: Mapping[Reference, int]
    width: int
    lines: Iterator[Line]


class HeadingError(Exception):
    """A wanted heading stands twice; the message names it."""


def find_columns(headings: Cells, wanted: Iterable[Reference]) -> tuple[dict[Reference, int], list[Reference]]:
    """Places of the wanted columns, and those that are absent. The exact spelling wins over a like one.

    Raises HeadingError for a heading that several columns share: which one is meant is not ours to say.
    """
    texts = [spell(cell) for cell in headings]
    forms = [plain(text) for text in texts]
    place: dict[Reference, int] = {}
    absent: list[Reference] = []
    for one in wanted:
        if isinstance(one, int):
            found = [one - 1] if one <= len(texts) else []
        else:
            found = [i for i, text in enumerate(texts) if text == one.strip()]
            found = found or [i for i, form in enumerate(forms) if form == plain(one)]
        if len(found) > 1:
            ranks = ", ".join(str(i + 1) for i in found)
            raise HeadingError(f"plusieurs colonnes s'appellent « {one} » (colonnes n° {ranks})")
        if found:
            place[one] = found[0]
        else:
            absent.append(one)
    return place, absent


def below_headings(path: Path, lines: Iterator[Line], wanted: Sequence[Reference]) -> Table:
    """The table whose headings are the first line that has every wanted column."""
    nearest: tuple[int, Cells, list[Reference]] | None = None
    for seen, (_, cells) in enumerate(lines):
        try:
            place, absent = find_columns(cells, wanted)
        except HeadingError as error:
            raise unusable(
                path, str(error), "Donner dans « colonnes » le numéro de la bonne colonne (un nombre).", "entete_double"
            ) from error
        if not absent:
            return Table(path, place, len(cells), lines)
        if nearest is None or len(absent) < len(nearest[2]):
            nearest = (len(place), cells, absent)
        if seen + 1 >= HEADING_WITHIN:
            break
    raise missing_headings(path, nearest)


def missing_headings(path: Path, nearest: tuple[int, Cells, list[Reference]] | None) -> Exception:
    """The error for headings that are not there; it shows those of the line that came nearest."""
    if nearest is None:
        return unusable(path, "il n'a aucune ligne", "Refaire l'export.", "entete_absente")
    absent = ", ".join(f"« {one} »" if isinstance(one, str) else f"n° {one}" for one in nearest[2])
    # Where no heading at all was met, the nearest line may be data, and data is not shown.
    shown = ", ".join(f"« {spell(cell)[:60]} »" for cell in nearest[1][:60] if spell(cell)) if nearest[0] else ""
    return unusable(
        path,
        f"aucune de ses {HEADING_WITHIN} premières lignes n'a les colonnes {absent}",
        f"Corriger « colonnes » dans les réglages. Colonnes lues : {shown}."
        if shown
        else "Corriger « colonnes » (ou « separateur ») dans les réglages.",
        "entete_absente",
    )
