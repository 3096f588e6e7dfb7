"""Real database servers that the tests start themselves, and one way to fill a base on any of them.

Where an engine is not installed its tests skip and say why; with TEMOIN_SERVEURS=exiges they fail.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from servers.bases import Base, Server
from servers.counting import FENETRE, FINESS, counted, reading
from servers.mariadb import MariaDBServer, mariadb_server
from servers.postgresql import PostgreSQLServer, postgresql_server
from servers.sqlite import sqlite_base

SERVERS: Final[dict[str, Callable[[], Server]]] = {"postgresql": postgresql_server, "mariadb": mariadb_server}
"""Every server that can be started here; an engine is added by a line."""

ENGINES: Final = ("sqlite", *SERVERS)
"""What a test that every engine must pass is parametrised with."""

__all__ = [
    "ENGINES",
    "FENETRE",
    "FINESS",
    "SERVERS",
    "Base",
    "MariaDBServer",
    "PostgreSQLServer",
    "Server",
    "counted",
    "mariadb_server",
    "open_base",
    "postgresql_server",
    "reading",
    "sqlite_base",
]


@contextmanager
def open_base(moteur: str, folder: Path) -> Iterator[Base]:
    """A new empty database of an engine; `folder` holds it if it is a file."""
    if moteur == "sqlite":
        yield sqlite_base(folder / "base.db")
        return
    with SERVERS[moteur]().base() as base:
        yield base
