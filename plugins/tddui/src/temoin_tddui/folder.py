"""Exports in a folder: each file is one Bundle, plain or gzipped, taken in whole or refused by name.

Several files share a transaction (a disk takes long to confirm one), each with a savepoint of its own: a refused one
leaves the others. Nothing of a file's name is kept: names of files may hold names of people.
"""

import gzip
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from temoin_sdk.contract import CleIns
from temoin_sdk.durable import storage_error
from temoin_sdk.errors import ConfigurationError, TemoinError
from temoin_tddui.accumulating import Datation, ExportDate, Taken, accumulate, known_export
from temoin_tddui.bundle import LOT, read_bundle
from temoin_tddui.matricules import is_read, read_key
from temoin_tddui.moments import days_in_name
from temoin_tddui.problems import BundleRefused, unreadable
from temoin_tddui.store import Store

MAX_FILE: Final = 512 * 1024 * 1024
"""Bytes of one Bundle, once unzipped."""

_TOGETHER: Final = 64
_TOGETHER_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken in, and why."""

    fichier: Path
    erreur: TemoinError


@dataclass(slots=True)
class Imported:
    """What became of the files of a folder."""

    pris: list[tuple[Path, Taken]] = field(default_factory=list)
    refuses: list[Refused] = field(default_factory=list)

    def raise_first(self) -> None:
        """Raise the error of the first refused file: figures that leave a file out would be wrong without a word."""
        if self.refuses:
            raise self.refuses[0].erreur


def list_files(folder: Path, motifs: Iterable[str]) -> list[Path]:
    """Files of a folder, or the one file given, in the order of their names.

    Raises ConfigurationError `tddui_dossier_absent`. A link that leads out of the folder is not followed.
    """
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise ConfigurationError(
            "Le dossier des exports TDDUI n'existe pas.",
            remede="Corriger le chemin, ou créer ce dossier et y faire déposer les exports.",
            ou=str(folder),
            code="tddui_dossier_absent",
        )
    root = folder.resolve()
    found = {path for motif in motifs for path in folder.glob(motif)}
    return sorted(path for path in found if path.is_file() and path.resolve().is_relative_to(root))


def import_folder(
    store: Store, folder: Path, motifs: Iterable[str], now: datetime, date: str | None = None
) -> Imported:
    """Take every file in. `date` is for exports that say none themselves. Raises StorageError."""
    imported = Imported()
    for group in _groups(list_files(folder, motifs)):
        with store.writing() as connection:
            cle_ins = read_key(store.folder, connection)
            for path in group:
                try:
                    taken = _take(connection, store, cle_ins, path, _fallback(path, date), now)
                except BundleRefused as error:
                    error.ou = f"{path}, {error.place}" if error.place else str(path)
                    imported.refuses.append(Refused(path, error))
                else:
                    imported.pris.append((path, taken))
    return imported


def _groups(files: Iterable[Path]) -> Iterator[list[Path]]:
    """Files that share a transaction: few enough not to hold up who else writes."""
    group: list[Path] = []
    size = 0
    for path in files:
        weight = path.stat().st_size
        if group and (size + weight > _TOGETHER_BYTES or len(group) == _TOGETHER):
            yield group
            group, size = [], 0
        group.append(path)
        size += weight
    if group:
        yield group


def read_file(path: Path) -> bytes:
    """The bytes of a file, unzipped if its name ends with .gz; never more than MAX_FILE. Raises BundleRefused."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise unreadable("le fichier compressé est abîmé", "") from None
    except OSError as error:
        raise storage_error(error, path) from error
    if len(data) > MAX_FILE:
        raise unreadable(f"plus de {MAX_FILE // 1024 // 1024} Mio ; le couper en plusieurs lots", "")
    return data


def _take(
    connection: sqlite3.Connection,
    store: Store,
    cle_ins: CleIns | None,
    path: Path,
    fallback: ExportDate,
    now: datetime,
) -> Taken:
    """One file; bytes that the store knows are not even read as JSON, unless they came before the key of the INS."""
    data = read_file(path)
    empreinte = store.hasher.octets(LOT, data)
    known = known_export(connection, empreinte, fallback)
    if known is not None and is_read(connection, empreinte, cle_ins):
        return Taken(False, known, Counter())
    bundle = read_bundle(data, store.hasher, cle_ins)
    date = fallback if bundle.date is None else ExportDate(bundle.date, Datation.LOT)
    return accumulate(connection, bundle, date, now)


def _fallback(path: Path, asked: str | None) -> ExportDate:
    """The date of an export that says none: the one asked for, else the one in the file's name.

    One day in a name is the day of the export. Two are a period (TDDUI_…_2026-08-01_2026-10-31_1.json): the last one
    ranks the export, but it may have been made later, so it proves nothing about when something changed.
    """
    if asked is not None:
        return ExportDate(asked, Datation.DEMANDE)
    days = days_in_name(path.name)
    if days:
        return ExportDate(days[-1], Datation.NOM if len(days) == 1 else Datation.PERIODE)
    return ExportDate("", Datation.AUCUNE)
