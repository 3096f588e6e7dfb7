"""How one engine is reached and read: its driver, its read-only transaction, its interruption, what its errors mean."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from importlib import import_module
from typing import Any, ClassVar, Final

from sqlalchemy import URL, Connection, Engine, Executable, create_engine
from sqlalchemy.pool import NullPool

from temoin_sdk.errors import ConnectionRefused
from temoin_sdk.statement.engines.causes import Cause
from temoin_sdk.statement.engines.deadline import Deadline

CONNECTING: Final = 15
"""Seconds a server has to answer at all; never more than the deadline of the read."""

BATCH: Final = 1_000
"""Rows fetched at a time: larger batches were not faster on any engine, and hold more memory."""

Row = tuple[Any, ...]


class Access(ABC):
    """One engine as Témoin reads it. `instantane`: whether probes and statement see one state of the base."""

    moteur: ClassVar[str]
    """Its name in sentences."""
    drivername: ClassVar[str]
    """What SQLAlchemy calls the engine and the driver that Témoin reads it with, whatever the address asks."""
    pilote: ClassVar[str | None] = None
    """The module of the driver, None when Python brings it."""
    extra: ClassVar[str] = ""
    """The extra of temoin-sdk that installs the driver."""
    instantane: ClassVar[bool] = True

    def engine(self, url: URL, deadline: Deadline, source: str) -> Engine:
        """An engine whose every connection only reads, in one transaction; ConnectionRefused without its driver."""
        if self.pilote is not None:
            self._require(self.pilote, source)
        return self.create(url.set(drivername=self.drivername), deadline, source)

    def _require(self, pilote: str, source: str) -> None:
        try:
            import_module(pilote)
        except ImportError as error:
            raise ConnectionRefused(
                f"Pour lire {self.moteur}, il manque ici le pilote Python « {pilote} ».",
                remede=f'Installer : pip install "temoin-sdk[{self.extra}]".',
                ou=f"source {source}",
                code="pilote_absent",
                retryable=False,
            ) from error

    @abstractmethod
    def create(self, url: URL, deadline: Deadline, source: str) -> Engine:
        """The SQLAlchemy engine, its driver present; see `pooled` for what all have in common."""

    @staticmethod
    def pooled(url: URL | str, **options: Any) -> Engine:
        """`create_engine` with one connection at a time, closed at the end and not reset first."""
        return create_engine(url, poolclass=NullPool, pool_reset_on_return=None, hide_parameters=True, **options)

    @staticmethod
    def connecting(deadline: Deadline) -> int:
        """Seconds that a connection may take, at least 2."""
        return max(2, min(CONNECTING, deadline.seconds))

    def snapshot(self, connection: Connection) -> bool:
        """Whether every query of this transaction sees one state of the base, all that can be read of it."""
        return self.instantane

    @abstractmethod
    def interrupt(self, raw: Any) -> None:
        """Stop what the driver's connection is doing; called from another thread, maybe several times."""

    def sever(self, raw: Any) -> None:
        """Cut the connection of a server that does not obey; by default, ask again."""
        self.interrupt(raw)

    def batches(self, connection: Connection, statement: Executable) -> Iterator[list[Row]]:
        """Rows of a statement as the driver's own tuples, as they come, never all in memory.

        A driver whose ordinary cursor fetches everything at once is told otherwise when it connects.
        """
        with connection.execute(statement) as result:
            cursor: Any = result.cursor
            while rows := cursor.fetchmany(BATCH):
                yield rows

    @abstractmethod
    def cause(self, error: BaseException) -> Cause | None:
        """Which case an error of the driver is; None for a query that does not fit."""

    @abstractmethod
    def said(self, error: BaseException) -> str:
        """The engine's own words if they cannot quote a value of a row or a secret, else its code in a sentence."""
