"""What the recipe of a release touches, tried on a copy; the whole of it is tried in a throw-away clone."""

import shutil
from importlib.metadata import distribution
from pathlib import Path

import pytest

import temoin_sdk
from downstream import RACINE, release
from downstream.environment import read_group, read_parts, read_project


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Every file that says a version, as in this checkout."""
    for part in read_parts().values():
        for name in ("pyproject.toml", "src/temoin_sdk/__init__.py"):
            if (part / name).is_file():
                target = tmp_path / (part / name).relative_to(RACINE)
                target.parent.mkdir(parents=True)
                shutil.copy(part / name, target)
    return tmp_path


def test_every_distribution_has_the_version_of_the_sdk() -> None:
    assert {str(read_project(part)["version"]) for part in read_parts().values()} == {temoin_sdk.__version__}


def test_the_version_is_written_everywhere_and_nothing_else_changes(copy: Path) -> None:
    before = {path: path.read_text() for path in copy.rglob("*") if path.is_file()}
    release.set_version("12.34.56", copy)
    for path, text in before.items():
        changed = [line for line in path.read_text().splitlines() if line not in text.splitlines()]
        assert changed in (['version = "12.34.56"'], ['__version__ = "12.34.56"'])
    assert {read_project(part)["version"] for part in read_parts(copy).values()} == {"12.34.56"}


def test_a_part_that_does_not_say_its_version_plainly_is_refused(copy: Path) -> None:
    path = copy / "agent" / "pyproject.toml"
    path.write_text(path.read_text().replace('version = "', 'version="', 1))
    with pytest.raises(SystemExit, match=r"agent/pyproject.toml ne dit pas sa version"):
        release.set_version("12.34.56", copy)


@pytest.mark.parametrize("words", [[], ["0.2"], ["v0.2.0"], ["0.2.0", "0.3.0"], ["0.2.0rc1"]])
def test_a_version_is_three_numbers(words: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"make release VERSION=0\.1\.0"):
        release.main(words)


def test_what_the_tests_of_a_plugin_need_is_known_here() -> None:
    """`make downstream` lays out what the groups name from this environment, and nothing is downloaded."""
    ours = read_parts().keys()
    for part in read_parts().values():
        for one in read_group(part):
            name = one.partition("[")[0]
            assert name in ours or distribution(name)
