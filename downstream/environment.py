"""An environment as a user has it: wheels of this repository, and of third parties what those wheels declare, no more.

Third parties are laid out from the environment that runs this (the pinned ones), so that nothing is downloaded; a wheel
that forgets to declare one does not find it.
"""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.parser import Parser
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from downstream import RACINE

GROUPE: Final = "essais"
"""The dependency group of a part that its tests need."""


def read_parts(tree: Path = RACINE) -> dict[str, Path]:
    """The folder of every distribution of a tree, by its name."""
    found = [tree / "sdk", tree / "agent", tree / "server_stub", *sorted((tree / "plugins").iterdir())]
    return {str(read_project(path)["name"]): path for path in found if (path / "pyproject.toml").is_file()}


def read_project(part: Path) -> Mapping[str, Any]:
    """The `project` table of a part."""
    project: Mapping[str, Any] = tomllib.loads((part / "pyproject.toml").read_text("utf-8"))["project"]
    return project


def read_group(part: Path) -> list[str]:
    """What the tests of a part need beside it."""
    groups = tomllib.loads((part / "pyproject.toml").read_text("utf-8")).get("dependency-groups", {})
    return list(groups.get(GROUPE, []))


def build_wheels(folder: Path, tree: Path = RACINE) -> dict[str, Path]:
    """The wheel of every part of a tree, by the name of its distribution."""
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, *read_parts(tree).values())
    return {canonicalize_name(path.name.partition("-")[0]): path for path in folder.glob("*.whl")}


def pip(*words: object) -> None:
    """Run pip without any index. Raises SystemExit with what it said."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *words]
    here = os.environ | {"PIP_NO_INDEX": "1"}
    done = subprocess.run([str(word) for word in command], env=here, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"pip {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")


@dataclass(slots=True)
class Environment:
    """A fresh environment in a folder of its own, filled step by step."""

    folder: Path
    wheels: Mapping[str, Path]
    _here: set[tuple[str, str]] = field(default_factory=set)
    _installed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.folder], check=True)

    @property
    def bin(self) -> Path:
        """Where its commands are."""
        return self.folder / "bin"

    def install(self, *requirements: str) -> None:
        """Distributions of this repository and of others, with all that they declare."""
        ours, others = self._closure(requirements)
        for name in sorted(others - self._installed):
            self._lay_out(name)
        new = sorted(ours - self._installed)
        if new:
            pip("--python", self.bin / "python", "install", "--no-deps", *(self.wheels[name] for name in new))
        self._installed |= ours | others

    def _closure(self, requirements: Iterable[str]) -> tuple[set[str], set[str]]:
        ours: set[str] = set()
        others: set[str] = set()
        waiting = [Requirement(one) for one in requirements]
        while waiting:
            one = waiting.pop()
            name = canonicalize_name(one.name)
            (ours if name in self.wheels else others).add(name)
            for extra in ("", *one.extras):
                if (name, extra) not in self._here:
                    self._here.add((name, extra))
                    waiting += [each for each in self._declared(name) if _wanted(each, extra)]
        return ours, others

    def _declared(self, name: str) -> list[Requirement]:
        if name in self.wheels:
            with ZipFile(self.wheels[name]) as wheel:
                path = next(each for each in wheel.namelist() if each.endswith(".dist-info/METADATA"))
                told = Parser().parsestr(wheel.read(path).decode()).get_all("Requires-Dist", [])
        else:
            told = distribution(name).requires or []
        return [Requirement(each) for each in told]

    def _lay_out(self, name: str) -> None:
        """Every top-level file and folder of a third party, as links."""
        try:
            found = distribution(name)
        except PackageNotFoundError:
            sys.exit(f"{name} est demandé, et n'est pas dans requirements/all.lock : l'y ajouter par « make lock ».")
        site = self.folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
        for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            link = site / top
            if not link.exists() and not top.endswith(".pth"):
                link.symlink_to(Path(str(found.locate_file(top))).resolve())


def _wanted(requirement: Requirement, extra: str) -> bool:
    """Whether a declared requirement holds here; those without `extra` were seen with the distribution itself."""
    if requirement.marker is None:
        return not extra
    plain = requirement.marker.evaluate({"extra": ""})
    return requirement.marker.evaluate({"extra": extra}) and not (extra and plain)
