"""What identifiers, codes and words of closed lists are compared by, however they are spelled."""

import unicodedata
from typing import Any

from temoin_sdk.testing.reference.facts import ESPACE, Base
from temoin_sdk.vocabulary import Relation

Usager = tuple[str, str]
"""Identifier space and identifier."""


def identifier(value: Any) -> str | None:
    """7, "7" and "7   " are one person; é in one character or in two is one letter; case tells persons apart.

    Nothing, or only padding, is nobody.
    """
    if value is None:
        return None
    return unicodedata.normalize("NFC", str(value)).rstrip(" ") or None


def code(value: Any) -> str | None:
    """A site's code or a fact's key, without padding; nothing, or only padding, is none."""
    return None if value is None else str(value).strip(" ") or None


def word(value: str | None) -> str | None:
    """A word of a closed list, whatever its case and padding; an empty one is none."""
    return None if value is None else value.strip(" ").lower() or None


def masters_of(base: Base) -> dict[Usager, Usager]:
    """The identity map: who each identifier was merged into, one step at a time."""
    masters: dict[Usager, Usager] = {}
    for row in base.rows(Relation.IDENTITES):
        one, master = identifier(row.usager), identifier(row.usager_maitre)
        if one is not None and master is not None:
            masters[row.espace, one] = (row.espace_maitre, master)
    return masters


def person(value: Any, masters: dict[Usager, Usager], espace: str = ESPACE) -> Usager | None:
    """The person behind an identifier, the identity map followed to its end."""
    text = identifier(value)
    if text is None:
        return None
    who = (espace, text)
    while who in masters and masters[who] != who:
        who = masters[who]
    return who
