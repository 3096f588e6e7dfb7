"""Grouped rows on disk between the reading and the counting: a DUI is read fast, and memory does not grow with persons.

The file has no name where the system allows it, and is removed with the process that opened it, killed or not. What is
in it is encrypted with a key that exists in memory alone, so that a block of the disk read later says nothing.
"""

import marshal
import os
import struct
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from temoin_sdk.durable import storage_error
from temoin_sdk.errors import StorageError

_HELD: Final = 20_000
"""Rows kept in memory before they are written: about ten megabytes."""

_HEAD: Final = struct.Struct(">QQI")
"""Place of the establishment's previous block plus one, number of the block, size of what follows."""


class Kind(IntEnum):
    """What the rows of a block are."""

    PERSONNE = 0
    """(usager, then the fields of `Personne` in their order)"""
    JOUR = 1
    """(code of the day leaf, ordinal, number)"""
    CLE = 2
    """(relation, key, code of the day leaf, ordinal)"""
    IDENTITE = 3
    """(espace, usager, espace of the master, usager of the master)"""
    MAITRE = 4
    """An identifier of a map, by part of it and not by establishment."""


Row = tuple[Any, ...]
"""Whole numbers, texts and None alone."""


class Block(NamedTuple):
    """Rows of one kind about one establishment, still as written; usagers are identifiers of `espace`."""

    espace: str
    octets: bytes

    def read(self) -> tuple[Kind, list[Row]]:
        """Kind of the rows, and the rows."""
        kind, rows = marshal.loads(self.octets)  # noqa: S302 # written by this very run, and authenticated
        return Kind(kind), rows


class Spool:
    """Rows by establishment, written in the order they come and read one establishment at a time.

    `held` rows wait in memory at most: few large blocks are quicker to read than many small ones. One writer; `blocks`
    may be called from several threads once everything is written. Raises StorageError.
    """

    def __init__(self, folder: Path, espace: str, held: int = _HELD) -> None:
        self._folder = folder
        self._espace = espace
        self._held, self._most = 0, held
        self.rows = 0
        """Rows added so far."""
        self._waiting: tuple[defaultdict[str, list[Row]], ...] = tuple(defaultdict(list) for _ in Kind)
        self._last: dict[str, int] = {}
        self._numbers = 0
        self._cipher = AESGCM(AESGCM.generate_key(bit_length=256))
        try:
            self._file = tempfile.TemporaryFile(dir=folder, prefix=".temoin-", buffering=1 << 20)  # noqa: SIM115 # closed by `close`
        except OSError as error:
            raise storage_error(error, folder) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()

    def waiting(self, kind: Kind) -> defaultdict[str, list[Row]]:
        """Where rows of a kind are added, by FINESS; tell how many were by `added`, now and then."""
        return self._waiting[kind]

    def added(self, number: int) -> None:
        """`number` more rows wait; they are written when there are too many."""
        self.rows += number
        self._held += number
        if self._held >= self._most:
            self.flush()

    def flush(self) -> None:
        """Write what waits; to be called once at the end."""
        try:
            for kind in Kind:
                for finess, rows in self._waiting[kind].items():
                    self._write(finess, kind, rows)
                self._waiting[kind].clear()
            self._file.flush()
        except OSError as error:
            raise storage_error(error, self._folder) from error
        self._held = 0

    def finess(self) -> set[str]:
        """Establishments that have rows."""
        return set(self._last)

    def holds(self, finess: str) -> bool:
        """Whether an establishment has rows."""
        return finess in self._last

    def blocks(self, finess: str) -> Iterator[Block]:
        """Everything about one establishment, latest block first."""
        place = self._last.get(finess, 0)
        while place:
            place, block = self._read(finess, place - 1)
            yield block

    def _write(self, finess: str, kind: Kind, rows: list[Row]) -> None:
        self._numbers += 1
        clear = marshal.dumps((kind.value, rows))
        sealed = self._cipher.encrypt(self._nonce(self._numbers), clear, finess.encode())
        place = self._file.tell()
        self._file.write(_HEAD.pack(self._last.get(finess, 0), self._numbers, len(sealed)))
        self._file.write(sealed)
        self._last[finess] = place + 1

    def _read(self, finess: str, place: int) -> tuple[int, Block]:
        try:
            # never through the file's buffer, which would be filled anew for each block
            previous, number, size = _HEAD.unpack(os.pread(self._file.fileno(), _HEAD.size, place))
            sealed = os.pread(self._file.fileno(), size, place + _HEAD.size)
        except OSError as error:
            raise storage_error(error, self._folder) from error
        try:
            return previous, Block(self._espace, self._cipher.decrypt(self._nonce(number), sealed, finess.encode()))
        except InvalidTag as error:
            raise StorageError(
                "Le fichier temporaire de la lecture a été abîmé sur le disque ; rien n'a été compté.",
                remede="Vérifier l'état de ce disque, puis relancer la même commande.",
                ou=str(self._folder),
                code="fichier_temporaire_abime",
            ) from error

    @staticmethod
    def _nonce(number: int) -> bytes:
        return number.to_bytes(12, "big")  # never twice under one key: the key is this file's, the number the block's
