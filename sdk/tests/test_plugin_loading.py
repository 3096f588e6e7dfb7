"""A broken plugin is named and set aside; the others load."""

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from temoin_sdk.contract.loading import load_plugins
from temoin_sdk.errors import Acteur, PluginError

GOOD = """
from temoin_sdk import *
class Bonne(SqlSource):
    nom = "bonne"
    logiciel = Logiciel("Bonne", "1")
    espace_usagers = "bonne.usager"
    etablissements = "SELECT 'A' AS code"
@hookimpl
def temoin_sources():
    return [Bonne]
"""

BROKEN = {
    "plugin_casse": "raise RuntimeError('panne')",
    "plugin_sans_crochet": "x = 1",
    "plugin_resultat": GOOD.replace("return [Bonne]", "return Bonne"),
    "plugin_contrat": GOOD.replace('nom = "bonne"', 'nom = "bonne"\n    contrat = 2'),
    "plugin_nom": GOOD.replace('nom = "bonne"', 'nom = "Bonne DUI"'),
    "plugin_incomplet": GOOD.replace("    etablissements = \"SELECT 'A' AS code\"\n", ""),
    "plugin_relation": GOOD.replace('nom = "bonne"', 'nom = "bonne"\n    mise_a_jour = sql("SELECT 1")'),
    "plugin_drapeau": GOOD.replace('nom = "bonne"', 'nom = "bonne"\n    ne_sait_pas = frozenset({"auteur_inconnu"})'),
    "plugin_fuseau": GOOD.replace("class Bonne", 'X = Instant("Europe/Pari")\nclass Bonne'),
}


@pytest.fixture(autouse=True)
def importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def point(folder: Path, name: str, texte: str) -> EntryPoint:
    (folder / f"{name}_module.py").write_text(texte)
    return EntryPoint(name, f"{name}_module", "temoin")


@pytest.mark.parametrize("code", BROKEN)
def test_each_way_of_being_broken_is_named_and_the_good_one_still_loads(tmp_path: Path, code: str) -> None:
    catalogue = load_plugins([point(tmp_path, "mauvais", BROKEN[code]), point(tmp_path, "bon", GOOD)])
    assert list(catalogue.sources) == ["bonne"]
    assert catalogue.ecartes["mauvais"].code == code
    assert catalogue.ecartes["mauvais"].acteur is Acteur.EDITEUR


def test_a_misspelt_relation_is_told_with_the_right_name(tmp_path: Path) -> None:
    misspelt = """
from temoin_sdk import *
class Lignes(RecordSource):
    nom = "lignes"
    logiciel = Logiciel("Lignes", "1")
    espace_usagers = "lignes.usager"
    def etablissements(self):
        return []
    def mise_a_jour(self, periode):
        return []
@hookimpl
def temoin_sources():
    return [Lignes]
"""
    catalogue = load_plugins([point(tmp_path, "mauvais", misspelt)])
    assert catalogue.ecartes["mauvais"].code == "plugin_relation"
    assert "« mises_a_jour »" in catalogue.ecartes["mauvais"].message


def test_a_misspelt_hook_is_told_and_not_ignored(tmp_path: Path) -> None:
    misnamed = GOOD.replace("def temoin_sources", "def temoin_source")
    catalogue = load_plugins([point(tmp_path, "mauvais", misnamed)])
    assert catalogue.ecartes["mauvais"].code == "plugin_casse"
    assert "temoin_source" in catalogue.ecartes["mauvais"].message


def test_a_plugin_that_leaves_the_process_does_not(tmp_path: Path) -> None:
    catalogue = load_plugins([point(tmp_path, "mauvais", "raise SystemExit(3)")])
    assert catalogue.ecartes["mauvais"].code == "plugin_casse"


def test_two_plugins_for_one_name_do_not_both_load(tmp_path: Path) -> None:
    catalogue = load_plugins([point(tmp_path, "un", GOOD), point(tmp_path, "deux", GOOD)])
    assert catalogue.ecartes["deux"].code == "plugin_doublon"


def test_asking_for_a_source_set_aside_gives_its_own_reason(tmp_path: Path) -> None:
    catalogue = load_plugins([point(tmp_path, "mauvais", BROKEN["plugin_casse"])])
    with pytest.raises(PluginError) as refused:
        catalogue.source("mauvais")
    assert "panne" in refused.value.message


def test_asking_for_an_absent_source_says_what_is_installed(tmp_path: Path) -> None:
    catalogue = load_plugins([point(tmp_path, "bon", GOOD)])
    with pytest.raises(PluginError) as refused:
        catalogue.source("netsoins")
    assert refused.value.code == "plugin_absent"
    assert "bonne" in refused.value.message
