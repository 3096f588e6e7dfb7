"""The identity map: merged files, and two programs that know one person under two identifiers."""

import unicodedata
from collections.abc import Iterable, Mapping
from uuid import UUID

from temoin_sdk.errors import MappingError
from temoin_sdk.gathering.persons import Gathered, PersonKey

Identity = tuple[str, str]
"""(espace, usager), both settled as text."""


def settle_usager(value: object) -> str | None:
    """An identifier as the text it is compared by: integers in decimal, text in NFC unpadded, uuid in lower case.

    None for a missing or empty one. Any other type is refused by name: 7, 7.0 and "7   " must not be three persons.
    """
    if value is None:
        return None
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.rstrip(" ")) or None
    raise MappingError(
        f"Un identifiant d'usager est de type {type(value).__name__}.",
        remede="Rendre un entier, un texte ou un uuid.",
        code="usager_type",
    )


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


def apply_identities(gathered: Gathered, masters: Mapping[Identity, Identity]) -> int:
    """Bring persons under their master's key; returns how many identifiers were really joined to another."""
    joined = 0
    for key in [k for k in gathered.personnes if (k.espace, k.usager) in masters]:
        personne = gathered.personnes.pop(key)
        target = PersonKey(key.finess, *masters[key.espace, key.usager])
        if target in gathered.personnes:
            gathered.personnes[target].merge(personne)
            joined += 1
        else:
            gathered.personnes[target] = personne
    return joined


def _error(message: str, code: str) -> MappingError:
    return MappingError(
        message,
        remede="Corriger la relation identites du plugin : un seul maître par identifiant, des chaînes qui finissent.",
        ou="relation identites",
        code=code,
    )
