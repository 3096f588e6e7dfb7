"""docs/securite.md: every test that it shows exists under that name, and the words of what is proved are the code's."""

import re
from pathlib import Path

import pytest

from temoin_sdk.wording import DOSSIERS_PROUVENT, RACINE_PROUVE, SIGNATURE_PROUVE, SQUELETTE_PROUVE

ROOT = Path(__file__).parents[1]
DOC = (ROOT / "docs" / "securite.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"`([a-z_]+/tests/\w+\.py(?:::\w+)?)`", DOC)


def test_the_table_shows_a_test_for_each_threat() -> None:
    rows = DOC.split("<!-- epreuves -->")[1].split("\n\n")[0].strip().splitlines()[2:]
    assert len(rows) >= 15
    assert [row for row in rows if "tests/" not in row] == []


@pytest.mark.parametrize("shown", SHOWN)
def test_every_test_that_is_shown_exists(shown: str) -> None:
    path, _, name = shown.partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    assert f"def {name}(" in text if name else "def test_" in text


@pytest.mark.parametrize("sentence", [SIGNATURE_PROUVE, RACINE_PROUVE, SQUELETTE_PROUVE, DOSSIERS_PROUVENT])
def test_what_is_proved_is_said_in_the_same_words(sentence: str) -> None:
    assert f"- {sentence}\n" in DOC
