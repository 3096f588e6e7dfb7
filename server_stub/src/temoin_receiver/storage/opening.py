"""Creating and opening the store.

Writers of every process take one lock file around each transaction, so that no two connections ever write or
checkpoint at the same instant (SQLite before 3.51.3 may then lose committed pages); readers open the file read only
and therefore never checkpoint.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from filelock import FileLock
from sqlalchemy import Connection, Engine, NullPool, Pool, QueuePool, create_engine, event, insert, select
from sqlalchemy.exc import SQLAlchemyError

from temoin_receiver.storage.tables import SCHEMA_VERSION, depot, metadata
from temoin_receiver.storage.writer import CAPACITY, GROUP, Writer
from temoin_sdk.errors import Acteur, StorageError

if TYPE_CHECKING:  # the ledger reads the tables of this room
    from temoin_receiver.ledger import Keeper

DATABASE = "recepteur.sqlite3"
LOCK = "ecriture.verrou"
PUBLISHED = "tete-publiee.txt"
BUSY_SECONDS = 5.0
LOCK_SECONDS = 30.0
READERS = 8


@dataclass(frozen=True, slots=True)
class Depot:
    """What a store says of itself: the origin of its ledger, and where the published head is kept."""

    origine: str
    tete_publiee: Path


class Store:
    """An open store: `reading()` for consistent reads, `writer` for everything else. Close it."""

    def __init__(
        self, folder: Path, depot: Depot, keeper: "Keeper", readers: Engine, writing: Connection, writer: Writer
    ) -> None:
        self.folder = folder
        self.origine = depot.origine
        self.keeper = keeper
        self.writer = writer
        self._readers = readers
        self._writing = writing

    @classmethod
    def open(
        cls, folder: Path, keep: "Callable[[Depot], Keeper]", *, capacity: int = CAPACITY, group: int = GROUP
    ) -> "Store":
        """Open the store of `folder`; `keep` answers who keeps its ledger. Nothing of the ledger is checked here.

        Raises StorageError when it is absent, unreadable or of another schema, and what `keep` raises.
        """
        path = folder / DATABASE
        if not path.is_file():
            raise _unusable(
                "Ce dossier ne contient pas de récepteur.",
                path,
                code="depot_absent",
                remede="Le créer avec « temoin-receiver init », ou corriger l'option --dossier.",
            )
        lock = FileLock(folder / LOCK, timeout=LOCK_SECONDS, thread_local=False)
        try:
            with lock:
                writing = _writing_engine(path).connect()
            depot = _read_depot(writing, path)
        except (SQLAlchemyError, OSError) as error:
            raise _unreadable(path) from error
        keeper = keep(depot)
        writer = Writer(writing, lock, keeper, capacity=capacity, group=group)
        return cls(folder, depot, keeper, _reading_engine(path), writing, writer)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose reads all see the same committed state."""
        with self._readers.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Finish the queued writes, then let go of the file. Harmless when called twice."""
        self.writer.close()
        self._readers.dispose()
        with FileLock(self.folder / LOCK, timeout=LOCK_SECONDS):
            self._writing.close()


def create_store(
    folder: Path, origine: str, first: Callable[[Connection], object], tete_publiee: Path | None = None
) -> None:
    """Create the tables in `folder`, for reports addressed to `origine`; StorageError if a store stands there.

    `first` writes, in the same transaction, what the ledger begins with.
    """
    path = folder / DATABASE
    if path.exists():
        raise _unusable(
            "Un récepteur existe déjà dans ce dossier.",
            path,
            code="depot_existant",
            remede="Choisir un autre dossier : un dépôt existant n'est jamais remplacé.",
        )
    published = (path.with_name(PUBLISHED) if tete_publiee is None else tete_publiee).absolute()
    if published.exists():
        raise _unusable(
            "Un registre a déjà été publié à cet endroit : un récepteur neuf ne prend pas sa suite.",
            published,
            code="tete_publiee_existante",
            remede="Remettre la base qui va avec cette tête publiée, ou créer le récepteur ailleurs, sous une autre "
            "origine.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(folder / LOCK, timeout=LOCK_SECONDS), _writing_engine(path).begin() as connection:
            metadata.create_all(connection)
            place = None if tete_publiee is None else str(published)
            values = {"unique": 1, "schema_version": SCHEMA_VERSION, "origine": origine, "tete_publiee": place}
            connection.execute(insert(depot).values(values))
            first(connection)
    except (SQLAlchemyError, OSError) as error:
        raise _unreadable(path) from error


def _read_depot(connection: Connection, path: Path) -> Depot:
    with connection.begin():
        version = connection.execute(select(depot.c.schema_version)).scalar_one()
        if version == SCHEMA_VERSION:
            row = connection.execute(select(depot.c.origine, depot.c.tete_publiee)).one()
            place = path.with_name(PUBLISHED) if row.tete_publiee is None else Path(row.tete_publiee)
            return Depot(str(row.origine), place)
    raise _unusable(
        f"Ce dépôt est au schéma {version}, ce programme attend le schéma {SCHEMA_VERSION}.",
        path,
        code="depot_schema",
        remede="Installer la version de temoin-receiver qui correspond à ce dépôt.",
    )


def _writing_engine(path: Path) -> Engine:
    def connect() -> sqlite3.Connection:
        connection = _connect(path, "rwc")
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    return _engine(connect, NullPool, "BEGIN IMMEDIATE")


def _reading_engine(path: Path) -> Engine:
    return _engine(lambda: _connect(path, "ro"), QueuePool, "BEGIN", pool_size=READERS, max_overflow=-1)


def _engine(connect: Callable[[], sqlite3.Connection], pool: type[Pool], begin: str, **pool_options: int) -> Engine:
    """An engine whose transactions begin with `begin`; the values of a statement never appear in errors nor in logs."""
    engine = create_engine("sqlite://", creator=connect, poolclass=pool, hide_parameters=True, **pool_options)

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", start)
    return engine


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    """Made in one thread and used in another, never in two at once. Transactions are begun by SQLAlchemy alone."""
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        check_same_thread=False,
        timeout=BUSY_SECONDS,
        isolation_level=None,
    )


def _unusable(message: str, path: Path, *, code: str, remede: str) -> StorageError:
    return StorageError(message, ou=str(path), code=code, remede=remede, acteur=Acteur.ARS, retryable=False)


def _unreadable(path: Path) -> StorageError:
    return _unusable(
        "Le dépôt ne peut pas être ouvert.",
        path,
        code="depot_illisible",
        remede="Vérifier la place libre, les droits du dossier et que ce fichier est bien une base de récepteur.",
    )
