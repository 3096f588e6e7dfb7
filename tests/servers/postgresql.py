"""A PostgreSQL server of our own: the newest installed, loopback only, nothing synchronised to disk."""

import signal
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from servers.bases import Base, Server
from servers.processes import account_for, free_port, private_folder, program, run, start

LECTEUR, MOT_DE_PASSE = "lecteur", "phrase de passe d'essai : /@%"
_ADMIN, _ADMIN_PASSWORD = "postgres", "administration-d-essai"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "timezone": "America/Noronha",  # of nobody here: whatever reads the session's zone shows
    "datestyle": "SQL, DMY",
    "lc_messages": "C",
}


class PostgreSQLServer(Server):
    """The server, its port, and who may connect."""

    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self.pid = pid

    def connect(self, name: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """A connection of the administrator that commits each statement."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            dbname=name,
            user=_ADMIN,
            password=_ADMIN_PASSWORD,
            autocommit=True,
            connect_timeout=5,
        )

    def create(self, name: str) -> Base:
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        url = f"postgresql://{LECTEUR}@127.0.0.1:{self.port}/{name}"
        admin = f"postgresql+psycopg://{_ADMIN}:{_ADMIN_PASSWORD}@127.0.0.1:{self.port}/{name}"
        return Base("postgresql", url, MOT_DE_PASSE, create_engine(admin, poolclass=NullPool))

    def drop(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@cache
def postgresql_server() -> PostgreSQLServer:
    """The server of this session, started at first use."""
    folder = "/usr/lib/postgresql/*/bin"
    initdb, postgres = program("initdb", folder), program("postgres", folder)
    account = account_for("postgres")
    home = private_folder(account)
    secret = home / "secret"
    secret.write_text(_ADMIN_PASSWORD)
    secret.chmod(0o644)
    data = home / "data"
    quick = ["--locale=C.UTF-8", "-E", "UTF8", "--no-sync", "--no-instructions"]
    run([initdb, "-D", data, "-U", _ADMIN, "--pwfile", secret, "-A", "scram-sha-256", *quick], account)
    port = free_port()
    settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    server = PostgreSQLServer(port, 0)
    process = start(
        [postgres, "-D", data, "-p", str(port), *settings],
        account,
        Path(home) / "log",
        lambda: server.connect().close(),
        signal.SIGINT,
    )
    server.pid = process.pid
    with server.connect() as connection:
        quoted = MOT_DE_PASSE.replace("'", "''")
        connection.execute(f"CREATE ROLE {LECTEUR} LOGIN PASSWORD '{quoted}' IN ROLE pg_read_all_data".encode())
    return server
