"""What the editors' guide says of the code is what the code says."""

import re
from pathlib import Path

import pytest
from guide.errors_in_code import find_errors
from guide.glosses import GLOSSES, TITLES
from guide.kit import THEME_OF, every_test
from guide.mistakes import GROUPS
from guide.pages import PAGES, ROOT
from mutants.all import MUTANTS

import temoin_sdk
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.testing.scenario.rules import Regle
from temoin_sdk.vocabulary import Relation


@pytest.mark.parametrize("path", PAGES)
def test_generated_pages_are_what_the_code_gives(path: str) -> None:
    assert (ROOT / path).read_text("utf-8") == PAGES[path](), "make guide"


def test_every_rule_and_every_test_without_one_is_said_in_english() -> None:
    assert GLOSSES.keys() == set(Regle)
    assert TITLES.keys() == every_test().keys() - THEME_OF.keys()


def test_every_mistake_the_kit_refuses_is_shown_with_how_it_is_mended() -> None:
    assert [each for group in GROUPS.values() for each in group] == list(MUTANTS)
    assert all(each.mend for each in MUTANTS)


def test_every_error_code_written_in_the_sdk_is_found() -> None:
    """A plain search for `code="…"` finds no code that the reading of the source has missed."""
    package = Path(temoin_sdk.__file__).parent
    found = {each.code for each in find_errors(package)}
    for path in package.rglob("*.py"):
        assert set(re.findall(r'(?<!Convention\()\bcode="([a-z0-9_]+)"', path.read_text("utf-8"))) <= found, path


def test_the_table_on_the_first_page_names_every_relation_and_column() -> None:
    page = (ROOT / "docs" / "editeur" / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE)
    told = {Relation(name): [each.rstrip("?") for each in re.findall(r"`(\w+\??)`", columns)] for name, columns in rows}
    assert told == {relation: list(shape.columns) for relation, shape in SHAPES.items()}
