"""A MariaDB server of our own: loopback only, nothing synchronised to disk, defaults as hostile as a site's may be."""

import signal
import socket
from functools import cache
from pathlib import Path

import pymysql
from sqlalchemy import URL, create_engine
from sqlalchemy.pool import NullPool

from servers.bases import Base, Server
from servers.processes import account_for, free_port, private_folder, program, run, start

LECTEUR, MOT_DE_PASSE = "lecteur", "phrase de passe d'essai : /@%"
_ADMIN, _ADMIN_PASSWORD = "administration", "administration-d-essai"
_SETTINGS = (
    "bind-address=127.0.0.1",
    "skip-log-bin",
    "skip-name-resolve",
    "innodb-flush-log-at-trx-commit=0",
    "innodb-doublewrite=OFF",
    "innodb-buffer-pool-size=64M",
    # whatever reads the server's zone, modes or alphabet instead of ours shows
    "default-time-zone=-02:00",
    "sql-mode=ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,TIME_ROUND_FRACTIONAL,ALLOW_INVALID_DATES",
    "character-set-server=latin1",
    "collation-server=latin1_german2_ci",
)


class MariaDBServer(Server):
    """The server, its port, and who may connect."""

    def __init__(self, port: int, path: Path) -> None:
        self.port = port
        self.path = path

    def knock(self) -> None:
        """Raise unless it listens; PyMySQL would leave its socket open where nobody does."""
        with socket.socket(socket.AF_UNIX) as wire:
            wire.connect(str(self.path))
        self.connect().close()

    def connect(self) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        """A connection of the administrator, by the socket, that commits each statement."""
        return pymysql.connect(unix_socket=str(self.path), user="root", autocommit=True, charset="utf8mb4")

    def execute(self, *statements: str) -> None:
        """Statements of the administrator, in no database."""
        with self.connect() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def create(self, name: str) -> Base:
        self.execute(
            f"CREATE DATABASE {name} CHARACTER SET utf8mb4", f"GRANT SELECT ON {name}.* TO {LECTEUR}@127.0.0.1"
        )
        reader = URL.create("mariadb", LECTEUR, None, "127.0.0.1", self.port, name)
        admin = URL.create("mysql+pymysql", _ADMIN, _ADMIN_PASSWORD, "127.0.0.1", self.port, name)
        modes = {"sql_mode": "", "charset": "utf8mb4"}
        return Base(
            "mariadb",
            reader.render_as_string(hide_password=False),
            MOT_DE_PASSE,
            create_engine(admin, poolclass=NullPool, connect_args=modes),
        )

    def drop(self, name: str) -> None:
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT id FROM information_schema.processlist WHERE db = %s", (name,))
            for (number,) in cursor.fetchall():
                cursor.execute(f"KILL {number}")
            cursor.execute(f"DROP DATABASE {name}")


@cache
def mariadb_server() -> MariaDBServer:
    """The server of this session, started at first use."""
    install, mariadbd = program("mariadb-install-db"), program("mariadbd", "/usr/sbin", "/usr/libexec")
    account = account_for("mysql")
    home = private_folder(account)
    data, path, port = home / "data", home / "socket", free_port()
    temporary = private_folder(account)  # a server that starts removes the temporary tables of all who share its folder
    run(
        [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db"],
        account,
    )
    server = MariaDBServer(port, path)
    settings = [f"--datadir={data}", f"--socket={path}", f"--port={port}", f"--pid-file={home / 'pid'}"]
    settings.append(f"--tmpdir={temporary}")
    start(
        [mariadbd, "--no-defaults", *settings, *(f"--{one}" for one in _SETTINGS)],
        account,
        home / "log",
        server.knock,
        signal.SIGTERM,
    )
    quoted = MOT_DE_PASSE.replace("'", "''")
    server.execute(
        f"CREATE USER {LECTEUR}@127.0.0.1 IDENTIFIED BY '{quoted}'",
        f"CREATE USER {_ADMIN}@127.0.0.1 IDENTIFIED BY '{_ADMIN_PASSWORD}'",
        f"GRANT ALL ON *.* TO {_ADMIN}@127.0.0.1",
    )
    return server
