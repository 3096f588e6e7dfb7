"""Wall time, processor time and peak memory of whole processes, children included."""

import resource
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measure:
    """Seconds of one run, those of processor, and the peak of the memory that it and its children held together, in
    megabytes. Processor time is what to compare where other work shares the machine.
    """

    seconds: float
    processor: float
    megabytes: float
    output: str


def measure(command: Sequence[str | Path], environment: Mapping[str, str]) -> Measure:
    """Run a command to its end; its output is kept. Raises CalledProcessError when it fails.

    Memory is the proportional share of pages (PSS), looked at every fiftieth of a second: what two processes share is
    counted once.
    """
    start, before = time.perf_counter(), _processor()
    with subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, text=True) as process:
        watched = _Watched(process.pid)
        output, _ = process.communicate()
    seconds = time.perf_counter() - start
    watched.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Measure(seconds, _processor() - before, watched.peak / 1024, output)


def _processor() -> float:
    """Seconds of processor of every child that ended, and of theirs."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


class _Watched(threading.Thread):
    """Follows a process and its children until it ends."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.peak = 0
        self.start()

    def run(self) -> None:
        while held := sum(map(_kilobytes, _family(self._pid))):
            self.peak = max(self.peak, held)
            time.sleep(0.02)


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        others = Path(f"/proc/{pid}/task").iterdir()
        for task in others:
            children += (task / "children").read_text(encoding="ascii").split() if task.name != str(pid) else []
    except OSError:
        return [pid]
    return [pid, *(member for child in children for member in _family(int(child)))]


def _kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
