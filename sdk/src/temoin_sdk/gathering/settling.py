"""Identifiers, codes and words as they are compared, whatever a source wrote: what the statement does in SQL."""

import unicodedata
from functools import lru_cache
from uuid import UUID

from temoin_sdk.errors import MappingError


def settle_usager(value: object) -> str | None:
    """An identifier as the text it is compared by: integers in decimal, text in NFC unpadded, uuid in lower case.

    None for a missing or empty one. Any other type is refused by name: 7, 7.0 and "7   " must not be three persons.
    """
    if type(value) is str and value.isascii() and not value.endswith(" "):
        return value or None  # by far the most common
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


@lru_cache(maxsize=1024)
def settle_word(value: str | None) -> str | None:
    """A word of a closed list: trimmed, ASCII lower case as every engine's lower() does, None when empty."""
    if value is None:
        return None
    text = value.strip(" ")
    return "".join(c.lower() if c.isascii() else c for c in text) or None


def settle_code(value: object) -> str | None:
    """A site code as trimmed text."""
    return None if value is None else str(value).strip(" ")


def settle_key(value: object) -> str | None:
    """The key of a fact as trimmed text; None when empty, or all facts without a key would be one."""
    return settle_code(value) or None
