"""A typed or spreadsheet count: a whole number, spaces between thousands admitted, never guessed."""

import re
from typing import Final

_NUMBER: Final = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:[.,]0+)?")


class NumberError(ValueError):
    """Not a count; the message says what is expected."""


def read_number(value: object) -> int:
    """The count. Raises NumberError for a fraction, a negative number or anything else."""
    if isinstance(value, bool):
        raise NumberError("un nombre entier est attendu")
    if isinstance(value, int | float) and value == int(value) and value >= 0:
        return int(value)
    found = _NUMBER.fullmatch(" ".join(str(value).split()))
    if found is None:
        raise NumberError("un nombre entier, sans virgule ni signe, est attendu")
    return int(found[1].replace(" ", ""))
