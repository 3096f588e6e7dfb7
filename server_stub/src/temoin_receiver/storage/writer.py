"""The one writer: a thread that drains a queue into one transaction at a time (group commit).

With a disk that takes five milliseconds to confirm a write, one commit per report gives 171 reports per second and a
shared commit 1 828. Whatever waits while a commit runs goes into the next one: nobody waits on purpose.
"""

import queue
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from temoin_sdk.errors import Acteur, LedgerError, StorageError

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Connection], T]
"""What one item does inside the shared transaction. It must not begin, commit or roll back."""

_DISK = frozenset({"ecriture_impossible", "registre_non_publie"})

CAPACITY = 512
GROUP = 128


Settled = Mapping[str, str]
"""What came of a group after its commit: each receipt by the digest of its report."""


class Book(Protocol):
    """What is done around each transaction (`temoin_receiver.ledger.Keeper`)."""

    def seal(self, connection: Connection) -> None:
        """Inside the transaction, after the works of the group."""

    def settle(self, connection: Connection) -> Settled:
        """After the commit, before anybody is answered."""


@dataclass(frozen=True, slots=True)
class _Item:
    work: Work[Any]
    finish: Callable[[Any, Settled], Any]
    future: "Future[Any]"


@dataclass(frozen=True, slots=True)
class _Outcome:
    value: Any = None
    error: Exception | None = None

    def deliver(self, future: "Future[Any]") -> None:
        if self.error is not None:
            future.set_exception(self.error)
        else:
            future.set_result(self.value)


class Writer:
    """Runs every write of this process on one connection and answers each future once its commit is on disk.

    Each item has its own savepoint: one that raises is undone alone. A failure of the disk or of the commit undoes the
    whole group, and every future of it says so: what was not committed was never promised. When the book cannot be
    settled after the commit, every future says that too: what was written stays, and trying again answers it. `lock`
    is held around each group, because administration commands write to the same file from other processes.
    """

    def __init__(
        self,
        connection: Connection,
        lock: AbstractContextManager[Any],
        book: Book,
        *,
        capacity: int = CAPACITY,
        group: int = GROUP,
    ) -> None:
        self._connection = connection
        self._lock = lock
        self._book = book
        self._group = group
        self._queue: queue.Queue[_Item | None] = queue.Queue(maxsize=capacity)
        self._gate = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._drain, name="temoin-ecriture", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T]) -> "Future[T]":
        """Queue `work`; the future is answered after its commit, or with the error that undid it.

        Raises StorageError `ecriture_saturee` when the queue is full, `ecriture_fermee` when the store is closing:
        both can be tried again later.
        """
        return self.submit_then(work, lambda value, _settled: value)

    def submit_then(self, work: Work[T], finish: Callable[[T, Settled], R]) -> "Future[R]":
        """`submit`, the future being answered with what `finish` makes of the value once the group is settled."""
        future: Future[R] = Future()
        with self._gate:
            if self._closed:
                raise _unavailable("Le récepteur s'arrête et n'écrit plus.", "ecriture_fermee")
            try:
                self._queue.put_nowait(_Item(work, finish, future))
            except queue.Full:
                raise _unavailable("Le récepteur reçoit plus qu'il ne peut écrire.", "ecriture_saturee") from None
        return future

    def write(self, work: Work[T]) -> T:
        """`submit`, then wait."""
        return self.submit(work).result()

    def close(self) -> None:
        """Write what is queued, then stop. Harmless when called twice."""
        with self._gate:
            already, self._closed = self._closed, True
        if not already:
            self._queue.put(None)
        self._thread.join()

    def _drain(self) -> None:
        more = True
        while more:
            batch, more = self._next_batch()
            if batch:
                self._commit(batch)

    def _next_batch(self) -> tuple[list[_Item], bool]:
        """At least one item (waiting for it), then whatever else is there; False once the last one was taken."""
        batch: list[_Item] = []
        item = self._queue.get()
        while item is not None:
            if item.future.set_running_or_notify_cancel():
                batch.append(item)
            if len(batch) >= self._group:
                return batch, True
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _commit(self, batch: list[_Item]) -> None:
        try:
            with self._lock:
                with self._connection.begin():
                    outcomes = [self._attempt(item) for item in batch]
                    self._book.seal(self._connection)
                outcomes = self._settle(batch, outcomes)
        except LedgerError as error:
            outcomes = [_Outcome(error=error)] * len(batch)
        except Exception as error:  # noqa: BLE001 - this thread must outlive any failure; each future carries it
            failure = _unavailable("L'écriture a échoué : rien n'a été enregistré.", "ecriture_impossible")
            failure.__cause__ = error
            outcomes = [_Outcome(error=failure)] * len(batch)
        for item, outcome in zip(batch, outcomes, strict=True):
            outcome.deliver(item.future)

    def _settle(self, batch: list[_Item], outcomes: list[_Outcome]) -> list[_Outcome]:
        """What each item is answered with, its group being on disk already."""
        try:
            settled = self._book.settle(self._connection)
        except LedgerError as error:
            failure: Exception = error
        except Exception as error:  # noqa: BLE001 - as in `_commit`
            failure = _unavailable(
                "Ce qui était à écrire est enregistré, mais la tête du registre n'a pas pu être publiée.",
                "registre_non_publie",
            )
            failure.__cause__ = error
        else:
            return [_finish(item, outcome, settled) for item, outcome in zip(batch, outcomes, strict=True)]
        return [outcome if outcome.error is not None else _Outcome(error=failure) for outcome in outcomes]

    def _attempt(self, item: _Item) -> _Outcome:
        try:
            with self._connection.begin_nested():
                return _Outcome(value=item.work(self._connection))
        except IntegrityError as error:
            return _Outcome(error=error)
        except DBAPIError:
            # Disk full, I/O error: SQLite may have undone the whole transaction already, so the group is lost.
            raise
        except Exception as error:  # noqa: BLE001 - an item that fails by itself must not undo its neighbours
            return _Outcome(error=error)


def _finish(item: _Item, outcome: _Outcome, settled: Settled) -> _Outcome:
    if outcome.error is not None:
        return outcome
    try:
        return _Outcome(value=item.finish(outcome.value, settled))
    except Exception as error:  # noqa: BLE001 - as an item that fails by itself
        return _Outcome(error=error)


def _unavailable(message: str, code: str) -> StorageError:
    return StorageError(
        message,
        code=code,
        acteur=Acteur.ARS if code in _DISK else Acteur.PERSONNE,
        remede="Renvoyer le même rapport, ou relancer la même commande, un peu plus tard : rien n'est perdu et rien ne "
        "comptera deux fois.",
    )
