"""The sample DUI's database, generated once, and the example mapping that reads it."""

from datetime import date
from pathlib import Path

import pytest

from temoin_editor_sample.generate import generate


@pytest.fixture(scope="session")
def residia(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the default seed, ending on 31 October 2026."""
    path = tmp_path_factory.mktemp("residia") / "residia.db"
    generate(path, fin=date(2026, 10, 31))
    return path


@pytest.fixture(scope="session")
def exemple() -> Path:
    """The mapping shipped with the plugin."""
    return Path(__file__).parents[1] / "exemples" / "residia.toml"
