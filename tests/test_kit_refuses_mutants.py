"""Every test of the conformance kit is able to fail: a realistic mistake that it refuses, by the rule it names."""

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mutants.all import MUTANTS, SOUND
from mutants.building import conformance_of
from mutants.mutant import Mutant

from temoin_sdk.testing import SqlConformance
from temoin_sdk.testing.conformance.epreuve import epreuve_of

NEEDS_INSTALLING = "contrat"
"""The one test that a plugin which is not installed cannot pass; the scaffold's own suite runs it on one that is."""


def kit_tests(classe: type[SqlConformance]) -> dict[str, Callable[..., None]]:
    """The kit's tests of a class, by their code."""
    members = inspect.getmembers(classe, inspect.isfunction)
    return {found.code: member for _, member in members if (found := epreuve_of(member)) is not None}


def run(one: SqlConformance, test: Callable[..., None], essai: Any) -> None:
    test(*([one, essai] if "essai" in inspect.signature(test).parameters else [one]))


@pytest.fixture(autouse=True)
def _modules_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])


@pytest.mark.parametrize("usagers", ["entiers", "textes", "uuid"])
def test_the_sound_plugin_passes_everything(usagers: str, tmp_path: Path) -> None:
    classe = conformance_of(Mutant("sound", "", "", usagers=usagers), tmp_path)
    one, skipped = classe(), []
    with classe.essayer(tmp_path / "essai") as essai:
        for code, test in kit_tests(classe).items():
            if code != NEEDS_INSTALLING:
                try:
                    run(one, test, essai)
                except pytest.skip.Exception:
                    skipped.append(code)
    assert skipped == ([] if usagers == "textes" else ["identifiants"])


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_no_mutant_survives(mutant: Mutant, tmp_path: Path) -> None:
    classe = conformance_of(mutant, tmp_path)
    test = kit_tests(classe)[mutant.epreuve]
    with classe.essayer(tmp_path / "essai") as essai, pytest.raises(pytest.fail.Exception) as refused:
        run(classe(), test, essai)
    assert mutant.dit in str(refused.value), str(refused.value)


def test_every_test_of_the_kit_has_a_mutant_and_there_are_enough() -> None:
    assert {mutant.epreuve for mutant in MUTANTS} == kit_tests(SqlConformance).keys()
    assert len(MUTANTS) >= 40
    assert len({str(mutant) for mutant in MUTANTS}) == len(MUTANTS)
    assert not SOUND.changes
