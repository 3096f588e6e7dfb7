"""Reading a SQL source: read-only, within one deadline of ours over the whole read, rows streamed as they come."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Executable, make_url, text
from sqlalchemy.exc import DBAPIError

from temoin_sdk.contract.settings import ReglagesSql
from temoin_sdk.errors import SourceError
from temoin_sdk.statement.editor_text import clean
from temoin_sdk.statement.engines import Access, access_for
from temoin_sdk.statement.engines.base import Row
from temoin_sdk.statement.engines.causes import not_opened, refused
from temoin_sdk.statement.engines.deadline import Deadline
from temoin_sdk.windows import Fenetre


class Reader:
    """One open, read-only connection to a source's database.

    `bounds` are the values of the binds its texts may use. `instantane`: every query sees one state of the base.
    """

    def __init__(
        self, connection: Connection, access: Access, deadline: Deadline, source: str, fenetre: Fenetre
    ) -> None:
        self.connection = connection
        self.source = source
        self.instantane = access.snapshot(connection)
        self.bounds: Mapping[str, date] = {"debut": fenetre.debut, "fin": fenetre.fin}
        self._access = access
        self._deadline = deadline

    def batches(self, statement: Executable, *, ou: str) -> Iterator[list[Row]]:
        """Rows of a statement as plain tuples, in the order of its columns, a list of them at a time.

        Checked against the deadline between two lists; errors of the engine are named for who must act.
        """
        with self.named(ou):
            for rows in self._access.batches(self.connection, statement):
                if self._deadline.passed():
                    raise self._deadline.error(ou)
                yield rows

    def stream(self, statement: Executable, *, ou: str) -> Iterator[Row]:
        """The same rows one by one."""
        return chain.from_iterable(self.batches(statement, ou=ou))

    def value(self, sql: str, *, ou: str) -> object:
        """The single value of a small query of the plugin's, None when it has no row."""
        with self.named(ou):
            row = self.connection.execute(text(clean(sql, ou=ou))).first()
            return None if row is None else row[0]

    @contextmanager
    def named(self, ou: str) -> Iterator[None]:
        """What the engine refuses in here becomes an error for who must act, without any value of a row."""
        driver = getattr(self.connection.dialect.loaded_dbapi, "Error", DBAPIError)
        try:
            yield
        except (DBAPIError, driver) as error:
            if self._deadline.passed():
                raise self._deadline.error(ou) from None
            raise query_error(error, ou, self._access) from None


def query_error(error: BaseException, ou: str, access: Access) -> SourceError:
    """A failed query, without parameters, values of rows or what the driver chained to it."""
    orig = _orig(error)
    return refused(access.cause(orig), access.said(orig), ou)


@contextmanager
def open_reader(reglages: ReglagesSql, source: str, fenetre: Fenetre) -> Iterator[Reader]:
    """Open the database read-only for one read. ConnectionRefused tells the gestionnaire what to check."""
    deadline = Deadline(reglages.delai)
    url = make_url(reglages.url)
    if reglages.mot_de_passe is not None:
        url = url.set(password=reglages.mot_de_passe.get_secret_value())
    access = access_for(url.get_backend_name(), source)
    engine = access.engine(url, deadline, source)
    try:
        with _connected(engine.connect, access, deadline, source) as connection:
            raw = connection.connection.driver_connection
            with deadline.watch(lambda: access.interrupt(raw), lambda: access.sever(raw)):
                yield Reader(connection, access, deadline, source, fenetre)
                with suppress(DBAPIError):  # everything was read: a server gone since then changes nothing
                    connection.rollback()
    finally:
        engine.dispose()


@contextmanager
def _connected(connect: Any, access: Access, deadline: Deadline, source: str) -> Iterator[Connection]:
    try:
        connection = connect()
    except DBAPIError as error:
        orig = _orig(error)
        raise not_opened(access.cause(orig), access.said(orig), source) from None
    with connection:
        yield connection


def _orig(error: BaseException) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
