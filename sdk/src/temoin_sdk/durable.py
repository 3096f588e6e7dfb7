"""Files that survive a power cut and a full disk: written beside, synced, then put in place.

Every file and folder made here is private to the account that runs Témoin (0600 and 0700), whatever its umask: they
hold figures or secrets of a site.
"""

import errno
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from temoin_sdk.errors import StorageError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SYNCING = 8
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def storage_error(error: OSError, path: Path) -> StorageError:
    """The French error for a file or folder of ours that the system would not let us write, create or read."""
    if error.errno in _FULL:
        return StorageError(
            f"Le disque est plein, ou le quota est atteint : {path.name} n'a pas pu être écrit.",
            remede="Libérer de la place sur ce disque, puis relancer la commande : rien n'est resté à moitié écrit.",
            ou=str(path),
            code="disque_plein",
        )
    if error.errno in _FORBIDDEN:
        return StorageError(
            f"Le système refuse l'accès à {path.name}.",
            remede="Donner au compte qui lance Témoin le droit de lire et d'écrire à cet endroit, puis relancer.",
            ou=str(path),
            code="acces_refuse",
            retryable=False,
        )
    if error.errno == errno.ENOENT:
        return StorageError(
            f"{path.name} n'existe pas.",
            remede="Vérifier le chemin indiqué, ou restaurer ce fichier depuis une sauvegarde.",
            ou=str(path),
            code="fichier_absent",
            retryable=False,
        )
    return StorageError(
        f"{path.name} n'a pas pu être lu ou écrit ({error.strerror or error}).",
        remede="Vérifier que le disque est branché, sain, et que le dossier existe, puis relancer la même commande.",
        ou=str(path),
    )


def make_private_folder(folder: Path) -> None:
    """Create `folder` and what is missing above it, each 0700; a folder that exists keeps its rights.

    Raises StorageError.
    """
    if folder.is_dir():
        return
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):
            path.mkdir(mode=0o700, exist_ok=True)
            sync_folder(path.parent)
    except OSError as error:
        raise storage_error(error, folder) from error


def create_exclusive(path: Path, data: bytes) -> None:
    """Write a new private file and sync it; what could not be written whole is removed.

    Raises FileExistsError rather than touch a file that exists, and OSError for the rest: the caller knows what the
    file is for and says it.
    """
    _create(path, data, sync=True)


def replace_files(files: Mapping[Path, bytes]) -> None:
    """Put these files in place together: all are written and synced beside their names before the first is renamed.

    So a full disk leaves the files of before untouched, and nothing half-written. Raises StorageError.
    """
    _put(files, sync=True)


def place_files(files: Mapping[Path, bytes]) -> None:
    """As `replace_files`, but left to the system to bring to the disk: for thousands of files that `sync_tree` ends."""
    _put(files, sync=False)


def sync_tree(folder: Path) -> None:
    """Make everything under `folder` survive a power cut. Raises StorageError.

    Several at once: a journal then commits many files in one go, where one after the other each waits for its own.
    """
    try:
        paths = [path for path in folder.rglob("*") if path.is_file()]
        folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
        with ThreadPoolExecutor(_SYNCING) as pool:
            for _ in pool.map(_sync_file, paths):
                pass
        for path in folders:
            sync_folder(path)
    except OSError as error:
        raise storage_error(error, folder) from error


def _put(files: Mapping[Path, bytes], *, sync: bool) -> None:
    temporaries = {path: path.with_name(f".{path.name}.{uuid4().hex}.tmp") for path in files}
    current = Path()
    try:
        for current, data in files.items():
            _create(temporaries[current], data, sync=sync)
        for current, temporary in temporaries.items():
            temporary.replace(current)
        for current in dict.fromkeys(path.parent for path in files) if sync else ():
            sync_folder(current)
    except BaseException as error:
        for temporary in temporaries.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise storage_error(error, current) from error
        raise


def _create(path: Path, data: bytes, *, sync: bool) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if sync:
                os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make names just put in `folder` survive a power cut. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
