"""What the ledger costs: receipts per second over HTTP with and without it, sizes and times of proofs.

    python server_stub/benchmarks/ledger.py [reports] [clients]

« Without » leaves out what the ledger adds after an entry is written: hashes, head, publication, proof. Both ways are
alternated in one run, so that what else the machine does falls on both; rates depend on the machine, ratios count.
"""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import local

import httpx
import typer
from group_commit import NOW, ORIGINE, prepare, sign_reports
from sqlalchemy import Connection

from temoin_receiver.installation import create_receiver, open_store
from temoin_receiver.ledger import Keeper
from temoin_receiver.ledger.heads import last_head, seal
from temoin_receiver.ledger.issuing import Signatures
from temoin_receiver.ledger.nodes import Nodes, driver
from temoin_receiver.reception import Receiver
from temoin_receiver.serving import serve
from temoin_receiver.storage.opening import DATABASE, _writing_engine
from temoin_sdk.envelope import PrivateKey, Typ, sign
from temoin_sdk.ledger import Checkpoint, consistency_path, inclusion_path, sign_checkpoint, verify_inclusion
from temoin_sdk.ledger.entries import Portee, Reception
from temoin_sdk.report import Inscription, Jugement, from_octets, read_instant, to_octets
from temoin_sdk.report.inscribed import inscribe, receipt_of

SIZES = (10**3, 10**5, 10**6)
PAIRS = 3
PROOFS = 500


class Without:
    """The keeper without a ledger: the same receipts, all with one proof made beforehand."""

    def __init__(self, keeper: Keeper) -> None:
        self.signatures: Signatures = keeper.signatures
        self.publiee = keeper.publiee
        self.cle_registre = keeper.cle_registre
        head = Checkpoint(ORIGINE, 2**20, b"\x01" * 32)
        note = sign_checkpoint(head, self.signatures.registre)
        self._inscription: Inscription = inscribe(5, [b"\x02" * 32] * 20, head, note)

    def seal(self, connection: Connection) -> None:
        """Nothing."""

    def settle(self, connection: Connection) -> Mapping[str, str]:
        """Receipts alone."""
        sqlite, issued = driver(connection), {}
        sqlite.execute("PRAGMA synchronous = NORMAL")
        with connection.begin():
            rows = sqlite.execute(
                "SELECT reception, empreinte_rapport, jugement, octets FROM receptions JOIN entrees ON rang = entree "
                "WHERE recu IS NULL"
            ).fetchall()
            for reception, digest, jugement, octets in rows:
                judged = from_octets(Jugement, jugement.encode())
                recu = receipt_of(from_octets(Reception, octets), judged, ORIGINE, self._inscription)
                iat = int(read_instant(recu.recu_le).timestamp())
                issued[digest] = sign(to_octets(recu), self.signatures.recus, Typ.RECU, iat)
                sqlite.execute("UPDATE receptions SET recu = ? WHERE reception = ?", (issued[digest], reception))
        sqlite.execute("PRAGMA synchronous = FULL")
        return issued


def serve_one(folder: Path, way: str) -> None:
    """The receiver of `folder` in this process, until it is told to stop."""
    with open_store(folder) as store:
        if way == "without":
            store.writer._book = Without(store.keeper)  # noqa: SLF001 - this is what is compared
        serve(Receiver(store, lambda: NOW), "127.0.0.1", 0, lambda address: print(address, flush=True))


