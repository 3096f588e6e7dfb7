"""The local store: what every export said, by business identifier, under keyed hashes; newest export wins.

One folder, private to the account that runs Témoin (0700): the database (0600) and the key of its hashes (0600). One
connection at a time writes, under a lock file (SQLite before 3.51.3 may lose pages when two connections write or
checkpoint a WAL at once); readers open the file read only. A commit is on disk before anything is acknowledged.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from filelock import FileLock, Timeout

from temoin_sdk.contract import CleIns
from temoin_sdk.durable import create_exclusive, make_private_folder, storage_error, sync_folder
from temoin_sdk.envelope import read_secret, write_secret
from temoin_sdk.errors import KeyFileError, StorageError
from temoin_tddui.matricules import adopt, read_key
from temoin_tddui.pseudonyms import Hasher

BASE: Final = "tddui.sqlite3"
CLE: Final = "usagers.cle"
VERROU: Final = "ecriture.verrou"
SCHEMA: Final = 1
LOCK_SECONDS: Final = 30.0

_TABLES: Final = """
CREATE TABLE depot (schema INTEGER NOT NULL, temoin BLOB NOT NULL);
CREATE TABLE export (
    id INTEGER PRIMARY KEY, empreinte BLOB NOT NULL, ordre TEXT NOT NULL, datation TEXT NOT NULL,
    recu_le TEXT NOT NULL, compteurs TEXT NOT NULL, UNIQUE (empreinte, ordre)
);
CREATE TABLE ressource (
    id INTEGER PRIMARY KEY, cle BLOB NOT NULL UNIQUE, nature TEXT NOT NULL, usager BLOB, provisoire INTEGER NOT NULL,
    finess TEXT, finess_identifiant TEXT, sejour BLOB, statut TEXT, debut TEXT, fin TEXT, ordre TEXT NOT NULL
);
CREATE INDEX ressource_nature ON ressource (nature, usager);
CREATE TABLE membre (
    ressource INTEGER NOT NULL, usager BLOB NOT NULL, provisoire INTEGER NOT NULL, PRIMARY KEY (ressource, usager)
) WITHOUT ROWID;
CREATE TABLE vue (
    ressource INTEGER NOT NULL, ordre TEXT NOT NULL, sure INTEGER NOT NULL, empreinte BLOB NOT NULL,
    generation TEXT NOT NULL, statut TEXT, maj_le TEXT, PRIMARY KEY (ressource, ordre)
) WITHOUT ROWID;
CREATE TABLE lien (ins BLOB NOT NULL, pi BLOB NOT NULL, PRIMARY KEY (ins, pi)) WITHOUT ROWID;
"""
"""`ressource` is what the newest export says, `vue` what each export saw of it (a hash of the content, a status)."""


class Store:
    """An open store. `hasher` makes the keys; `writing` and `reading` give connections."""

    def __init__(self, folder: Path, hasher: Hasher) -> None:
        self.folder = folder
        self.hasher = hasher

    @property
    def base(self) -> Path:
        """The database file."""
        return self.folder / BASE

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on disk when the block ends, or nothing of it.

        Raises StorageError: `tddui_depot_occupe` when another process writes for too long, and those of the disk.
        """
        try:
            with _locked(self.folder), closing(_connect(self.base, "rw")) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA temp_store = MEMORY")
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    connection.rollback()
                    raise
                connection.commit()
        except sqlite3.Error as error:
            raise _unreadable(self.base, error) from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection whose reads all see one committed state. Raises StorageError."""
        try:
            with closing(_connect(self.base, "ro")) as connection:
                connection.execute("PRAGMA temp_store = MEMORY")
                connection.execute("BEGIN")
                yield connection
        except sqlite3.Error as error:
            raise _unreadable(self.base, error) from error

    def cle_ins(self) -> CleIns | None:
        """The key by which persons meet those of other sources, as it stands now; a count may bring another one."""
        with self.reading() as connection:
            return read_key(self.folder, connection)

    def adopt(self, cle: CleIns) -> None:
        """Know persons by this key too. Nothing is written if the store does. Raises StorageError, KeyFileError."""
        if self.cle_ins() != cle:
            with self.writing() as connection:
                adopt(self.folder, connection, cle)


def create_store(folder: Path) -> Store:
    """The store of this folder, made if there is none. Raises StorageError, KeyFileError."""
    if not (folder / BASE).exists():
        make_private_folder(folder)
        with _locked(folder):
            if not (folder / BASE).exists():
                _create(folder)
    return open_store(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The right to write, one process at a time."""
    lock = FileLock(folder / VERROU, timeout=LOCK_SECONDS, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise StorageError(
            "Le dépôt TDDUI est occupé par une autre commande.",
            remede="Réessayer dans un instant : un import est sans doute en cours.",
            ou=str(folder),
            code="tddui_depot_occupe",
        ) from None
    except OSError as error:
        raise storage_error(error, folder) from error
    try:
        yield
    finally:
        lock.release()


def open_store(folder: Path) -> Store:
    """The store of this folder. Raises StorageError (`tddui_depot_absent`, `tddui_depot_schema`), KeyFileError."""
    path = folder / BASE
    if not path.is_file():
        raise StorageError(
            "Ce dossier ne contient pas de dépôt TDDUI.",
            remede="Y importer un premier export avec « temoin-tddui import », ou corriger le chemin du dépôt.",
            ou=str(folder),
            code="tddui_depot_absent",
            retryable=False,
        )
    hasher = Hasher(read_secret(folder / CLE))
    store = Store(folder, hasher)
    with store.reading() as connection:
        schema, temoin = connection.execute("SELECT schema, temoin FROM depot").fetchone()
    if schema != SCHEMA:
        raise StorageError(
            f"Ce dépôt TDDUI est au schéma {schema}, ce programme attend le schéma {SCHEMA}.",
            remede="Mettre à jour temoin-tddui, ou refaire le dépôt à partir des exports.",
            ou=str(path),
            code="tddui_depot_schema",
            retryable=False,
        )
    if temoin != _witness(hasher):
        raise KeyFileError(
            "La clé et la base de ce dépôt TDDUI ne vont pas ensemble : plus personne n'y serait reconnu.",
            remede="Restaurer les deux fichiers d'une même sauvegarde, ou refaire le dépôt à partir des exports.",
            ou=str(folder / CLE),
            code="cles_depareillees",
        )
    return store


def _create(folder: Path) -> None:
    """Key first: a base without its key is refused, a key without a base is used."""
    cle = folder / CLE
    hasher = Hasher(read_secret(cle) if cle.exists() else write_secret(cle))
    temporary = folder / f".{BASE}.tmp"
    temporary.unlink(missing_ok=True)
    create_exclusive(temporary, b"")
    try:
        with closing(_connect(temporary, "rw")) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.executescript(_TABLES)
            connection.execute("INSERT INTO depot VALUES (?, ?)", (SCHEMA, _witness(hasher)))
            connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        raise _unreadable(temporary, error) from error
    temporary.replace(folder / BASE)
    sync_folder(folder)


def _witness(hasher: Hasher) -> bytes:
    return hasher("depot", "temoin")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=LOCK_SECONDS, isolation_level=None)


def _unreadable(path: Path, error: sqlite3.Error) -> StorageError:
    """A sentence by kind; the text of SQLite is left out of it."""
    full = getattr(error, "sqlite_errorname", "") == "SQLITE_FULL"
    return StorageError(
        "Le disque est plein : rien n'a été enregistré." if full else "Le dépôt TDDUI ne se lit ou ne s'écrit pas.",
        remede="Libérer de la place, puis relancer."
        if full
        else "Vérifier les droits et l'état du disque ; à défaut, "
        "restaurer une sauvegarde du dossier du dépôt, ou le refaire à partir des exports.",
        ou=str(path),
        code="disque_plein" if full else "tddui_depot_illisible",
        retryable=full,
    )
