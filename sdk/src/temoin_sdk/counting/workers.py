"""Sharing the establishments of a run between processes: hashing a person costs more than reading it.

A child is told everything through its standard input: no key stands on a command line or in an environment.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Final

from temoin_sdk.errors import StorageError
from temoin_sdk.tally.frames import read_frame, write_frame
from temoin_sdk.tally.jobs import Commons, Job, Outcome, count_establishment

_WORTH_IT: Final = 50_000
"""Rows below which starting processes costs more than it saves."""

_MOST: Final = 4

_WORKER: Final = "temoin_sdk.tally.worker"


def count_all(jobs: Iterable[Job], commons: Commons, rows: int) -> Iterator[Outcome]:
    """Outcomes in any order; in this process when there is little to do. Raises what a job raised."""
    number = min(cores(), _MOST)
    if rows < _WORTH_IT or number == 1 or not sys.executable:
        yield from (count_establishment(job, commons) for job in jobs)
        return
    waiting = _Waiting(jobs)
    with ThreadPoolExecutor(number) as pool:
        for outcomes in pool.map(_count_in_child, [waiting] * number, [commons] * number):
            yield from outcomes


def cores() -> int:
    """Cores this process may use: fewer than the machine has, in a container or where somebody said so."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Waiting:
    """Jobs that several threads take one by one, so that only what is being counted is in memory."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._jobs = iter(jobs)
        self._lock = threading.Lock()

    def take(self) -> Job | None:
        """The next job, None when there is none."""
        with self._lock:
            return next(self._jobs, None)

    def drop(self) -> None:
        """Leave the rest: one of them failed."""
        with self._lock:
            self._jobs = iter(())


def _count_in_child(waiting: _Waiting, commons: Commons) -> list[Outcome]:
    try:
        return _converse(waiting, commons)
    except (EOFError, BrokenPipeError) as error:
        raise _died() from error


def _converse(waiting: _Waiting, commons: Commons) -> list[Outcome]:
    outcomes: list[Outcome] = []
    command = [sys.executable, "-m", _WORKER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:  # noqa: S603 # our own module
        try:
            source, target = _pipes(child)
            write_frame(target, commons)
            while (job := waiting.take()) is not None:
                outcomes.append(_ask(job, source, target))
        except BaseException:
            waiting.drop()
            child.kill()
            raise
    return outcomes


def _ask(job: Job, source: IO[bytes], target: IO[bytes]) -> Outcome:
    write_frame(target, job)
    answer = read_frame(source)
    if isinstance(answer, Outcome):
        return answer
    raise answer


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdout is None or child.stdin is None:
        raise AssertionError("both were asked for")
    return child.stdout, child.stdin


def _died() -> StorageError:
    return StorageError(
        "Un des processus de calcul s'est arrêté avant d'avoir fini ; rien n'a été compté.",
        remede="Vérifier la mémoire disponible sur ce poste, puis relancer la même commande.",
        code="calcul_interrompu",
    )
