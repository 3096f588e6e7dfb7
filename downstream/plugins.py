"""`python -m downstream.plugins`: every plugin of this repository installed and run as those who use it do.

Each in an environment of its own, from wheels, with what it declares; its commands started, its sources found as the
agent finds them, its own tests run on a copy, far from any source tree.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from downstream import RACINE
from downstream.environment import Environment, build_wheels, read_group, read_parts, read_project

AGENT: Final = "temoin-agent"
WORKERS: Final = 2

_SOURCES: Final = """
import sys
from temoin_sdk.contract.loading import load_plugins
found = load_plugins()
if found.ecartes:
    sys.exit("\\n".join(one.phrase() for one in found.ecartes.values()))
names = [name for name, one in found.sources.items() if one.distribution == sys.argv[1]]
print(", ".join(names) or sys.exit("aucune source trouvée"))
"""


class Failed(Exception):
    """A step that did not pass; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plugin, where it is written and where it is installed."""

    name: str
    part: Path
    environment: Environment
    folder: Path

    def run(self, *words: str | Path) -> str:
        """One command of the environment, from an empty folder. Raises Failed with all it said."""
        known = {"PATH": f"{self.environment.bin}{os.pathsep}{os.environ['PATH']}", "HOME": str(self.folder)}
        kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        command = [str(self.environment.bin / words[0]), *map(str, words[1:])]
        done = subprocess.run(
            command, cwd=self.folder, env=kept | known, capture_output=True, text=True, check=False, timeout=600
        )
        if done.returncode:
            raise Failed(f"$ {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
        return done.stdout


def main() -> int:
    """Try every plugin; 1 when one of them failed."""
    start = time.monotonic()
    with TemporaryDirectory() as name:
        folder = Path(name)
        wheels = build_wheels(folder / "roues")
        print(f"{len(wheels)} distributions construites ({time.monotonic() - start:.0f} s)", flush=True)
        parts = {name: part for name, part in read_parts().items() if part.parent.name == "plugins"}
        with ThreadPoolExecutor(WORKERS) as pool:
            trials = [pool.submit(try_plugin, name, part, wheels, folder) for name, part in parts.items()]
            failures = [failure for trial in trials if (failure := trial.result()) is not None]
    for failure in failures:
        print(f"\nÉCHEC  {failure}")
    print(f"{len(parts) - len(failures)} plugins sur {len(parts)} éprouvés ({time.monotonic() - start:.0f} s)")
    return 1 if failures else 0


def try_plugin(name: str, part: Path, wheels: dict[str, Path], folder: Path) -> Exception | None:
    """Install one plugin beside the agent and try it; what went wrong, None when nothing did."""
    start = time.monotonic()
    here = folder / name
    here.mkdir()
    plugin = Plugin(name, part, Environment(folder / f"env-{name}", wheels), here)
    try:
        plugin.environment.install(AGENT, name)
        commands = start_commands(plugin)
        sources = plugin.run("python", "-c", _SOURCES, name).strip()
        tests = run_tests(plugin)
    except Failed as failure:
        return failure
    said = f"sources {sources}" + (f" ; commandes {', '.join(commands)}" if commands else "")
    print(f"{name} : {said} ; {tests} ({time.monotonic() - start:.0f} s)", flush=True)
    return None


def start_commands(plugin: Plugin) -> Sequence[str]:
    """Every command that the plugin declares, asked for its help."""
    commands = list(read_project(plugin.part).get("scripts", {}))
    for command in commands:
        if "Usage" not in plugin.run(command, "--help"):
            raise Failed(f"{command} --help ne dit pas comment s'en servir")
    return commands


def run_tests(plugin: Plugin) -> str:
    """Its own tests, on a copy of all that is beside its sources and of the documents; how many passed."""
    needed = read_group(plugin.part)
    plugin.environment.install(*needed)
    tests = plugin.folder / plugin.part.relative_to(RACINE)
    shutil.copytree(plugin.part, tests, ignore=shutil.ignore_patterns("src", "__pycache__"))
    shutil.copytree(RACINE / "docs", plugin.folder / "docs")
    if "hypothesis" in needed:
        shutil.copy(RACINE / "conftest.py", plugin.folder)  # no property is timed
    options = ["-q", "-p", "no:cacheprovider", "--import-mode=importlib", "-W", "error", "--confcutdir", "."]
    said = plugin.run("python", "-m", "pytest", *options, tests)
    return said.strip().splitlines()[-1].strip("= ")


if __name__ == "__main__":
    sys.exit(main())
