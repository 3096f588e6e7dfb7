"""The files of an archive, whether they lie in a folder on site or in one exported file.

An exported file is a ZIP without compression, so that anybody can open it and its bytes depend on nothing but its
content: files in the order of their names, all of one date, all of the same rights.
"""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Final, NoReturn, Protocol

from temoin_sdk.durable import storage_error
from temoin_sdk.errors import ReportError

MAX_FICHIERS: Final = 40_000
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_RIGHTS: Final = 0o100600 << 16
_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")


class Contents(Protocol):
    """Files by their path from the archive's root."""

    @property
    def ou(self) -> str:
        """The folder or file, to be named in sentences."""

    def names(self) -> frozenset[str]:
        """Every file that is there."""

    def read(self, name: str) -> bytes:
        """One file whole. KeyError when it is not there, StorageError when it cannot be read."""


class FolderContents:
    """An archive on site. Hidden files are being written: they are not part of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def ou(self) -> str:
        return str(self.folder)

    def names(self) -> frozenset[str]:
        try:
            paths = [path.relative_to(self.folder) for path in self.folder.rglob("*") if not path.is_dir()]
        except OSError as error:
            raise storage_error(error, self.folder) from error
        return frozenset(path.as_posix() for path in paths if not any(part.startswith(".") for part in path.parts))

    def read(self, name: str) -> bytes:
        path = self.folder / name
        try:
            return path.read_bytes()
        except FileNotFoundError as error:
            raise KeyError(name) from error
        except OSError as error:
            raise storage_error(error, path) from error


class ZipContents:
    """An exported archive, read where it lies: nothing of it is written anywhere."""

    def __init__(self, path: Path, opened: zipfile.ZipFile) -> None:
        self.path = path
        self._zip = opened
        infos = opened.infolist()
        self._names = frozenset(info.filename for info in infos)
        if len(self._names) != len(infos) or len(infos) > MAX_FICHIERS:
            _refuse(path, "Ce fichier contient deux fois le même nom, ou trop de fichiers.")
        if any(info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1 for info in infos):
            _refuse(path, "Ce fichier est comprimé ou chiffré : Témoin n'exporte pas ainsi.")

    @property
    def ou(self) -> str:
        return str(self.path)

    def names(self) -> frozenset[str]:
        return self._names

    def read(self, name: str) -> bytes:
        try:
            return self._zip.read(name)
        except KeyError as error:
            raise KeyError(name) from error
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError):
            _refuse(self.path, f"Le fichier {name} ne s'y lit pas : il est abîmé.")


def is_export(path: Path) -> bool:
    """Whether this file begins as an exported archive does. Raises StorageError."""
    try:
        with path.open("rb") as file:
            return file.read(4) in _MAGIC
    except OSError as error:
        raise storage_error(error, path) from error


@contextmanager
def open_export(path: Path) -> Iterator[ZipContents]:
    """The content of an exported archive. Raises StorageError, ReportError `archive_fichier`."""
    try:
        opened = zipfile.ZipFile(path)
    except OSError as error:
        raise storage_error(error, path) from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        _refuse(path, "Ce fichier n'est pas une archive de preuves entière : il est coupé ou abîmé.")
    with opened:
        yield ZipContents(path, opened)


def pack(files: Mapping[str, bytes]) -> bytes:
    """The bytes of an exported archive: the same files give the same bytes, on every machine."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system, info.external_attr = _UNIX, _RIGHTS
            archive.writestr(info, data)
    return buffer.getvalue()


def _refuse(path: Path, message: str) -> NoReturn:
    raise ReportError(
        message,
        ou=str(path),
        remede="Reprendre le fichier d'origine, ou demander au gestionnaire un nouvel export (temoin evidence export).",
        code="archive_fichier",
    )
