"""Two spellings of one heading or word: case, accents, spaces and apostrophes make no difference."""

import unicodedata
from functools import lru_cache

_TOTALS = frozenset({"total", "totaux", "somme", "sous-total", "sous total", "total general", "grand total"})
_LONGEST_TOTAL = 20
"""No longer cell opens a line of totals; dates and identifiers need no closer look."""


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """The form two spellings share: « N° d’envoi » and « n° d'ENVOI  » are one heading."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("\ufeff", "").replace("\u200b", ""))
    kept = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(kept.casefold().split())


def spell(value: object) -> str:
    """A cell as trimmed text; a whole number that a spreadsheet keeps as 7.0 is 7."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def says_total(value: object) -> bool:
    """Whether a cell opens a line of totals."""
    return isinstance(value, str) and len(value) < _LONGEST_TOTAL and plain(value).rstrip(" :") in _TOTALS
