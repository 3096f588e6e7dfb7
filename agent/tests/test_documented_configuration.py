"""docs/configuration.md: its example loads, and its reference names every field and no other."""

import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel

from temoin_agent.configuration import load_configuration
from temoin_agent.configuration.tables import (
    TableCles,
    TableEtablissement,
    TableGestionnaire,
    TablePreuves,
    TableProjet,
    TableRecepteur,
    TableSource,
)
from temoin_sdk.vocabulary import Secteur

DOC = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
TABLES: list[tuple[str, type[BaseModel]]] = [
    ("[gestionnaire]", TableGestionnaire),
    ("[cles]", TableCles),
    ("[preuves]", TablePreuves),
    ("[[recepteurs]]", TableRecepteur),
    ("[[projets]]", TableProjet),
    ("[[etablissements]]", TableEtablissement),
    ("[[sources]]", TableSource),
]


@pytest.fixture
def example(tmp_path):
    found = re.search(r"<!-- exemple -->\n```toml\n(.*?)```", DOC, re.DOTALL)
    assert found is not None
    path = tmp_path / "temoin.toml"
    path.write_text(found[1], encoding="utf-8")
    return path


def test_the_example_loads_and_means_what_its_comments_say(example):
    configuration = load_configuration(example)

    assert [projet.code for projet in configuration.projets] == ["dui-2025", "amorcage-2021"]
    assert configuration.projets[0].convention.premiere_mesure == date(2026, 2, 1)
    assert [each.nom for each in configuration.projets[1].etablissements] == ["ESAT du Maquis"]
    assert configuration.projets[1].etablissements[0].secteur is Secteur.PH
    assert configuration.projets[0].etablissements[-1].fuseau == "Indian/Reunion"
    assert configuration.sources[1].sites == {"970400025": "970400025"}
    assert configuration.preuves.conservation_mois == 36
    assert configuration.dossier == example.parent / "temoin"


@pytest.mark.parametrize(("table", "model"), TABLES)
def test_the_reference_names_every_field_and_no_other(table, model):
    section = DOC.split(f"### `{table}`")[1].split("\n## ")[0].split("\n### ")[0]
    documented = re.findall(r"^\| `(\w+)` \| (.*?) ?\|", section, re.MULTILINE)
    assert sorted(name for name, _ in documented) == sorted(model.model_fields)
    for name, default in documented:
        assert model.model_fields[name].is_required() == (default == ""), name


@pytest.mark.parametrize(("table", "model"), TABLES)
def test_the_example_shows_every_field(table, model):
    example = re.search(r"<!-- exemple -->\n```toml\n(.*?)```", DOC, re.DOTALL)
    assert example is not None
    for name in model.model_fields:
        assert re.search(rf"\b{name}\b", example[1]), name
