"""The configuration that README.md shows is one that counts."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from temoin_pfi.plugin import Pfi
from temoin_pfi.settings import ReglagesPfi
from temoin_sdk.contract import CleIns
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.counting import SourceDemande
from temoin_sdk.counting.plan import plan_source
from temoin_sdk.vocabulary import Relation

README = Path(__file__).parent.parent / "README.md"


@pytest.fixture
def plateforme() -> dict[str, Any]:
    text = README.read_text(encoding="utf-8")
    found = re.search(r"<!-- exemple -->\n```toml\n(.*?)```", text, re.DOTALL)
    assert found is not None
    [dui, plateforme] = tomllib.loads(found.group(1))["sources"]
    assert set(dui["fournit"]).isdisjoint(relation.value for relation in Pfi.relations_fournies())
    return plateforme


def test_the_example_is_a_plan(plateforme: dict[str, Any]) -> None:
    catalogue = Catalogue({"pfi": FoundSource(Pfi, "temoin-pfi", "0.1.0")}, {})
    demande = SourceDemande(
        nom=plateforme["nom"],
        plugin=plateforme["plugin"],
        reglages=plateforme["reglages"],
        sites={code: code for code in plateforme["etablissements"]},
    )
    plan = plan_source(demande, catalogue, CleIns.tiree())
    assert plan.source.espace_usagers == "residia.resident"
    assert plan.relations == {Relation.ETABLISSEMENTS, Relation.MESSAGES_MSS, Relation.DEPOTS_DMP}


def test_every_setting_is_explained_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]*)\|", README.read_text(encoding="utf-8"), re.MULTILINE))
    assert list(rows) == list(ReglagesPfi.model_fields)
    for name, field in ReglagesPfi.model_fields.items():
        if isinstance(field.default, str) and name != "fuseau":
            assert f'"{field.default}"' in rows[name]
