"""Fields, repetitions, components: trimmed, because stray spaces mean nothing, and empty when missing."""

from typing import Final

from hl7types import GenericRepetition, GenericSegment

_ESCAPES: Final = (("F", "|"), ("S", "^"), ("T", "&"), ("R", "~"), ("E", "\\"))


def repetitions_of(segment: GenericSegment, field: int) -> tuple[GenericRepetition, ...]:
    """Repetitions of a field; none when it is empty or missing."""
    found = segment.get_field(field)
    return found.repetitions if found is not None and found.value else ()


def component_of(segment: GenericSegment, field: int, component: int = 1) -> str:
    """A component of the first repetition of a field."""
    found = repetitions_of(segment, field)
    return part_of(found[0], component) if found else ""


def part_of(repetition: GenericRepetition, component: int, subcomponent: int = 1) -> str:
    """A subcomponent, trimmed and unescaped."""
    components = repetition.components
    parts = components[component - 1].subcomponents if component <= len(components) else ()
    text = parts[subcomponent - 1].strip() if subcomponent <= len(parts) else ""
    if "\\" in text:
        for code, character in _ESCAPES:
            text = text.replace(f"\\{code}\\", character)
    return text
