"""The form to fill in elsewhere: one line per establishment, one column per count, one for the proofs.

Written as XLSX or CSV and read back whole: every mistake is said with its line and column, and nothing is kept then.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from temoin_saisie.asked import Demande
from temoin_saisie.asking import DocumentError, keep_document, titled
from temoin_saisie.contradictions import find_breaches
from temoin_saisie.declarations import Declaration, Registre
from temoin_saisie.numbers import NumberError, read_number
from temoin_sdk.durable import replace_files
from temoin_sdk.errors import Acteur, MappingError
from temoin_sdk.figures import LIBELLES
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

FINESS, NOM, DU, AU, PIECES = "FINESS", "Établissement", "Du", "Au (inclus)", "Pièces (chemins séparés par |)"
_SEPARATOR: Final = "|"
_LISTED: Final = 20
_FEUILLE: Final = "Saisie"

Row = Sequence[object]


def headings(comptes: Sequence[Compte]) -> list[str]:
    """The first line of a form."""
    return [FINESS, NOM, DU, AU, *(titled(LIBELLES[compte]) for compte in comptes), PIECES]


def write_form(demande: Demande, path: Path) -> None:
    """Write a form, filled in with what is already declared. Raises StorageError, MappingError for the extension."""
    declared = Registre(demande.dossier).read()
    rows = [list(_row(demande, finess=e.finess, nom=e.nom, declared=declared)) for e in demande.etablissements]
    lines: list[Row] = [headings(demande.comptes), *rows]
    octets = _workbook(lines) if _is_workbook(path) else _csv(lines)
    replace_files({path: octets})


def _row(
    demande: Demande, *, finess: str, nom: str, declared: Mapping[tuple[str, date, date], Declaration]
) -> Iterator[object]:
    fenetre = demande.fenetre
    known = declared.get((finess, fenetre.debut, fenetre.dernier_jour))
    yield from (finess, nom, f"{fenetre.debut:%d/%m/%Y}", f"{fenetre.dernier_jour:%d/%m/%Y}")
    for compte in demande.comptes:
        yield known.comptes.get(compte, "") if known else ""
    yield _SEPARATOR.join(str(demande.dossier / "pieces" / name) for name in known.pieces) if known else ""


def _workbook(lines: Sequence[Row]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _FEUILLE
    for line in lines:
        sheet.append(list(line))
    for rank, heading in enumerate(lines[0], start=1):
        sheet.cell(1, rank).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(rank)].width = max(14, len(str(heading)) + 2)
    for cell in sheet["A"]:
        cell.number_format = "@"  # text, or a spreadsheet drops the zero that a FINESS may begin with
    sheet.freeze_panes = "C2"
    octets = io.BytesIO()
    book.save(octets)
    return octets.getvalue()


def _csv(lines: Sequence[Row]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def _is_workbook(path: Path) -> bool:
    kind = path.suffix.casefold()
    if kind not in {".xlsx", ".csv"}:
        raise _refused(path, [f"l'extension « {kind} » n'est ni .xlsx ni .csv"])
    return kind == ".xlsx"


def _refused(path: Path, problems: Sequence[str]) -> MappingError:
    more = [f"… et {len(problems) - _LISTED} autres."] if len(problems) > _LISTED else []
    return MappingError(
        "\n  ".join((f"Le formulaire {path.name} ne peut pas être gardé :", *problems[:_LISTED], *more)),
        remede="Corriger ces cellules et relire le formulaire : rien n'en a été gardé.",
        ou=str(path),
        code="formulaire",
        acteur=Acteur.GESTIONNAIRE,
    )


@dataclass(slots=True)
class _Reading:
    """One form being read: what it declares, and everything that is wrong in it."""

    demande: Demande
    path: Path
    problems: list[str] = field(default_factory=list)
    found: dict[tuple[str, date, date], tuple[dict[Compte, int], tuple[Path, ...]]] = field(default_factory=dict)

    def add(self, number: int, cells: Mapping[str, object]) -> None:
        finess = str(cells[FINESS] or "").strip()
        etablissement = self.demande.find(finess)
        comptes = dict(self._comptes(number, cells))
        pieces = self._pieces(number, cells)
        if not comptes and not pieces:
            return
        if etablissement is None:
            self._say(number, FINESS, f"« {finess[:20]} » n'est pas attendu ici (un zéro initial est-il perdu ?)")
            return
        fenetre = self._fenetre(number, cells)
        if fenetre is None:
            return
        if not comptes:
            self._say(number, PIECES, "une pièce sans aucun chiffre")
        elif not pieces:
            self._say(number, PIECES, "aucune pièce ne prouve ces chiffres")
        for breach in find_breaches(finess, comptes, etablissement.reglages):
            self._say(number, None, breach.message)
        key = (finess, fenetre.debut, fenetre.dernier_jour)
        if key in self.found:
            self._say(number, FINESS, "cet établissement a déjà une ligne pour cette fenêtre")
        self.found[key] = (comptes, pieces)

    def _say(self, number: int, column: str | None, reason: str) -> None:
        self.problems.append(f"ligne {number}{f', colonne « {column} »' if column else ''} : {reason}")

    def _comptes(self, number: int, cells: Mapping[str, object]) -> Iterator[tuple[Compte, int]]:
        for compte in self.demande.comptes:
            column = titled(LIBELLES[compte])
            value = cells.get(column)
            if value is None or not str(value).strip():
                continue
            try:
                yield compte, read_number(value)
            except NumberError as error:
                self._say(number, column, str(error))

    def _pieces(self, number: int, cells: Mapping[str, object]) -> tuple[Path, ...]:
        names = [name.strip().strip('"') for name in str(cells.get(PIECES) or "").split(_SEPARATOR) if name.strip()]
        paths = [self.path.parent / Path(name).expanduser() for name in names]
        for path in paths:
            if not path.is_file():
                self._say(number, PIECES, f"{path} n'existe pas")
        return tuple(paths)

    def _fenetre(self, number: int, cells: Mapping[str, object]) -> Fenetre | None:
        """The window of the line, which must be the one asked: another would never be read."""
        du, au = (self._day(number, column, cells.get(column)) for column in (DU, AU))
        if du is None or au is None:
            return None
        wanted = self.demande.fenetre
        if (du, au) != (wanted.debut, wanted.dernier_jour):
            self._say(number, DU, f"ce n'est pas la fenêtre demandée, {wanted.libelle()} (--du et --au la donnent)")
            return None
        return Fenetre(debut=du, fin=au + timedelta(days=1))

    def _day(self, number: int, column: str, value: object) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        text = str(value or "").strip()
        try:
            if text[2:3] == "/":
                return date(int(text[6:]), int(text[3:5]), int(text[:2]))
            return date.fromisoformat(text)
        except ValueError:
            self._say(number, column, "une date est attendue (31/10/2026)")
            return None


def read_form(demande: Demande, path: Path) -> tuple[Declaration, ...]:
    """Keep what a form declares; gives it. Raises MappingError with every mistake, and then keeps nothing."""
    reading = _Reading(demande, path)
    for number, cells in _lines(path):
        reading.add(number, cells)
    if not reading.found and not reading.problems:
        reading.problems.append("il ne contient aucun chiffre")
    if reading.problems:
        raise _refused(path, reading.problems)
    registre = Registre(demande.dossier)
    try:
        declared = tuple(
            Declaration(
                finess=finess,
                debut=debut,
                fin_incluse=fin,
                comptes=comptes,
                pieces=tuple(dict.fromkeys(keep_document(registre, piece) for piece in pieces)),
            )
            for (finess, debut, fin), (comptes, pieces) in reading.found.items()
        )
    except DocumentError as error:
        raise _refused(path, [str(error)]) from error
    registre.keep(declared)
    return declared


def _lines(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """Lines below the headings, by heading; those that hold nothing are passed over."""
    rows = _workbook_rows(path) if _is_workbook(path) else _csv_rows(path)
    names: list[str] | None = None
    for number, row in rows:
        texts = [str(cell).strip() if cell is not None else "" for cell in row]
        if names is None:
            names = texts if FINESS in texts else None
        elif any(texts):
            yield number, dict(zip(names, row, strict=False))
    if names is None:
        raise _refused(path, [f"aucune ligne n'a l'en-tête « {FINESS} » : repartir de « temoin-saisie formulaire »"])
    if missing := [column for column in (DU, AU, PIECES) if column not in names]:
        raise _refused(path, [f"la colonne « {missing[0]} » manque : repartir de « temoin-saisie formulaire »"])


def _workbook_rows(path: Path) -> list[tuple[int, Row]]:
    try:
        book = load_workbook(path, data_only=True)
    except (OSError, BadZipFile, KeyError, ValueError) as error:
        raise _refused(path, ["ce n'est pas un classeur entier"]) from error
    sheet = book[_FEUILLE] if _FEUILLE in book.sheetnames else book.worksheets[0]
    return list(enumerate(sheet.iter_rows(values_only=True), start=1))


def _csv_rows(path: Path) -> list[tuple[int, Row]]:
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise _refused(path, [f"il ne se lit pas ({error.strerror})"]) from error
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = octets.decode("cp1252", errors="replace")
    separator = max(";,\t", key=text.split("\n", 1)[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return [(reader.line_num, row) for row in reader]
