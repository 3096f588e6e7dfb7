"""The line of every key, whatever TOML stands around it."""

import tomllib

import pytest

from temoin_sdk.mapping.lines import line_of, lines_of_keys

TEXT = '''# un commentaire
a = 1

"b c".d = """
[pas.une.table]
e = 2
"""
f = [
  "g", # [h]
  "i",
]
[j.k]
l = { m = 1, n = { o = 2 } }
[ j . p ] # fin
q = \'\'\'
r = 1\'\'\'
[[s]]
t = "="
'''


def test_every_key_has_its_line() -> None:
    assert lines_of_keys(TEXT) == {
        ("a",): 2,
        ("b c",): 4,
        ("b c", "d"): 4,
        ("f",): 8,
        ("j",): 12,
        ("j", "k"): 12,
        ("j", "k", "l"): 13,
        ("j", "k", "l", "m"): 13,
        ("j", "k", "l", "n"): 13,
        ("j", "k", "l", "n", "o"): 13,
        ("j", "p"): 14,
        ("j", "p", "q"): 15,
        ("s",): 17,
        ("s", "t"): 18,
    }


def test_a_text_is_not_over_before_its_own_end() -> None:
    text = 'a = """\n[b]\n\'\'\' c = 1\n} ]\n"""\nd = [\n\'"""\',\n[1],\n]\ne = 2\n'
    assert tomllib.loads(text)["e"] == 2
    assert lines_of_keys(text) == {("a",): 1, ("d",): 6, ("e",): 10}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_endings_count_once(ending: str) -> None:
    text = ending.join(TEXT.split("\n"))
    tomllib.loads(text)
    assert lines_of_keys(text)[("s", "t")] == 18


def test_a_key_that_is_absent_is_where_its_table_begins() -> None:
    lines = lines_of_keys(TEXT)
    assert line_of(lines, ("j", "k", "z", "y")) == (12, ("j", "k"))
    assert line_of(lines, ("z",)) == (1, ())
