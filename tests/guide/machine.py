"""A machine where the tutorial is followed: an empty folder, a shell that remembers, the wheels of this checkout."""

import subprocess
from pathlib import Path
from typing import Final

from projects import build_wheel, outside, pinned

ROOT: Final = Path(__file__).parents[2]
PUBLISHED: Final = ("sdk", "agent")
"""What the tutorial installs of ours."""


class Machine:
    """Runs commands one by one, as a terminal does: the folder and the variables of one are those of the next."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.folder = folder
        self._memory = wheels / "variables.sh"
        self._first = outside() | {
            "COLUMNS": "160",
            "PIP_CONSTRAINT": str(wheels / "constraints.txt"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_FIND_LINKS": str(wheels),
            "PIP_NO_COMPILE": "1",
        }
        self._first.pop("VIRTUAL_ENV", None)

    def run(self, command: str) -> tuple[int, str]:
        """Its exit code, and what it printed on both outputs."""
        recall = f". '{self._memory}'\n" if self._memory.exists() else ""
        script = f'{recall}{command}\ncode=$?\n{{ export -p; echo "cd \'$PWD\'"; }} > "{self._memory}"\nexit $code\n'
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self._first,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    @property
    def here(self) -> Path:
        """The folder the shell is in."""
        return Path(self.run("pwd")[1].strip())


def build_wheels(folder: Path) -> None:
    """What an editor finds published: our wheels, and the versions of third parties that we test with."""
    (folder / "constraints.txt").write_text(pinned(), "utf-8")
    for part in PUBLISHED:
        build_wheel(ROOT / part, folder)
