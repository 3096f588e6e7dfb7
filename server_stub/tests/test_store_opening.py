"""Creating and opening a store: never over another one, never of another schema, always as the design wants."""

import sqlite3

import pytest

from temoin_receiver.installation import create_receiver, keep_ledger
from temoin_receiver.storage import Store, create_store, sqlite_warning
from temoin_receiver.storage.opening import DATABASE
from temoin_sdk.errors import Acteur, StorageError


def test_the_writer_is_durable_and_checks_references(folder):
    store = Store.open(folder, keep_ledger(folder))

    def pragma(name):
        return store.writer.write(lambda connection: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())

    assert (pragma("journal_mode"), pragma("synchronous"), pragma("foreign_keys")) == ("wal", 2, 1)
    store.close()


def test_a_store_knows_its_origin(folder):
    store = Store.open(folder, keep_ledger(folder))
    assert store.origine == "ars.exemple/essai"
    store.close()
    store.close()


def test_a_store_is_never_created_over_another(folder):
    with pytest.raises(StorageError) as refusal:
        create_store(folder, "ars.exemple/autre", lambda _: None)
    assert refusal.value.code == "depot_existant"


def test_a_folder_without_a_store_says_how_to_make_one(tmp_path):
    with pytest.raises(StorageError) as refusal:
        Store.open(tmp_path, keep_ledger(tmp_path))
    assert (refusal.value.code, refusal.value.retryable, refusal.value.acteur) == ("depot_absent", False, Acteur.ARS)
    assert "temoin-receiver init" in refusal.value.remede


def test_a_store_of_another_schema_is_not_opened(folder):
    with sqlite3.connect(folder / DATABASE) as connection:
        connection.execute("UPDATE depot SET schema_version = 99")
    connection.close()
    with pytest.raises(StorageError) as refusal:
        Store.open(folder, keep_ledger(folder))
    assert refusal.value.code == "depot_schema"
    assert "99" in refusal.value.message


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / DATABASE).write_bytes(b"not a database, only a text that is long enough to be read as a header" * 20)
    with pytest.raises(StorageError) as refusal:
        Store.open(tmp_path, keep_ledger(tmp_path))
    assert refusal.value.code == "depot_illisible"


def test_a_path_with_signs_of_its_own_is_opened_as_it_is(tmp_path):
    folder = tmp_path / "ars ?mode=memory#é%20"
    create_receiver(folder, "ars.exemple/essai")
    store = Store.open(folder, keep_ledger(folder))
    store.close()
    assert (folder / DATABASE).stat().st_size > 0


@pytest.mark.parametrize(("version", "warned"), [((3, 51, 2), True), ((3, 40, 1), True), ((3, 51, 3), False)])
def test_sqlite_with_the_wal_reset_bug_is_named(version, warned):
    warning = sqlite_warning(version)
    assert (warning is not None) == warned
    if warning:
        assert "une seule connexion écrit à la fois" in warning
