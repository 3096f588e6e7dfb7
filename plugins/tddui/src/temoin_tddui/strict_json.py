"""A Bundle's JSON, one entry at a time: strict about what it is, and never quoting it.

A whole export holds tens of thousands of resources; as Python objects all at once they would weigh ten times their
text. So only one entry at a time is ever built. Refused, with the path: text that is not UTF-8, duplicate keys (two
readers would read two things), NaN and infinities, nesting without end, numbers without end, text after the end.
"""

import json
import re
from collections.abc import Callable
from typing import Any, Final, NoReturn

from temoin_tddui.problems import malformed, unreadable

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_NAMES: Final = (
    "resourceType id meta profile lastUpdated timestamp type entry fullUrl resource request method url identifier "
    "system value status _status subject patient extension period start end contained text coding code name birthDate "
    "serviceProvider partOf participant individual reference member entity basedOn executionPeriod input output "
    "hospitalization origin location content attachment data author performer dateTime authored date category title "
    "supportingInfo address line telecom link response signature total tag security valueString valueReference "
    "valueCodeableConcept valueDateTime valueBoolean item answer target note description"
)
_KNOWN: Final = frozenset(_NAMES.split())
"""Names that a path may show: any other key could itself be somebody's name."""


class _Doubled(dict[str, Any]):
    """An object in which a key stood twice; kept until its place is known."""


class _NotFinite(ValueError):
    """NaN or an infinity."""


class _Parser:
    """One text. `doubled` says that some object of the value just read has a key twice: it is then looked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.doubled = False
        # Numbers stay text: nothing here counts with them, and 1e999 or a million digits need no care.
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._pairs, parse_constant=_not_finite, parse_float=str, parse_int=str, strict=True
        )

    def value(self, at: int, place: str) -> tuple[Any, int]:
        """The value that starts at `at`, and where it ends."""
        try:
            value, end = self._decoder.raw_decode(self.text, at)
        except json.JSONDecodeError as error:
            raise unreadable(f"ligne {error.lineno}, colonne {error.colno}", place) from None
        except _NotFinite:
            raise unreadable("NaN ou un infini à la place d'un nombre", place) from None
        except RecursionError:
            raise unreadable("des imbrications sans fin", place) from None
        if self.doubled:
            raise unreadable("un élément est écrit deux fois dans un même objet", _find_doubled(value, place))
        return value, end

    def _pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        self.doubled = True
        return _Doubled(found)


def _not_finite(_text: str) -> NoReturn:
    raise _NotFinite


def decode_text(data: bytes) -> str:
    """The text of a file or body; a byte order mark is tolerated."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise unreadable("le texte n'est pas en UTF-8", "") from None


def read_object(text: str, on_entry: Callable[[int, dict[str, Any]], None]) -> dict[str, Any]:
    """The top-level object without its `entry`; each element of `entry` is given to `on_entry` and then forgotten.

    Raises BundleRefused with the path of what is wrong.
    """
    head: dict[str, Any] = {}
    parser = _Parser(text)
    at = _skip(text, 0)
    if text[at : at + 1] != "{":
        raise malformed("la racine n'est pas un objet", "")
    at = _skip(text, at + 1)
    if text[at : at + 1] == "}":
        return _finish(text, at + 1, head)
    while True:
        key, at = parser.value(at, "")
        if not isinstance(key, str):
            raise unreadable(f"un nom d'élément est attendu (caractère {at})", "")
        place = shown(key)
        if key in head:
            raise unreadable("un élément est écrit deux fois dans un même objet", place)
        at = _expect(text, _skip(text, at), ":", place)
        if key == "entry":
            head[key], at = None, _entries(parser, _skip(text, at), on_entry)
        else:
            head[key], at = parser.value(_skip(text, at), place)
        at, more = _next(text, at, "}", place)
        if not more:
            head.pop("entry", None)
            return _finish(text, at, head)


def _entries(parser: _Parser, at: int, on_entry: Callable[[int, dict[str, Any]], None]) -> int:
    text = parser.text
    if text[at : at + 1] != "[":
        raise malformed("« entry » n'est pas une liste", "entry")
    at = _skip(text, at + 1)
    if text[at : at + 1] == "]":
        return at + 1
    rank = 0
    while True:
        place = f"entry[{rank}]"
        entry, at = parser.value(at, place)
        if not isinstance(entry, dict):
            raise malformed("un objet est attendu", place)
        on_entry(rank, entry)
        at, more = _next(text, at, "]", place)
        if not more:
            return at
        rank += 1


def _find_doubled(root: Any, place: str) -> str:
    """The path of the first object with a key twice, found without recursion."""
    level: list[tuple[Any, Any]] = [(root, None)]
    while level:
        below: list[tuple[Any, Any]] = []
        for trail in level:
            value = trail[0]
            if type(value) is _Doubled:
                return _place(trail, place)
            inner = value.values() if isinstance(value, dict) else value
            below += [(each, trail) for each in inner if isinstance(each, (dict, list))]
        level = below
    return place


def _place(trail: Any, place: str) -> str:
    """The path of a node, found by going back up; only done for an error."""
    steps: list[str] = []
    while trail[1] is not None:
        value, trail = trail[0], trail[1]
        parent = trail[0]
        if isinstance(parent, dict):
            steps.append("." + next((shown(key) for key, each in parent.items() if each is value), "…"))
        else:
            steps.append(f"[{next((n for n, each in enumerate(parent) if each is value), 0)}]")
    return (place + "".join(reversed(steps))).removeprefix(".")


def shown(key: str) -> str:
    """A key as a path may show it."""
    return key if key in _KNOWN else "…"


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _expect(text: str, at: int, sign: str, place: str) -> int:
    if text[at : at + 1] != sign:
        raise unreadable(f"« {sign} » est attendu (caractère {at})", place)
    return at + 1


def _next(text: str, at: int, closing: str, place: str) -> tuple[int, bool]:
    """Past a comma (more follows) or past the closing sign."""
    at = _skip(text, at)
    if text[at : at + 1] == closing:
        return at + 1, False
    return _skip(text, _expect(text, at, ",", place)), True


def _finish(text: str, at: int, head: dict[str, Any]) -> dict[str, Any]:
    if _skip(text, at) != len(text):
        raise unreadable("du texte suit la fin du lot", "")
    return head
