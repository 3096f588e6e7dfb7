"""The sheet of way (b): what is expected of some persons of the editor's own demo database, a line each.

UTF-8, separated by `;`, a header that names the columns in any order:

    code;usager;accompagnee;eligible;actif;projet;agenda;dmp
    FOYER-1;4512;oui;oui;oui;non;oui;non

`oui` or `non` everywhere; a person who is not accompanied has `non` in every column.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from temoin_sdk.errors import Acteur, ConfigurationError
from temoin_sdk.evidence import DrapeauFeuille
from temoin_sdk.testing.reference.words import identifier

COLONNES: Final = {
    "eligible": DrapeauFeuille.ELIGIBLE,
    "actif": DrapeauFeuille.ACTIF,
    "projet": DrapeauFeuille.PROJET,
    "agenda": DrapeauFeuille.AGENDA,
    "dmp": DrapeauFeuille.DMP,
}
"""Columns of flags and the flag of the leaf each one is."""

_HEADER: Final = ("code", "usager", "accompagnee", *COLONNES)
_WORDS: Final = {"oui": True, "non": False}


@dataclass(frozen=True, slots=True)
class Attendue:
    """One line: a person at a site; `drapeaux` is None for one who is not accompanied there."""

    ligne: int
    code: str
    usager: str
    drapeaux: DrapeauFeuille | None


def read_sheet(fichier: Path) -> tuple[Attendue, ...]:
    """Every line of the sheet. ConfigurationError names the line and the column that cannot be read."""
    try:
        text = fichier.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = type(error).__name__
        raise _error(fichier, None, f"La feuille ne se lit pas ({reason}).", "L'enregistrer en CSV UTF-8.") from None
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    given = tuple(rows[0]) if rows else ()
    if set(given) != set(_HEADER):
        raise _error(
            fichier, 1, f"Colonnes lues : {', '.join(map(str, given)) or 'aucune'}.", f"Écrire {';'.join(_HEADER)}."
        )
    found = tuple(_line(fichier, rank, row) for rank, row in enumerate(rows, start=2))
    seen: dict[tuple[str, str], int] = {}
    for one in found:
        if (one.code, one.usager) in seen:
            raise _error(
                fichier, one.ligne, "Cette personne est déjà dans la feuille.", "N'écrire chacune qu'une fois."
            )
        seen[one.code, one.usager] = one.ligne
    return found


def _line(fichier: Path, rank: int, row: dict[str, str]) -> Attendue:
    words: dict[str, bool] = {}
    for column in _HEADER[2:]:
        told = (row[column] or "").strip().lower()
        if told not in _WORDS:
            raise _error(fichier, rank, f"Colonne {column} : ni « oui » ni « non ».", "Écrire oui ou non.")
        words[column] = _WORDS[told]
    usager = identifier(row["usager"])
    code = (row["code"] or "").strip()
    if usager is None or not code:
        raise _error(fichier, rank, "Il manque le code ou l'usager.", "Les écrire tels que le logiciel les rend.")
    if not words.pop("accompagnee"):
        if any(words.values()):
            raise _error(fichier, rank, "Une personne non accompagnée ne compte nulle part.", "Mettre non partout.")
        return Attendue(rank, code, usager, None)
    flags = DrapeauFeuille(0)
    for column, flag in COLONNES.items():
        flags |= flag if words[column] else DrapeauFeuille(0)
    return Attendue(rank, code, usager, flags)


def _error(fichier: Path, ligne: int | None, message: str, remede: str) -> ConfigurationError:
    where = f"{fichier.name}, ligne {ligne}" if ligne else fichier.name
    return ConfigurationError(message, remede=remede, ou=where, code="feuille", acteur=Acteur.EDITEUR)
