"""Server processes of a test session: started on a free port, never left behind."""

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

_PR_SET_PDEATHSIG = 1
DEMANDED = os.environ.get("TEMOIN_SERVEURS") == "exiges"
"""Whether a server that cannot be started is a failure, as where everything must have run, and not a skip."""


def program(name: str, *folders: str) -> Path:
    """An installed program, on the PATH or in one of these folders (patterns, the last found wins); skips without."""
    found = shutil.which(name)
    if found:
        return Path(found)
    others = [path for folder in folders for path in sorted(Path("/").glob(f"{folder.lstrip('/')}/{name}"))]
    if not others:
        absent(f"« {name} » is not installed")
    return others[-1]


def absent(reason: str) -> None:
    """Skip the test for this reason, or fail if servers are demanded."""
    if DEMANDED:
        pytest.fail(f"TEMOIN_SERVEURS=exiges, but {reason}", pytrace=False)
    pytest.skip(reason)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def account_for(name: str) -> str | None:
    """The account to run a server under: itself when we are not root, which some servers refuse to be."""
    if os.getuid() != 0:
        return None
    try:
        pwd.getpwnam(name)
    except KeyError:
        absent(f"we are root, which the server refuses, and there is no account « {name} »")
    return name


def private_folder(account: str | None) -> Path:
    """A new folder that only the account can read, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="temoin-serveur-"))
    if account is not None:
        shutil.chown(folder, account, pwd.getpwnam(account).pw_gid)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def run(command: Sequence[str | Path], account: str | None, **environment: str) -> None:
    """Run a program to its end under an account; its output shows only if it fails."""
    done = subprocess.run(
        list(command),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=os.environ | environment,
        **_identity(account),
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")


def start(
    command: Sequence[str | Path], account: str | None, log: Path, ready: Callable[[], None], stop: signal.Signals
) -> subprocess.Popen[bytes]:
    """Start a server, wait until `ready` raises nothing, stop it when this process ends, however it ends."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            preexec_fn=lambda: _die_with_parent(stop),
            **_identity(account),
        )
    atexit.register(_end, process, stop)
    until = time.monotonic() + 60
    while True:
        try:
            ready()
        except Exception as error:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} does not start: {log.read_text(errors='replace')}") from error
            time.sleep(0.05)
        else:
            return process


def _identity(account: str | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []}


def _die_with_parent(stop: signal.Signals) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(stop))


def _end(process: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    process.send_signal(stop)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
