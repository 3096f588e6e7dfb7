"""Markdown as the generated pages write it."""

import inspect
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells hold no line break, and a `|` is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(each) for each in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def code(text: object) -> str:
    """One word of a program."""
    return f"`{text}`"


def codes(words: Iterable[object]) -> str:
    """Several of them."""
    return ", ".join(code(each) for each in words)


def doc_of(thing: object) -> str:
    """The docstring of a thing of ours, on one line. AssertionError where it has none: the page would be empty."""
    text = inspect.getdoc(thing)
    assert text, f"no docstring: {thing!r}"
    return " ".join(text.split())


def anchor(heading: str) -> str:
    """The anchor that a heading gets where Markdown is shown."""
    kept = "".join(each for each in heading.lower() if each.isalnum() or each in " -_")
    return kept.replace(" ", "-")
