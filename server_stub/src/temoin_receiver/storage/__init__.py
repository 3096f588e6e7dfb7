"""The receiver's store: one SQLite file, one writer with group commit, readers on their own connections."""

from temoin_receiver.storage.opening import Depot, Store, create_store
from temoin_receiver.storage.version import sqlite_warning
from temoin_receiver.storage.writer import Writer

__all__ = ["Depot", "Store", "Writer", "create_store", "sqlite_warning"]
