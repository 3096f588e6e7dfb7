"""A virtual environment with the sdk's own wheel, the pinned third parties and every project, as editors have them."""

import os
import re
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock

from projects.combinations import COMBINATIONS, Combination

_ROOT: Final = Path(__file__).parents[2]
_PINNED: Final = re.compile(r"^[\w.\[\]-]+==[^ ;\\]+[^\\\n]*", re.MULTILINE)


@dataclass(frozen=True)
class Environment:
    """A fresh environment in `folder`, where every project is written and installed."""

    folder: Path

    def project(self, combination: Combination) -> Path:
        """Where a project stands."""
        return self.folder / "projets" / str(combination)

    @property
    def bin(self) -> Path:
        """Where its commands are."""
        return self.folder / "venv" / "bin"

    def run(
        self, command: str, *arguments: str, cwd: Path, variables: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one of its commands, knowing nothing of the checkout."""
        return subprocess.run(
            [self.bin / command, *arguments],
            cwd=cwd,
            env=outside() | (variables or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def install(self, *arguments: str) -> None:
        """Install with pip. Raises RuntimeError with what it says."""
        done = self.run("python", "-m", "pip", "install", "-qq", "--disable-pip-version-check", *arguments, cwd=_ROOT)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)


def outside() -> dict[str, str]:
    """The variables of this process without those that could lead to the checkout or to its tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "TEMOIN"))}


def environment(folder: Path) -> Environment:
    """The environment of this session, made by whichever worker comes first."""
    made = Environment(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        if not (folder / "ready").exists():
            venv.create(folder / "venv", with_pip=True)
            constraints = folder / "constraints.txt"
            constraints.write_text(pinned(), encoding="utf-8")
            sdk = build_wheel(_ROOT / "sdk", folder)
            made.install("-c", str(constraints), f"{sdk}[kit,http,postgresql,mariadb]")
            projects = [combination.write(folder / "projets") for combination in COMBINATIONS]
            made.install("--no-deps", "--no-index", *(str(build_wheel(each, folder)) for each in projects))
            (folder / "ready").touch()
    return made


def build_wheel(project: Path, folder: Path) -> Path:
    """The wheel of a project, built by its backend."""
    before = set(folder.glob("*.whl"))
    command: Sequence[str | Path] = [sys.executable, "-m", "flit_core.wheel", "--outdir", folder, project]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = set(folder.glob("*.whl")) - before
    return wheel


def pinned() -> str:
    """The pinned versions, without the hashes that pip would then want for our own wheel too."""
    lock = (_ROOT / "requirements" / "all.lock").read_text(encoding="utf-8")
    return "\n".join(line.strip() for line in _PINNED.findall(lock))
