"""The installed commands, run as a user runs them: a process each, in the virtual environment of these tests."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_BIN: Final = Path(sys.executable).parent
_TESTS: Final = Path(__file__).resolve().parents[1]
_UUID: Final = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_ADDRESS: Final = re.compile(r"http://\S+")
_PATIENCE: Final = 300


class CommandFailed(Exception):
    """A command did not end with 0; holds all it said."""


def environment(distribution: Path) -> dict[str, str]:
    """This process's environment without settings of Témoin, and with the plugin of these tests to be found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TEMOIN_")}
    return kept | {"PYTHONPATH": os.pathsep.join((str(_TESTS), str(distribution)))}


def call(env: dict[str, str], name: str, *arguments: str | Path) -> str:
    """Run a command; what it said. Raises CommandFailed unless it ended with 0."""
    return _finish(_start(env, name, *arguments))


def _start(env: dict[str, str], name: str, *arguments: str | Path) -> "subprocess.Popen[str]":
    """Start an installed command, its output and errors read together."""
    return subprocess.Popen(
        [_BIN / name, *arguments],
        env=env,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _finish(process: "subprocess.Popen[str]") -> str:
    try:
        said, _ = process.communicate(timeout=_PATIENCE)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    if process.returncode != 0:
        raise CommandFailed(f"{process.args!r} : code {process.returncode}\n{said}")
    return said


def find_uuid(said: str) -> str:
    """The one identifier in what a command said."""
    (found,) = _UUID.findall(said)
    return str(found)


@contextmanager
def serving(env: dict[str, str], dossier: Path) -> Iterator[str]:
    """A receiver on a free port of the loopback for as long as the block lasts; gives its address."""
    process = _start(env, "temoin-receiver", "servir", "--dossier", dossier, "--port", "0")
    try:
        yield _read_address(process)
    finally:
        process.terminate()
        _finish(process)


def _read_address(process: "subprocess.Popen[str]") -> str:
    said = ""
    for line in process.stdout or ():
        said += line
        if found := _ADDRESS.search(line):
            return found[0]
    raise CommandFailed(f"le récepteur ne s'est pas ouvert\n{said}")
