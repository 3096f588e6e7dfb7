"""An editor's text is tokenised, not pasted: what breaks a wrapping or runs a second statement is settled first."""

import pytest
from sqlalchemy import create_engine, text

from temoin_sdk.errors import MappingError
from temoin_sdk.statement.editor_text import clean


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("SELECT a FROM t;", "SELECT a FROM t"),
        ("SELECT a FROM t -- fin", "SELECT a FROM t"),
        ("SELECT a /* b; c */ FROM t ; ", "SELECT a   FROM t"),
        ("SELECT /*+ INDEX(t i) */ a FROM t", "SELECT /*+ INDEX(t i) */ a FROM t"),
        ("WITH x AS (SELECT 1 AS a) SELECT a FROM x", "WITH x AS (SELECT 1 AS a) SELECT a FROM x"),
        ("SELECT ':actif' AS a FROM t", "SELECT '\\:actif' AS a FROM t"),
        ("SELECT a FROM t WHERE d >= :debut AND d < :fin", "SELECT a FROM t WHERE d >= :debut AND d < :fin"),
    ],
)
def test_a_text_is_cleaned(texte: str, attendu: str) -> None:
    assert clean(texte, ou="ici") == attendu


@pytest.mark.parametrize(
    "texte",
    [
        "SELECT a FROM t; DELETE FROM t",
        "DELETE FROM t",
        "",
        "SELECT a FROM t WHERE b = :autre",
        "SELECT a FROM t WHERE b = ?",
    ],
)
def test_anything_but_one_select_with_our_binds_is_refused(texte: str) -> None:
    with pytest.raises(MappingError) as refused:
        clean(texte, ou="relation sejours")
    assert refused.value.code == "requete_texte"
    assert refused.value.ou == "relation sejours"


def test_literals_with_colons_percents_and_backslashes_come_through_unchanged() -> None:
    engine = create_engine("sqlite://")
    texte = r"SELECT ':x' AS a, '100 %' AS b, 'c:\d' AS c, '12:30' AS d;"
    with engine.connect() as connection:
        row = connection.execute(text(clean(texte, ou="ici"))).one()
    engine.dispose()
    assert tuple(row) == (":x", "100 %", r"c:\d", "12:30")
