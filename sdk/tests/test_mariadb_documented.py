"""docs/editeur/engines.md on time: what its MariaDB expressions give is what the real server gives."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import Base, open_base, reading

GUIDE = (Path(__file__).parents[2] / "docs" / "editeur" / "engines.md").read_text(encoding="utf-8")
TOLD = dict(re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", GUIDE.split("## Time on MariaDB")[1], re.MULTILINE))
"""The guide's table: what is written, and what it gives."""


@pytest.fixture
def moment(tmp_path: Path) -> Iterator[Base]:
    """One moment, 14:00 in Paris, kept in each way that the guide names; the server itself lives at UTC-2."""
    with open_base("mariadb", tmp_path) as base:
        base.run(
            "CREATE TABLE moment (ts timestamp NULL, dt datetime)",
            "SET time_zone = '+02:00'",
            "INSERT INTO moment VALUES ('2026-08-01 14:00:00', '2026-08-01 14:00:00')",
        )
        yield base


@pytest.mark.parametrize("expression", TOLD)
def test_the_guide_says_what_each_expression_gives(moment: Base, expression: str) -> None:
    with reading(moment) as reader:
        assert str(reader.value(f"SELECT {expression} FROM moment", ou="essai")) == TOLD[expression]


def test_the_guide_has_its_table() -> None:
    assert {"ts", "dt", "DATE(ts)"} < set(TOLD)


@pytest.mark.parametrize("now", ["NOW()", "CURRENT_TIMESTAMP", "SYSDATE()", "LOCALTIME"])
def test_now_is_utc(moment: Base, now: str) -> None:
    with reading(moment) as reader:
        assert abs(int(str(reader.value(f"SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), {now})", ou="essai")))) <= 1
        assert reader.value(f"SELECT CURDATE() = DATE({now}) OR CURDATE() = UTC_DATE()", ou="essai") == 1
