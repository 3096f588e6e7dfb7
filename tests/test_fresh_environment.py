"""The environment in which plugins are tried: wheels, what they declare, and nothing else of this checkout."""

import subprocess
from pathlib import Path

from downstream.environment import Environment, build_wheels, read_parts


def imported(environment: Environment, module: str) -> str | None:
    """Where a module is found by the environment's own Python; None if it is not."""
    code = f"import {module}; print({module}.__file__)"
    command = [environment.bin / "python", "-I", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or "ModuleNotFoundError" in done.stderr, done.stderr
    return done.stdout.strip() or None


def test_what_is_not_declared_is_not_there(tmp_path: Path) -> None:
    wheels = build_wheels(tmp_path / "roues")
    assert wheels.keys() == read_parts().keys()
    environment = Environment(tmp_path / "env", wheels)
    environment.install("temoin-sdk")
    found = imported(environment, "temoin_sdk.report")
    assert found is not None
    assert Path(found).is_relative_to(tmp_path)
    assert [imported(environment, name) for name in ("httpx", "temoin_agent", "pytest")] == [None] * 3
    environment.install("temoin-sdk[http]")
    assert imported(environment, "httpx") is not None
    assert imported(environment, "temoin_agent") is None
