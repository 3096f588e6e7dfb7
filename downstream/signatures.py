"""Signatures and members of the promised names, compared by griffe between two trees; nothing of either is imported."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import griffe

from downstream.comparing import Change
from downstream.public import MODULES

PAQUET: Final = "temoin_sdk"

_DIT: Final = {
    griffe.BreakageKind.PARAMETER_MOVED: "a changé de place",
    griffe.BreakageKind.PARAMETER_REMOVED: "a disparu",
    griffe.BreakageKind.PARAMETER_CHANGED_KIND: "ne se passe plus de la même façon",
    griffe.BreakageKind.PARAMETER_CHANGED_DEFAULT: "n'a plus la même valeur par défaut",
    griffe.BreakageKind.PARAMETER_CHANGED_REQUIRED: "est devenu obligatoire",
    griffe.BreakageKind.PARAMETER_ADDED_REQUIRED: "est nouveau et obligatoire",
    griffe.BreakageKind.RETURN_CHANGED_TYPE: "ne rend plus le même type",
    griffe.BreakageKind.OBJECT_REMOVED: "a disparu",
    griffe.BreakageKind.OBJECT_CHANGED_KIND: "est devenu autre chose",
    griffe.BreakageKind.ATTRIBUTE_CHANGED_TYPE: "n'a plus le même type",
    griffe.BreakageKind.ATTRIBUTE_CHANGED_VALUE: "n'a plus la même valeur",
    griffe.BreakageKind.CLASS_REMOVED_BASE: "n'hérite plus de ce dont elle héritait",
}


def compare_signatures(old: Path, new: Path) -> list[Change]:
    """What breaks between two source folders (`sdk/src`), of the names that both promise."""
    before, after = _load(old), _load(new)
    found: dict[str, Change] = {}
    for module in MODULES:
        was, now = _module(before, module), _module(after, module)
        if was is None or now is None:
            continue  # a module that is gone is seen by the dump
        for name in sorted(_public(was) & _public(now)):
            for change in _compare(f"{module}.{name}", was[name], now[name]):
                found.setdefault(change.nom, change)
    return list(found.values())


def _load(sources: Path) -> griffe.Module:
    loaded = griffe.load(
        PAQUET, search_paths=[sources], allow_inspection=False, resolve_aliases=True, resolve_external=False
    )
    assert isinstance(loaded, griffe.Module)  # noqa: S101 - a package's own name was asked for
    return loaded


def _module(package: griffe.Module, path: str) -> griffe.Object | griffe.Alias | None:
    inner = path.removeprefix(PAQUET).removeprefix(".")
    if not inner:
        return package
    try:
        found: griffe.Object | griffe.Alias = package[inner]
    except KeyError:
        return None
    return found


def _public(module: griffe.Object | griffe.Alias) -> set[str]:
    exports = module.exports
    if exports is not None:
        return {str(name) for name in exports} & module.members.keys()
    return {name for name, one in module.members.items() if one.is_public and not one.is_alias and not one.is_module}


def _compare(name: str, was: griffe.Object | griffe.Alias, now: griffe.Object | griffe.Alias) -> Iterator[Change]:
    """Breaks of one name, told under that name wherever the object itself is written."""
    before, after = _boxed(was), _boxed(now)
    places = {one.final_target.path if isinstance(one, griffe.Alias) else one.path for one in (was, now)}
    for breakage in griffe.find_breaking_changes(before, after):
        yield Change(_told_as(breakage, name, places), _sentence(breakage), casse=True)


def _boxed(one: griffe.Object | griffe.Alias) -> griffe.Module:
    """A module that holds this object alone: it is compared whatever file it stands in, and nothing beside it is."""
    target = one.final_target if isinstance(one, griffe.Alias) else one
    box = griffe.Module("box")
    box.exports = ["it"]
    box.members["it"] = griffe.Alias("it", target, parent=box)
    return box


def _told_as(breakage: griffe.Breakage, name: str, places: set[str]) -> str:
    path = breakage.obj.path
    for place in places:
        if path == place or path.startswith(f"{place}."):
            name += path[len(place) :]
            break
    else:
        name += f".{breakage.obj.name}"
    parameter = breakage.new_value or breakage.old_value
    return f"{name}({parameter.name})" if isinstance(parameter, griffe.Parameter) else name


def _sentence(breakage: griffe.Breakage) -> str:
    said = _DIT[breakage.kind]
    if breakage.kind is griffe.BreakageKind.PARAMETER_CHANGED_DEFAULT:
        return f"{said} : {breakage.old_value.default}, maintenant {breakage.new_value.default}"
    if breakage.kind is griffe.BreakageKind.RETURN_CHANGED_TYPE:
        return f"{said} : {breakage.old_value}, maintenant {breakage.new_value}"
    return said
