"""The line of each key of a TOML file, so that an error can name it: `tomllib` keeps no positions.

The parser itself is asked where an expression ends: the shortest run of lines that it accepts is one expression, since
the form of TOML leaves no other reading. Only a text that parses as a whole is given here.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final

_ENDS: Final = ('"""', "'''", "]", "}")
"""One of these is on the last line of every value that stands on several."""

_STRING: Final = re.compile(r"""[\w\s.-]+=\s*(\"{3}|'{3})""")
"""A value that is surely one long text, and the end it must have."""

Chemin = tuple[str, ...]
"""Names from the root of the file to a key."""


def lines_of_keys(text: str) -> dict[Chemin, int]:
    """Line, from 1, of every key and table. Keys of an inline table stand on the line where its own key begins."""
    found: dict[Chemin, int] = {}
    table: Chemin = ()
    for line, source, parsed in _expressions(text):
        if source.lstrip().startswith("["):
            table = max(_paths(parsed, ()), key=len, default=())
            prefix: Chemin = ()
        else:
            prefix = table
        for path in _paths(parsed, prefix):
            found.setdefault(path, line)
    return found


def line_of(lines: Mapping[Chemin, int], loc: tuple[str, ...]) -> tuple[int, Chemin]:
    """The line of the deepest key on the way to `loc` that the file holds, and that key; line 1 when it holds none."""
    for length in range(len(loc), 0, -1):
        if loc[:length] in lines:
            return lines[loc[:length]], loc[:length]
    return 1, ()


def _expressions(text: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Each header or key with its value: first line, source, what it parses to."""
    ends: tuple[str, ...] = _ENDS
    start, held = 1, ""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        goes_on, held = bool(held), held + line + "\n"
        # a long SELECT is parsed once, not once a line
        if goes_on and not any(end in line for end in ends):
            continue
        if not goes_on:
            ends = (opened[1],) if (opened := _STRING.match(line)) else _ENDS
        try:
            parsed = tomllib.loads(held)
        except tomllib.TOMLDecodeError:
            continue  # a value that goes on
        if parsed:
            yield start, held, parsed
        start, held = number + 1, ""


def _paths(value: object, prefix: Chemin) -> Iterator[Chemin]:
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None  # [[table]]
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield (*prefix, name)
            yield from _paths(inner, (*prefix, name))
