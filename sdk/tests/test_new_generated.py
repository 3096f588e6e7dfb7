"""What `temoin-sdk new` writes is what an editor would be proud to keep: formatted, linted, typed, one text for all."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from projects import COMBINATIONS, Combination

from temoin_sdk import Relation, Source, SqlSource
from temoin_sdk.contract.loading import check_source
from temoin_sdk.mapping.reading import check_text
from temoin_sdk.scaffold import Genre

TABLES = [each for each in COMBINATIONS if each.genre is not Genre.API]
LONGEST = ["L" * 30, "W. " * 9 + "Www", "É+É (É-É) d'É"]


def tool(*command: str | Path, cwd: Path) -> str:
    """What a tool of this checkout says of a folder; empty if it has nothing to say."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_whatever_the_name_it_is_formatted_and_lints(combination: Combination, tmp_path: Path) -> None:
    for number, nom in enumerate([combination.nom, *LONGEST]):
        combination.write(tmp_path / str(number), nom)
    assert tool("ruff", "format", "--no-cache", "--check", ".", cwd=tmp_path) == ""
    assert tool("ruff", "check", "--no-cache", ".", cwd=tmp_path) == ""


def test_every_combination_is_typed_strictly(tmp_path: Path) -> None:
    """In one test, so that they share what mypy learnt of the sdk."""
    for combination in COMBINATIONS:
        project = combination.write(tmp_path)
        assert tool("mypy", "--cache-dir", tmp_path / "mypy", cwd=project) == "", combination


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_each_offers_one_source_with_every_relation(
    combination: Combination, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = imported(combination, tmp_path, monkeypatch)
    check_source(source)
    assert source.relations_fournies() == frozenset(Relation)
    assert source.nom == combination.noms.source


@pytest.mark.parametrize("combination", TABLES, ids=str)
def test_there_is_one_text_per_relation_whatever_the_kind_and_engine(
    combination: Combination, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, model = (imported(each, tmp_path, monkeypatch) for each in (combination, COMBINATIONS[0]))
    assert issubclass(source, SqlSource)
    assert issubclass(model, SqlSource)
    for relation, text in source.texts().items():
        told = model.texts()[relation]
        assert text.texte.split() == told.texte.replace(model.nom, source.nom).split()
        for column in ("date_fait", "entree", "sortie", "debut", "fin") if told.nature else ():
            assert text.nature in (told.nature, None)
            assert text.dates.get(column, told.nature) == told.nature


@pytest.mark.parametrize("combination", [each for each in TABLES if each.genre is Genre.MAPPING], ids=str)
def test_the_mapping_file_has_nothing_that_could_be_said_of_it(combination: Combination) -> None:
    mapping, fautes = check_text(combination.texts()[f"src/{combination.noms.module}/{combination.noms.source}.toml"])
    assert mapping is not None
    assert fautes == []


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_what_the_gestionnaire_copies_names_the_source(combination: Combination) -> None:
    readme = combination.texts()["README.md"]
    (copied,) = readme.split("```toml\n")[1:]
    (source,) = tomllib.loads(copied.split("```")[0])["sources"]
    assert source["plugin"] == combination.noms.source
    if combination.moteur is not None:
        assert source["reglages"]["url"].partition(":")[0] == combination.moteur
    assert "mot_de_passe" not in source["reglages"] or source["reglages"]["mot_de_passe"].keys() == {"env"}


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_ci_starts_a_server_where_one_is_free_to_use(combination: Combination) -> None:
    texts = combination.texts()
    for path in (".github/workflows/ci.yml", ".gitlab-ci.yml"):
        assert ("services:" in texts[path]) == (combination.moteur in ("postgresql", "mariadb"))
        assert ("TEMOIN_KIT_URL" in texts[path]) == (combination.moteur not in ("sqlite", None))


def imported(combination: Combination, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[Source]:
    """The one source of a project that is written and not installed."""
    module = combination.noms.module
    folder = tmp_path / str(combination)
    if not folder.exists():
        combination.write(tmp_path)
    with monkeypatch.context() as patched:
        patched.syspath_prepend(folder / "src")
        plugin = __import__(f"{module}.plugin", fromlist=["temoin_sources"])
        for name in (module, f"{module}.plugin"):
            patched.delitem(sys.modules, name)
    (source,) = plugin.temoin_sources()
    return source  # type: ignore[no-any-return] # of a module that no checker has seen
