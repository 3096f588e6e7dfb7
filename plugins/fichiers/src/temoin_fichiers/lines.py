"""From the lines of a table to values under canonical names: filters, translations, empty cells, lines of totals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from temoin_fichiers.problems import LineProblems
from temoin_fichiers.settings import LES_AUTRES, Jeu
from temoin_fichiers.spelling import plain, says_total, spell
from temoin_fichiers.tables import Cells, Reference, Table

_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class _Filter:
    """What becomes of a line by the word in one column; a word that nobody named is no reason to drop a line."""

    colonne: str
    place: int
    kept: frozenset[str]
    dropped: frozenset[str]

    def word(self, cells: Cells) -> str:
        """The word of this line, as the file spells it."""
        return spell(cells[self.place]) if self.place < len(cells) else ""

    def keeps(self, cells: Cells) -> bool | None:
        """True, False, or None for a word that neither list names."""
        word = plain(self.word(cells))
        if word in self.kept:
            return True
        if word in self.dropped:
            return False
        if LES_AUTRES in self.kept:
            return True
        return False if LES_AUTRES in self.dropped else None


class MappedLines:
    """Lines of one table of one set, as values by canonical name. Problems gather in `problems`."""

    def __init__(self, table: Table, jeu: Jeu, required: frozenset[str], problems: LineProblems) -> None:
        self._table = table
        self._required = required
        self._problems = problems
        self._constants: dict[str, object] = dict(jeu.constantes)
        self._columns = [(name, table.place[one]) for name, one in jeu.colonnes.items()]
        self._headings: Mapping[str, Reference] = jeu.colonnes
        self._translations = {name: jeu.translations(name) for name in jeu.valeurs}
        self._filters = [
            _Filter(
                column,
                table.place[column],
                frozenset(_word(w) for w in jeu.garder.get(column, ())),
                frozenset(_word(w) for w in jeu.ecarter.get(column, ())),
            )
            for column in dict.fromkeys((*jeu.garder, *jeu.ecarter))
        ]

    def __iter__(self) -> Iterator[tuple[int, dict[str, object]]]:
        for number, cells in self._table.lines:
            if self._is_kept(number, cells):
                values = self._values(cells)
                if self._is_full(number, cells, values):
                    yield number, values

    def refuse(self, number: int, column: str, reason: str) -> None:
        """Say what is wrong with the cell under a canonical name, by the heading of the file."""
        self._problems.add(number, self._headings.get(column), reason)

    def _is_kept(self, number: int, cells: Cells) -> bool:
        kept = True
        for one in self._filters:
            verdict = one.keeps(cells)
            if verdict is None:
                if not any(says_total(cell) for cell in cells):
                    self._problems.add(number, one.colonne, _unnamed(one.word(cells)))
                return False
            kept = kept and verdict
        return kept

    def _values(self, cells: Cells) -> dict[str, object]:
        values = dict(self._constants)
        number = len(cells)
        for name, place in self._columns:
            value = cells[place] if place < number else None
            if isinstance(value, str):
                value = value.strip() or None
            if value is not None and name in self._translations:
                value = self._translations[name].get(plain(spell(value)), value)
            values[name] = value
        return values

    def _is_full(self, number: int, cells: Cells, values: dict[str, object]) -> bool:
        """False for a line of totals, or one whose problem has been said."""
        required = [values.get(name) for name in self._required]
        if None in required or "" in required:
            if any(says_total(cell) for cell in cells):
                return False
        elif says_total(values.get("code")) or any(says_total(value) for value in required):
            return False
        empty = [name for name in self._required if values.get(name) in (None, "")]
        for name in sorted(empty):
            self.refuse(number, name, "cellule vide")
        stray = next((i for i in range(self._table.width, len(cells)) if cells[i] not in (None, "")), None)
        if stray is not None:
            self._problems.add(
                number,
                stray + 1,
                f"plus de cellules que d'en-têtes ({self._table.width}) : un texte contient-il le séparateur ?",
            )
        return not empty and stray is None


def _word(text: str) -> str:
    return text if text == LES_AUTRES else plain(text)


def _unnamed(word: str) -> str:
    shown = f"« {word[:_SHOWN]} »" if word else "cellule vide"
    return f"{shown} n'est ni dans garder ni dans ecarter (y écrire « {LES_AUTRES} » pour tous les autres mots)"
