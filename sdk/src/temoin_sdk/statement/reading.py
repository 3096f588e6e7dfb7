"""Reading a SQL source: read-only, within one deadline of ours over the whole read, rows streamed as they come."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from temoin_sdk.contract.settings import ReglagesSql
from temoin_sdk.errors import ConnectionRefused, MappingError, SourceError
from temoin_sdk.statement.dialects.sqlite import NFC_FUNCTION, nfc
from temoin_sdk.windows import Fenetre

_BATCH = 2_000


class Deadline:
    """One clock over the whole read: an engine's own timeout may start anew at every fetch."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def passed(self) -> bool:
        """Whether the read took longer than allowed."""
        return time.monotonic() > self._end

    def error(self, ou: str) -> SourceError:
        """What to say when it passed."""
        return SourceError(
            f"La lecture a dépassé le délai de {self.seconds} s et a été arrêtée ; rien n'a été compté.",
            remede="Lancer le calcul à une heure creuse, augmenter « delai », ou demander à l'éditeur un index sur "
            "les dates.",
            ou=ou,
            code="delai_depasse",
            retryable=True,
        )


class Reader:
    """One open, read-only connection to a source's database; `bounds` are the values of the binds its texts may use."""

    def __init__(self, connection: Connection, deadline: Deadline, source: str, fenetre: Fenetre) -> None:
        self.connection = connection
        self.source = source
        self._deadline = deadline
        self.bounds: Mapping[str, date] = {"debut": fenetre.debut, "fin": fenetre.fin}

    def stream(self, statement: Any, *, ou: str) -> Iterator[Any]:
        """Rows of a statement in batches, checked against the deadline; SQL errors named for who must act."""
        with self._named(ou):
            result = self.connection.execution_options(yield_per=_BATCH).execute(statement)
            for partition in result.partitions():
                if self._deadline.passed():
                    raise self._deadline.error(ou)
                yield from partition

    def value(self, sql: str, *, ou: str) -> object:
        """The single value of a small query, None when it has no row."""
        with self._named(ou):
            row = self.connection.execute(text(sql)).first()
            return None if row is None else row[0]

    @contextmanager
    def _named(self, ou: str) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if self._deadline.passed():
                raise self._deadline.error(ou) from error
            raise query_error(error, ou) from error


def query_error(error: DBAPIError, ou: str) -> MappingError:
    """A failed query, with the engine's own first line and none of the parameters or row values."""
    line = str(error.orig).strip().splitlines()[0][:300] if str(error.orig).strip() else type(error.orig).__name__
    return MappingError(
        f"La base a refusé la requête : {line}.",
        remede="Transmettre ce message à l'éditeur du plugin : son SELECT ne correspond pas au logiciel installé.",
        ou=ou,
        code="requete_refusee",
    )


@contextmanager
def open_reader(reglages: ReglagesSql, source: str, fenetre: Fenetre) -> Iterator[Reader]:
    """Open the database read-only for one read. ConnectionRefused tells the gestionnaire what to check."""
    deadline = Deadline(reglages.delai)
    engine = _engine(reglages, deadline, source)
    try:
        with _connected(engine, source) as connection:
            yield Reader(connection, deadline, source, fenetre)
            connection.rollback()
    finally:
        engine.dispose()


def _engine(reglages: ReglagesSql, deadline: Deadline, source: str) -> Engine:
    url = make_url(reglages.url)
    if reglages.mot_de_passe is not None:
        url = url.set(password=reglages.mot_de_passe.get_secret_value())
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite_engine(url.database or "", deadline, source)
        return create_engine(url, poolclass=NullPool)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConnectionRefused(
            f"Le moteur « {url.get_backend_name()} » ne peut pas être lu ici.",
            remede="Cette version de Témoin lit SQLite ; pour un autre moteur, demander à l'éditeur du plugin.",
            ou=f"source {source}",
            code="moteur_inconnu",
            retryable=False,
        ) from error


def _sqlite_engine(path: str, deadline: Deadline, source: str) -> Engine:
    if not Path(path).is_file():
        raise ConnectionRefused(
            f"Le fichier de base de données « {path} » n'existe pas.",
            remede="Vérifier l'adresse « url » de cette source, et que le compte de Témoin peut lire ce dossier.",
            ou=f"source {source}",
        )
    engine = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true", poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.create_function(NFC_FUNCTION, 1, nfc, deterministic=True)
        connection.set_progress_handler(deadline.passed, 50_000)
        connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")  # one snapshot for probes and statement

    return engine


@contextmanager
def _connected(engine: Engine, source: str) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise ConnectionRefused(
            f"La base de la source « {source} » ne s'ouvre pas : {str(error.orig).splitlines()[0][:200]}.",
            remede="Vérifier l'adresse, le compte et le mot de passe de cette source, puis relancer.",
            ou=f"source {source}",
        ) from error
    with connection:
        yield connection
