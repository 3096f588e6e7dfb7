"""The spool: rows come back by establishment, say nothing to who reads the disk, and leave nothing behind."""

import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from temoin_sdk.errors import StorageError
from temoin_sdk.gathering.spool import Kind, Row, Spool

GLYCINES, MAQUIS = "010780054", "2A0000154"
CANARY = "résident-canari-4212"


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path, "dui.usager") as opened:
        yield opened


def add(spool: Spool, kind: Kind, finess: str, *rows: Row) -> None:
    spool.waiting(kind)[finess] += rows
    spool.added(len(rows))


def read(spool: Spool, finess: str) -> dict[Kind, list[Row]]:
    found: dict[Kind, list[Row]] = {}
    for block in spool.blocks(finess):
        assert block.espace == "dui.usager"
        kind, rows = block.read()
        found.setdefault(kind, []).extend(rows)
    return found


def octets_on_disk(spool: Spool) -> bytes:
    spool._file.seek(0)
    return spool._file.read()


def test_rows_come_back_by_establishment_whatever_was_written_between(spool: Spool) -> None:
    add(spool, Kind.PERSONNE, GLYCINES, ("7", 1, None, "é"))
    spool.flush()
    add(spool, Kind.PERSONNE, MAQUIS, ("8", 2))
    add(spool, Kind.JOUR, GLYCINES, (3, 739_000, 12))
    spool.flush()
    add(spool, Kind.PERSONNE, GLYCINES, ("9", 3))
    spool.flush()
    assert spool.finess() == {GLYCINES, MAQUIS}
    found = read(spool, GLYCINES)
    assert sorted(found[Kind.PERSONNE]) == [("7", 1, None, "é"), ("9", 3)]
    assert found[Kind.JOUR] == [(3, 739_000, 12)]
    assert read(spool, MAQUIS) == {Kind.PERSONNE: [("8", 2)]}
    assert read(spool, "2B0000020") == {}


def test_what_waits_in_memory_is_bounded(spool: Spool) -> None:
    most = 0
    for number in range(100):
        add(spool, Kind.PERSONNE, f"{number % 7:09}", *((str(n), 1) for n in range(1_000)))
        most = max(most, sum(map(len, spool.waiting(Kind.PERSONNE).values())))
    spool.flush()
    assert most <= 20_000
    assert spool.rows == 100_000
    assert sum(len(rows) for finess in spool.finess() for rows in read(spool, finess).values()) == 100_000


def test_nothing_on_the_disk_can_be_read_without_the_key(spool: Spool) -> None:
    add(spool, Kind.PERSONNE, GLYCINES, *((f"{CANARY}-{n}", 1) for n in range(50)))
    add(spool, Kind.CLE, GLYCINES, ("messages_mss", CANARY, 1, 739_000))
    spool.flush()
    found = octets_on_disk(spool)
    assert len(found) > 1_000
    assert CANARY.encode() not in found
    assert b"canari" not in found


def test_no_name_stands_in_the_folder_while_it_is_used(spool: Spool, tmp_path: Path) -> None:
    add(spool, Kind.PERSONNE, GLYCINES, ("7", 1))
    spool.flush()
    assert list(tmp_path.iterdir()) == []


def test_nothing_remains_of_a_process_that_was_killed(tmp_path: Path) -> None:
    killed = (
        "import os, signal, sys; from pathlib import Path\n"
        "from temoin_sdk.gathering.spool import Kind, Spool\n"
        f"spool = Spool(Path({str(tmp_path)!r}), 'dui.usager')\n"
        f"spool.waiting(Kind.PERSONNE)['{GLYCINES}'].extend((str(n), n) for n in range(30000)); spool.added(30000)\n"
        "assert spool._file.tell() > 100000\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", killed], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []


def test_an_altered_block_is_refused(spool: Spool) -> None:
    add(spool, Kind.PERSONNE, GLYCINES, ("7", 1))
    spool.flush()
    spool._file.seek(30)
    byte = spool._file.read(1)
    spool._file.seek(30)
    spool._file.write(bytes([byte[0] ^ 1]))
    spool._file.flush()
    with pytest.raises(StorageError) as refused:
        read(spool, GLYCINES)
    assert refused.value.code == "fichier_temporaire_abime"


def test_a_block_is_that_of_its_establishment_alone(spool: Spool) -> None:
    add(spool, Kind.PERSONNE, GLYCINES, ("7", 1))
    spool.flush()
    spool._last[MAQUIS] = spool._last[GLYCINES]
    with pytest.raises(StorageError):
        read(spool, MAQUIS)


def test_a_full_disk_says_so(spool: Spool) -> None:
    add(spool, Kind.PERSONNE, GLYCINES, *((str(n), n) for n in range(5_000)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400, hard))
    try:
        with pytest.raises(StorageError) as refused:
            spool.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert refused.value.code == "disque_plein"
