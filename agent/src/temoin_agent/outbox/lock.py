"""One agent at a time in a folder: two would give the same number of the chain to two reports."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from temoin_sdk.durable import make_private_folder, replace_files, storage_error
from temoin_sdk.errors import StorageError
from temoin_sdk.report.bounded import spell_instant


@contextmanager
def hold(dossier: Path, commande: str, now: datetime) -> Iterator[None]:
    """Hold `dossier` for `commande`, or raise StorageError (`agent_deja_lance`) that says who holds it and since when.

    The system frees the lock of a process that dies, so that nothing has to be cleaned by hand.
    """
    make_private_folder(dossier)
    lock = FileLock(dossier / ".verrou", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise StorageError(
            f"Un autre agent travaille déjà dans ce dossier : {_holder(dossier)}.",
            ou=str(dossier),
            remede="Attendez qu'il ait fini, puis relancez la même commande : rien n'a été fait cette fois-ci.",
            code="agent_deja_lance",
        ) from error
    except OSError as error:
        raise storage_error(error, dossier / ".verrou") from error
    try:
        _sign_in(dossier, commande, now)
        yield
    finally:
        lock.release()


def _card(dossier: Path) -> Path:
    return dossier / ".verrou.json"


def _sign_in(dossier: Path, commande: str, now: datetime) -> None:
    card = {"commande": commande, "pid": os.getpid(), "machine": socket.gethostname(), "depuis": spell_instant(now)}
    replace_files({_card(dossier): json.dumps(card).encode("utf-8")})


def _holder(dossier: Path) -> str:
    try:
        card = json.loads(_card(dossier).read_text(encoding="utf-8"))
        who = f"« temoin {card['commande']} », processus {card['pid']} sur {card['machine']}"
        return f"{who}, depuis {card['depuis']} (UTC)"
    except (OSError, ValueError, KeyError, TypeError):
        return "il n'a pas encore dit son nom"
