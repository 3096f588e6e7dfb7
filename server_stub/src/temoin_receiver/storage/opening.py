"""Creating and opening the store.

Writers of every process take one lock file around each transaction, so that no two connections ever write or
checkpoint at the same instant (SQLite before 3.51.3 may then lose committed pages); readers open the file read only
and therefore never checkpoint.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock
from sqlalchemy import Connection, Engine, NullPool, Pool, QueuePool, create_engine, event, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from temoin_receiver.storage.tables import LACKS_TABLES, SCHEMA_VERSION, depot, metadata
from temoin_receiver.storage.writer import CAPACITY, GROUP, Writer
from temoin_sdk.errors import Acteur, StorageError

DATABASE = "recepteur.sqlite3"
LOCK = "ecriture.verrou"
BUSY_SECONDS = 5.0
LOCK_SECONDS = 30.0
READERS = 8


class Store:
    """An open store: `reading()` for consistent reads, `writer` for everything else. Close it."""

    def __init__(self, folder: Path, origine: str, readers: Engine, writing: Connection, writer: Writer) -> None:
        self.folder = folder
        self.origine = origine
        self.writer = writer
        self._readers = readers
        self._writing = writing

    @classmethod
    def open(cls, folder: Path, *, capacity: int = CAPACITY, group: int = GROUP) -> "Store":
        """Open the store of `folder`. Raises StorageError when it is absent, unreadable or of another schema."""
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
                _add_tables(writing)
            origine = _read_origine(writing, path)
        except (SQLAlchemyError, OSError) as error:
            raise _unreadable(path) from error
        return cls(
            folder, origine, _reading_engine(path), writing, Writer(writing, lock, capacity=capacity, group=group)
        )

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


def create_store(folder: Path, origine: str) -> None:
    """Create the tables in `folder`, for reports addressed to `origine`; StorageError if a store stands there."""
    path = folder / DATABASE
    if path.exists():
        raise _unusable(
            "Un récepteur existe déjà dans ce dossier.",
            path,
            code="depot_existant",
            remede="Choisir un autre dossier : un dépôt existant n'est jamais remplacé.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(folder / LOCK, timeout=LOCK_SECONDS), _writing_engine(path).begin() as connection:
            metadata.create_all(connection)
            connection.execute(insert(depot).values(unique=1, schema_version=SCHEMA_VERSION, origine=origine))
    except (SQLAlchemyError, OSError) as error:
        raise _unreadable(path) from error


def _add_tables(connection: Connection) -> None:
    """Bring a store that only lacks tables to this schema."""
    with connection.begin():
        if connection.execute(select(depot.c.schema_version)).scalar() in LACKS_TABLES:
            metadata.create_all(connection)
            connection.execute(update(depot).values(schema_version=SCHEMA_VERSION))


def _read_origine(connection: Connection, path: Path) -> str:
    with connection.begin():
        row = connection.execute(select(depot.c.schema_version, depot.c.origine)).one()
    if row.schema_version != SCHEMA_VERSION:
        raise _unusable(
            f"Ce dépôt est au schéma {row.schema_version}, ce programme attend le schéma {SCHEMA_VERSION}.",
            path,
            code="depot_schema",
            remede="Installer la version de temoin-receiver qui correspond à ce dépôt.",
        )
    return str(row.origine)


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
