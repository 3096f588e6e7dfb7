"""The identity map: merged files, and two programs that know one person under two identifiers."""

from collections.abc import Iterable, Mapping

from temoin_sdk.errors import MappingError

Identity = tuple[str, str]
"""(espace, usager), both settled as text."""


def resolve_identities(pairs: Iterable[tuple[Identity, Identity]]) -> dict[Identity, Identity]:
    """Every identifier to its final master. Chains are followed; a cycle or two masters for one is refused."""
    direct: dict[Identity, Identity] = {}
    for one, master in pairs:
        if one == master:
            continue
        if direct.setdefault(one, master) != master:
            raise _error("Un identifiant est réuni à deux usagers différents.", "identites_contradictoires")
    return {one: _follow(one, direct) for one in direct}


def _follow(one: Identity, direct: Mapping[Identity, Identity]) -> Identity:
    seen = {one}
    current = one
    while current in direct:
        current = direct[current]
        if current in seen:
            raise _error("Des identifiants se désignent en boucle comme réunis.", "identites_boucle")
        seen.add(current)
    return current


def _error(message: str, code: str) -> MappingError:
    return MappingError(
        message,
        remede="Corriger la relation identites du plugin : un seul maître par identifiant, des chaînes qui finissent.",
        ou="relation identites",
        code=code,
    )
