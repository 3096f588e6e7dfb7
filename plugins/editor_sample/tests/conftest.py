"""One generated database for all tests of the sample, read only, and the counts made by hand."""

import importlib.util
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from temoin_editor_sample.generate import generate

FIN = date(2026, 10, 31)


@pytest.fixture(scope="session")
def residia(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the default seed, ending on 31 October 2026."""
    path = tmp_path_factory.mktemp("residia") / "residia.db"
    generate(path, fin=FIN)
    return path


@pytest.fixture
def connexion(residia: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{residia}?mode=ro", uri=True)) as connection:
        yield connection


@pytest.fixture
def ask(connexion: sqlite3.Connection) -> Callable[..., list[Any]]:
    """Rows of a query whose :debut and :fin bound the last three months (half open)."""

    def answer(query: str, **more: object) -> list[Any]:
        return connexion.execute(query, {"debut": "2026-08-01", "fin": "2026-11-01", **more}).fetchall()

    return answer


@pytest.fixture(scope="session")
def by_hand() -> ModuleType:
    """The counts written directly on the editor's tables."""
    spec = importlib.util.spec_from_file_location("expected_counts", Path(__file__).with_name("expected_counts.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
