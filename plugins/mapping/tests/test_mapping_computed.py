"""As its user sees it: a configuration written as the guide says, and `temoin compute` gives the figures."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk.mapping import read_mapping

ROOT = Path(__file__).parents[3]

CONFIGURATION = """
[gestionnaire]
nom = "Les Horizons Fictifs"
ej = "010000024"
fuseau = "Europe/Paris"

[[recepteurs]]
code = "ars"
url = "https://temoin.ars.example"
origine = "temoin.ars.example/registre"
cle = { kty = "OKP", crv = "Ed25519", x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }
registre = "temoin.ars.example/registre+458cfd59+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"

[[projets]]
code = "essai"
campagne = "generalisation-2025"
recepteur = "ars"

[[etablissements]]
finess = "699990008"
nom = "EHPAD Les Glycines Imaginaires"
projet = "essai"
secteur = "PA"
exception_finess = true

[[etablissements]]
finess = "699990016"
nom = "Accueil de jour Les Tilleuls Supposés"
projet = "essai"
secteur = "PA"
exception_finess = true

"""


def example(document: Path, name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n```toml\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def temoin(*arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [Path(sys.executable).with_name("temoin"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


def compute(source: str, folder: Path) -> Any:
    folder.mkdir()
    config = folder / "temoin.toml"
    config.write_text(CONFIGURATION + source, encoding="utf-8")
    done = temoin("compute", "--config", config, "--on", "2026-11-01", "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def documented(residia: Path, exemple: Path) -> str:
    """The source of the gestionnaire's guide, with the paths of this machine."""
    text = example(ROOT / "docs" / "configuration.md", "exemple mapping")
    for shown, real in (("/etc/temoin/residia.toml", exemple), ("/srv/residia/residia.db", residia)):
        assert shown in text
        text = text.replace(shown, str(real))
    return text


def test_the_documented_source_gives_the_figures_of_the_python_plugin(documented: str, tmp_path: Path) -> None:
    python = documented.replace('"mapping"', '"residia"')
    python = "".join(line for line in python.splitlines(keepends=True) if not line.startswith("fichier"))
    by_mapping, by_python = compute(documented, tmp_path / "mapping"), compute(python, tmp_path / "python")
    assert len(by_mapping["etablissements"]) == 2
    assert by_mapping["etablissements"] == by_python["etablissements"]


def test_a_wrong_file_is_told_with_its_lines_by_the_agent(documented: str, exemple: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "faux.toml"
    wrong.write_text(exemple.read_text(encoding="utf-8").replace("[relations.projets]", "[relations.projet]"), "utf-8")
    config = tmp_path / "temoin.toml"
    config.write_text(CONFIGURATION + documented.replace(str(exemple), str(wrong)), encoding="utf-8")
    done = temoin("compute", "--config", config, "--on", "2026-11-01")
    assert done.returncode == 4
    said = done.stdout + done.stderr
    assert "relations.projet : nom inconnu ; vouliez-vous dire « projets » ?" in " ".join(said.split())
    assert "éditeur" in said


@pytest.mark.parametrize("fichier", ['fichier = "residia.toml"', ""])
def test_a_path_that_is_not_whole_is_a_mistake_of_the_configuration(
    documented: str, tmp_path: Path, fichier: str
) -> None:
    config = tmp_path / "temoin.toml"
    config.write_text(CONFIGURATION + re.sub(r"^fichier = .*$", fichier, documented, flags=re.MULTILINE), "utf-8")
    done = temoin("compute", "--config", config, "--on", "2026-11-01")
    assert done.returncode == 3
    assert "« fichier »" in done.stderr


def test_the_file_of_the_readme_is_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "netfictif.toml"
    path.write_text(example(ROOT / "plugins" / "mapping" / "README.md", "exemple"), encoding="utf-8")
    assert set(read_mapping(path).reglages) == {"service_technique"}
