"""The README's example is a configuration that loads, and its tables name what exists."""

import re
import tomllib
from pathlib import Path

import temoin_tddui
from temoin_tddui.settings import Methode, ReglagesTddui

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def example():
    found = re.search(r"<!-- exemple -->\n```toml\n(.*?)```", README, re.DOTALL)
    assert found is not None
    (source,) = tomllib.loads(found[1])["sources"]
    return source


def test_the_example_loads_and_shows_every_setting():
    source = example()
    settings = ReglagesTddui.model_validate(source["reglages"])
    assert source["plugin"] == "tddui"
    assert set(source["reglages"]) == set(ReglagesTddui.model_fields)
    assert set(settings.mises_a_jour) == set(Methode)
    assert settings.entites_juridiques == {"010000024": ("010780054",)}


def test_optional_settings_are_those_that_have_a_default():
    block = README.split("<!-- exemple -->")[1].split("```")[1]
    for name, field in ReglagesTddui.model_fields.items():
        line = next(line for line in block.splitlines() if line.startswith(f"{name} ="))
        assert ("facultatif" in line) == (not field.is_required()), name


def test_every_refusal_of_an_export_is_explained():
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path(temoin_tddui.__file__).parent.rglob("*.py"))
    told = set(re.findall(r"^\| `(\w+)`", README, re.MULTILINE))
    raised = set(re.findall(r'code="(tddui_(?:json|forme|cda|contradiction|date_future|ej_\w+))"', code))
    assert raised
    assert raised <= told


def test_every_option_the_readme_names_exists(run):
    for command in ("import", "listen", "etat"):
        known = run(command, "--help").text
        for line in README.splitlines():
            if f"temoin-tddui {command}" in line:
                for option in re.findall(r"(--[a-z-]+)", line.split(f"temoin-tddui {command}")[1].split("»")[0]):
                    assert option in known, (command, option)
