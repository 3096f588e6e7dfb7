"""From a mutant to a conformance class over its plugin, told the one theme that must refuse it."""

import importlib.util
import sys
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from mutants.mutant import Mutant
from temoin_sdk.scaffold import render
from temoin_sdk.testing import SqlConformance
from temoin_sdk.testing.scenario.themes import THEMES

FILES = render("sql", "sqlite", "NetFictif")
PLUGIN = next(text for path, text in FILES.items() if path.endswith("/plugin.py"))
LOADER = next(text for path, text in FILES.items() if path.endswith("/chargement.py"))
WORDS = next(text for path, text in FILES.items() if path.endswith("/mots.py"))
_RANK = count()


def mutated(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    """The text with every change made; a change that finds nothing is a mistake of ours."""
    for before, after in changes:
        assert before in text, f"nothing to change: {before!r}"
        text = text.replace(before, after)
    return text


def conformance_of(mutant: Mutant, folder: Path) -> type[SqlConformance]:
    """The class that an editor who made this mistake would run."""
    plugin = _module(folder, f"mutant_plugin_{next(_RANK)}", mutated(PLUGIN, mutant.changes))
    _module(folder, "mots", WORDS)
    loader = _module(folder, f"mutant_loader_{next(_RANK)}", mutated(LOADER, mutant.loader))
    themes = {theme.code for theme in THEMES}
    body: dict[str, Any] = {
        "source": plugin.NetFictif,
        "usagers": mutant.usagers,
        "themes": frozenset({mutant.epreuve} & themes or {"instants", "messages", "casse"}) if mutant.epreuve else None,
        "charger": lambda self, tables, scenario: loader.charger(tables, scenario),
    }
    return type("Mutated", (SqlConformance,), body)


def _module(folder: Path, name: str, text: str) -> ModuleType:
    path = folder / f"{name}.py"
    path.write_text(text, "utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
