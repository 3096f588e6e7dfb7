"""docs/editeur/tutorial.md, executed as it is written, in an empty folder and a fresh environment."""

import subprocess
import sys
from pathlib import Path

from guide.fences import Command, steps_of
from guide.machine import ROOT, Machine, build_wheels

TUTORIAL = ROOT / "docs" / "editeur" / "tutorial.md"


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    wheels, folder = tmp_path / "wheels", tmp_path / "vide"
    wheels.mkdir()
    folder.mkdir()
    build_wheels(wheels)
    machine = Machine(folder, wheels)
    for step in steps_of(TUTORIAL.read_text("utf-8")):
        if isinstance(step, Command):
            step.check(*machine.run(step.text))
        else:
            step.apply(machine.here)
    project = machine.here
    for tool in (("ruff", "format", "--check", "--no-cache"), ("ruff", "check", "--no-cache")):
        done = subprocess.run(
            [sys.executable, "-m", *tool, "."], cwd=project, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
