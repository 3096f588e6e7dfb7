"""Two versions of the contract compared: what is new, and what breaks whoever stood on the old one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from downstream.commands import OBLIGATOIRE

_LOWER: Final = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems"})
_UPPER: Final = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems"})
_RULES: Final = _LOWER | _UPPER | {"pattern", "multipleOf", "uniqueItems", "format", "additionalProperties", "const"}
"""What a schema asks of a value: one more of them refuses what was accepted."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `nom` is what changed, `dit` a French sentence on it, `casse` whether it breaks anybody."""

    nom: str
    dit: str
    casse: bool


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every difference between two dumps, in the order of names; of what came or went whole, the head only."""
    found: list[Change] = []
    whole: list[str] = []
    for path in sorted(old.keys() | new.keys()):
        if path == "contrat" or any(_is_within(path, head) for head in whole):
            continue
        if path not in new:
            whole.append(path)
            found.append(_removed(path))
        elif path not in old:
            whole.append(path)
            found.append(_added(path, new[path]))
        elif old[path] != new[path]:
            found.append(_changed(path, old[path], new[path]))
    return found


def _is_within(path: str, head: str) -> bool:
    return path.startswith((f"{head}.", f"{head}/", f"{head}:"))


def name_of(path: str) -> str:
    """What a register of deprecations calls it: the path of a schema without the words of JSON Schema."""
    return re.sub(r"/(?:properties|\$defs|patternProperties)(?=/)", "", path)


def _last(path: str) -> str:
    return path.rpartition("/")[2].partition(":")[0]


def _removed(path: str) -> Change:
    name = name_of(path)
    if _last(path) == "required":
        return Change(name, "n'est plus obligatoire", casse=False)
    if "/" in path and _last(path) in _RULES | {"default"}:
        return Change(name, "cette exigence est levée", casse=False)
    return Change(name, "a disparu", casse=True)


def _added(path: str, value: Any) -> Change:
    name = name_of(path)
    if _last(path) == "required":
        return Change(name, "est devenu obligatoire", casse=True)
    if "/" in path and _last(path) in _RULES:
        return Change(name, f"est une exigence nouvelle ({value})", casse=True)
    if isinstance(value, list) and value[:1] == [OBLIGATOIRE]:
        return Change(name, "est nouveau et obligatoire", casse=True)
    return Change(name, "est nouveau", casse=False)


def _changed(path: str, old: Any, new: Any) -> Change:
    name, dit = name_of(path), f"a changé : {_told(old)}, maintenant {_told(new)}"
    last = _last(path)
    if last in _LOWER or last in _UPPER:
        return Change(name, dit, casse=(new > old) == (last in _LOWER))
    if isinstance(old, list) and isinstance(new, list):
        return Change(name, dit, casse=old[1:] != new[1:] or new[:1] == [OBLIGATOIRE])
    return Change(name, dit, casse=True)


def _told(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else f"« {value} »"


def breaks_of(changes: list[Change]) -> Iterator[Change]:
    """Those that break somebody."""
    return (one for one in changes if one.casse)
