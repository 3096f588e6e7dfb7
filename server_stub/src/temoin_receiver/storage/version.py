"""What the SQLite library at hand is known to do wrong."""

import sqlite3

SAFE_SQLITE = (3, 51, 3)
"""First release without the WAL-reset bug (sqlite.org/wal.html#walresetbug)."""


def sqlite_warning(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str | None:
    """A French sentence when this SQLite has the WAL-reset bug, and why the store is safe all the same; else None.

    The bug needs two connections that write or checkpoint at the same instant. Here one connection at a time does:
    every writing transaction of every process takes the store's lock first, and readers open the file read only.
    """
    if version >= SAFE_SQLITE:
        return None
    return (
        f"SQLite {'.'.join(map(str, version))} porte le défaut « WAL-reset », corrigé en 3.51.3. Ce récepteur n'y est "
        "pas exposé : une seule connexion écrit à la fois, sous verrou, et les lecteurs ouvrent la base en lecture "
        "seule. N'ouvrez pas cette base en écriture avec un autre outil tant que le récepteur tourne."
    )
