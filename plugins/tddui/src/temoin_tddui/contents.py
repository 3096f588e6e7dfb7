"""The hash of a resource's content: two exports that say the same thing give the same hash.

Proof of change must not rest on what changes by itself. Left out: technical ids, references (both are often made anew
at each export, and dangle or not), `meta`, narratives, addresses of attachments, `lastModified`; the order of lists
and of keys; the domain of business systems (`.cnsa.fr` became `.esante.gouv.fr`). What is left in can only make two
contents equal that are not: the proof stays a lower bound.
"""

from json.encoder import encode_basestring_ascii
from typing import Any, Final

from temoin_tddui.business_ids import settle_system
from temoin_tddui.elements import Element

_TOP: Final = frozenset({"id", "meta", "text", "implicitRules", "language", "contained", "lastModified"})
_ANYWHERE: Final = frozenset({"id", "reference"})
_ATTACHMENTS: Final = frozenset({"attachment", "valueAttachment"})
MAX_DEPTH: Final = 64


class TooDeep(ValueError):
    """A resource nested deeper than FHIR ever is."""


def spell_content(resource: Element, references: list[str]) -> str:
    """One text for one meaning, hashed at once and never kept; every reference met is added to `references`.

    Raises TooDeep.
    """
    return _object({key: value for key, value in resource.items() if key not in _TOP}, references, 0)


def _object(value: Element, references: list[str], depth: int) -> str:
    parts = []
    for key in sorted(value):
        each = value[key]
        if key in _ANYWHERE:
            if key == "reference" and isinstance(each, str):
                references.append(each)
            continue
        name = encode_basestring_ascii(key)
        if isinstance(each, str):
            parts.append(f"{name}:{encode_basestring_ascii(settle_system(each) if key == 'system' else each)}")
        else:
            parts.append(f"{name}:{_spell(each, key, references, depth)}")
    return "{" + ",".join(parts) + "}"


def _spell(value: Any, key: str, references: list[str], depth: int) -> str:
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if depth > MAX_DEPTH:
        raise TooDeep
    if isinstance(value, dict):
        if key in _ATTACHMENTS:
            value = {name: each for name, each in value.items() if name != "url"}
        return _object(value, references, depth + 1)
    if isinstance(value, list):
        return "[" + ",".join(sorted([_spell(each, key, references, depth + 1) for each in value])) + "]"
    return repr(value)