@contextmanager
def serving(folder: Path, way: str) -> Iterator[str]:
    """The address of a process of its own."""
    words = [sys.executable, __file__, "--serve", str(folder), way]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101 - for the type checker
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def rate(texts: Sequence[str], clients: int, cle: PrivateKey, way: str) -> float:
    """Receipts per second, as those who sent the reports see it."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "recepteur"
        create_receiver(folder, ORIGINE)
        with open_store(folder) as store:
            prepare(store, folder, cle)
        own = local()

        def push(url: str, jws: str) -> None:
            if not hasattr(own, "client"):
                own.client = httpx.Client(timeout=60, trust_env=False)
            answer = own.client.post(url, content=jws, headers={"Content-Type": "application/jose"})
            if answer.status_code != 201:
                raise RuntimeError(answer.text)

        with serving(folder, way) as address, ThreadPoolExecutor(clients) as threads:
            url = f"{address}/v1/rapports"
            start = time.perf_counter()
            list(threads.map(lambda jws: push(url, jws), texts))
            return len(texts) / (time.perf_counter() - start)


def measure_proofs(size: int) -> None:
    """Print sizes and times of proofs in a ledger of `size` entries on disk."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "recepteur"
        create_receiver(folder, ORIGINE)
        engine = _writing_engine(folder / DATABASE)
        filled = _fill(engine.connect(), size)
        with engine.connect() as connection, connection.begin():
            head = last_head(connection)
            chosen = random.Random(7)  # noqa: S311 - a sample, not a secret
            places = [chosen.randrange(size) for _ in range(PROOFS)]
            paths, entries = [], []
            entry_at = "SELECT octets FROM entrees WHERE rang = ?"
            for place in places:
                paths.append(_timed(lambda place=place: inclusion_path(Nodes(connection), place, size)))
                entries.append(bytes(connection.exec_driver_sql(entry_at, (place,)).scalar_one()))
            steps = [
                _timed(lambda place=place: consistency_path(Nodes(connection), place + 1, size)) for place in places
            ]
            checks = [
                _timed(lambda place=place, entry=entry, path=path: verify_inclusion(entry, place, size, path, head[1]))
                for place, entry, (path, _) in zip(places, entries, paths, strict=True)
            ]
        note = sign_checkpoint(Checkpoint(ORIGINE, *head), PrivateKey.generate())
        text = len(inscribe(places[0], paths[0][0], Checkpoint(ORIGINE, *head), note).preuve)
        typer.echo(
            f"{size} entrées : inclusion {max(len(path) for path, _ in paths)} empreintes, texte {text} octets, faite "
            f"en {_median(paths)} µs, vérifiée en {_median(checks)} µs ; cohérence "
            f"{max(len(path) for path, _ in steps)} empreintes au plus, faite en {_median(steps)} µs ; "
            f"ajout {filled / size * 1e6:.0f} µs par entrée, "
            f"base {(folder / DATABASE).stat().st_size / size:.0f} octets par entrée"
        )


def _fill(connection: Connection, size: int) -> float:
    begun = time.perf_counter()
    for first in range(1, size, 10_000):
        rows = [
            (rank, to_octets(Portee(empreinte=f"{rank:064x}", le="2026-11-22T10:00:00Z")))
            for rank in range(first, min(first + 10_000, size))
        ]
        with connection.begin():
            driver(connection).executemany("INSERT INTO entrees (rang, octets) VALUES (?, ?)", rows)
            seal(connection)
    connection.close()
    return time.perf_counter() - begun


def _timed(work):  # type: ignore[no-untyped-def]
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


def _median(timed) -> str:  # type: ignore[no-untyped-def]
    return f"{statistics.median(seconds for _, seconds in timed) * 1e6:.0f}"


def main() -> None:
    """Print the rates and their ratio, then one line for each size of ledger."""
    if sys.argv[1:2] == ["--serve"]:
        serve_one(Path(sys.argv[2]), sys.argv[3])
        return
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    clients = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    cle = PrivateKey.generate()
    texts = sign_reports(number, cle)
    pairs = [(rate(texts, clients, cle, "without"), rate(texts, clients, cle, "with")) for _ in range(PAIRS)]
    without, with_ledger = (statistics.median(rates) for rates in zip(*pairs, strict=True))
    typer.echo(f"{number} rapports de {len(texts[0])} octets, {clients} clients, par HTTP, médiane de {PAIRS}")
    ratio = with_ledger / without
    typer.echo(f"sans registre {without:.0f} accusés/s, avec {with_ledger:.0f}/s, rapport {ratio:.2f}")
    for size in SIZES:
        measure_proofs(size)


if __name__ == "__main__":
    main()
