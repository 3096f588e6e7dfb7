"""One set of facts and one server for each test, and the counts made by hand."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from temoin_api_sample.donnees import Donnees, generate
from temoin_api_sample.serveur import Serveur


@pytest.fixture(scope="session")
def donnees() -> Donnees:
    return generate()


@pytest.fixture
def serveur(donnees: Donnees) -> Iterator[Serveur]:
    with Serveur(donnees) as running:
        yield running


@pytest.fixture(scope="session")
def by_hand() -> ModuleType:
    """The counts written directly on the rows that the server holds."""
    spec = importlib.util.spec_from_file_location("naive_counts", Path(__file__).with_name("naive_counts.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
