"""Rows of MariaDB and MySQL as one text each, a JSON array: PyMySQL takes its time by the column.

JSON_ARRAY looks at every value's type for every row, and took twice the time of texts put one after the other.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Cast, ColumnElement, Label, Null, String, func, literal_column
from sqlalchemy.sql.functions import Function

from temoin_sdk.statement.columns import TYPES
from temoin_sdk.statement.dialects.base import TEXT

PACKED: Final = "rangee"
"""The one column of the statement; MariaDBAccess opens it."""

_NULL: Final = "null"
_NEVER_NULL: Final = frozenset({"count", "coalesce"})
"""Functions that, as the statement uses them, always give a number."""


def packed(columns: Iterable[ColumnElement[Any]]) -> ColumnElement[str]:
    """One row of the statement as a JSON array. What is NULL in every row is written as it is."""
    pieces: list[ColumnElement[Any]] = []
    constant = "["
    for number, column in enumerate(columns):
        constant += "," if number else ""
        value = column.element if isinstance(column, Label) else column
        if isinstance(value, Cast) and isinstance(value.clause, Null):
            constant += _NULL
            continue
        if _is_text(column):
            value = func.json_quote(value)
        told = isinstance(value, Function) and value.name in _NEVER_NULL
        pieces += [_quoted(constant), value if told else func.ifnull(value, _quoted(_NULL))]
        constant = ""
    return func.concat(*pieces, _quoted(f"{constant}]")).label(PACKED)


def _is_text(column: ColumnElement[Any]) -> bool:
    """By the kind the statement declares; a column that is only explained has its own."""
    kind = TYPES.get(column.key or "")
    return isinstance(column.type, String) if kind is None else kind is TEXT


def _quoted(words: str) -> ColumnElement[str]:
    return literal_column(f"'{words}'", String)
