"""Small strict readers of FHIR elements: the element as declared, None when absent, an error with its path otherwise.

The models of a FHIR library were not used: they build and check every element of resources of which a handful of
paths is read, and refuse the defects that real exports have (docs/decisions/0013).
"""

from typing import Any, Final

from temoin_tddui.problems import malformed

Element = dict[str, Any]
MAX_TEXT: Final = 4096
"""No code, identifier, reference or date is longer; narratives are never read."""


def read_element(parent: Element, name: str, place: str) -> Element:
    """A child object; empty when absent, so that paths chain."""
    value = parent.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise malformed("un objet est attendu", f"{place}.{name}")
    return value


def read_elements(parent: Element, name: str, place: str) -> list[Element]:
    """A repeated child; a lone object stands for a list of one."""
    value = parent.get(name)
    if value is None:
        return []
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise malformed("une liste d'objets est attendue", f"{place}.{name}")
    return value


def read_text(parent: Element, name: str, place: str) -> str | None:
    """A primitive written as a string, stripped; None when absent or blank."""
    value = parent.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise malformed("un texte court est attendu", f"{place}.{name}")
    return value.strip() or None


def read_texts(parent: Element, name: str, place: str) -> list[str]:
    """A repeated primitive."""
    value = parent.get(name)
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) and len(each) <= MAX_TEXT for each in values):
        raise malformed("une liste de textes est attendue", f"{place}.{name}")
    return [each.strip() for each in values]


def read_codes(parent: Element, name: str, place: str) -> list[str]:
    """Codes of a CodeableConcept, or of several."""
    where = f"{place}.{name}"
    return [
        code
        for concept in read_elements(parent, name, place)
        for coding in read_elements(concept, "coding", where)
        if (code := read_text(coding, "code", where)) is not None
    ]


def read_extension(parent: Element, url: str, value: str, place: str) -> str | None:
    """The text of the first extension of this address, whatever the address's version."""
    where = f"{place}.extension"
    for each in read_elements(parent, "extension", place):
        found = read_text(each, "url", where)
        if found is not None and found.partition("|")[0] == url:
            return read_text(each, value, where)
    return None
