"""The one writer: shared commits, private failures, and nothing promised that is not on disk."""

import queue
import threading

import pytest
from filelock import FileLock
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from temoin_receiver.installation import keep_ledger
from temoin_receiver.storage import Store
from temoin_receiver.storage.opening import LOCK
from temoin_receiver.storage.tables import organismes
from temoin_sdk.errors import StorageError


@pytest.fixture
def store(folder):
    store = Store.open(folder, keep_ledger(folder), capacity=60)
    yield store
    store.close()


def adding(ej):
    return lambda connection: connection.execute(insert(organismes).values(ej=ej, nom="Association"))


def count(store):
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(organismes)).scalar_one()


class Gate:
    """Holds the writer inside one item, so that the next ones pile up behind it."""

    def __init__(self, store):
        self.entered, self.opened = threading.Event(), threading.Event()
        self.future = store.writer.submit(self._wait)
        assert self.entered.wait(10)

    def _wait(self, _connection):
        self.entered.set()
        assert self.opened.wait(10)


def test_fifty_writes_that_wait_share_one_transaction(store):
    begun = []
    original = store.writer._connection.begin

    def begin():
        begun.append(1)
        return original()

    gate = Gate(store)
    store.writer._connection.begin = begin
    futures = [store.writer.submit(adding(f"{rank:09}")) for rank in range(50)]
    gate.opened.set()
    for future in futures:
        future.result(10)
    assert count(store) == 50
    assert len(begun) == 3, "settling what came before, the fifty together, settling them"


def test_a_failing_item_is_undone_alone(store):
    gate = Gate(store)
    before = store.writer.submit(adding("000000001"))

    def half_done(connection):
        adding("000000002")(connection)
        raise RuntimeError("in the middle")

    failing = store.writer.submit(half_done)
    twice = store.writer.submit(adding("000000001"))
    after = store.writer.submit(adding("000000003"))
    gate.opened.set()
    before.result(10)
    after.result(10)
    with pytest.raises(RuntimeError, match="in the middle"):
        failing.result(10)
    with pytest.raises(IntegrityError) as refusal:
        twice.result(10)
    assert "000000001" not in str(refusal.value)
    assert count(store) == 2


def test_no_future_is_answered_before_the_commit(store):
    seen = queue.Queue()
    gate = Gate(store)
    future = store.writer.submit(adding("000000001"))
    future.add_done_callback(lambda _: seen.put(count(store)))
    gate.opened.set()
    assert seen.get(timeout=10) == 1


def test_a_disk_that_fills_up_undoes_the_whole_group_and_says_so(store):
    gate = Gate(store)
    full = store.writer.submit(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 1"))
    small = store.writer.submit(adding("000000001"))
    big = store.writer.submit(
        lambda connection: connection.execute(insert(organismes).values(ej="000000002", nom="x" * 3_000_000))
    )
    gate.opened.set()
    full.exception(10)
    for future in (small, big):
        error = future.exception(10)
        assert isinstance(error, StorageError), error
        assert (error.code, error.retryable) == ("ecriture_impossible", True)
    assert count(store) == 0
    store.writer.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 100000"))
    store.writer.write(adding("000000001"))
    assert count(store) == 1


def test_a_full_queue_refuses_and_keeps_what_it_took(store):
    gate = Gate(store)
    taken = [store.writer.submit(adding(f"{rank:09}")) for rank in range(60)]
    with pytest.raises(StorageError) as refusal:
        store.writer.submit(adding("999999999"))
    assert (refusal.value.code, refusal.value.retryable) == ("ecriture_saturee", True)
    gate.opened.set()
    for future in taken:
        future.result(10)
    assert count(store) == 60


def test_closing_writes_what_is_queued_then_refuses(folder):
    store = Store.open(folder, keep_ledger(folder))
    gate = Gate(store)
    queued = [store.writer.submit(adding(f"{rank:09}")) for rank in range(20)]
    gate.opened.set()
    store.close()
    assert all(future.done() and future.exception() is None for future in queued)
    with pytest.raises(StorageError) as refusal:
        store.writer.submit(adding("999999999"))
    assert refusal.value.code == "ecriture_fermee"
    again = Store.open(folder, keep_ledger(folder))
    assert count(again) == 20
    again.close()


def test_a_cancelled_item_is_not_written(store):
    gate = Gate(store)
    future = store.writer.submit(adding("000000001"))
    assert future.cancel()
    gate.opened.set()
    store.writer.write(adding("000000002"))
    assert count(store) == 1


def test_no_transaction_begins_while_another_process_holds_the_lock(store, folder):
    with FileLock(folder / LOCK):
        future = store.writer.submit(adding("000000001"))
        with pytest.raises(TimeoutError):
            future.result(0.3)
        assert count(store) == 0
    future.result(10)
    assert count(store) == 1


def test_readers_cannot_write(store):
    with store.reading() as connection, pytest.raises(Exception, match="readonly"):
        connection.execute(text("DELETE FROM organismes"))


def test_a_reader_sees_one_state_throughout(store):
    with store.reading() as connection:
        query = select(func.count()).select_from(organismes)
        before = connection.execute(query).scalar_one()
        store.writer.write(adding("000000001"))
        assert connection.execute(query).scalar_one() == before
    assert count(store) == before + 1
