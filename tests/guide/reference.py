"""The reference page: everything an editor may have to look up, read from the code."""

from typing import Final

from guide.contract import flags, natures, relations, settings, source, words
from guide.error_tables import errors
from guide.kit import concepts, rules, tests
from guide.markdown import anchor
from guide.scenario import scenario

HEAD: Final = """\
# Reference

Generated from the code by `make guide`: what is said here is what this version does. The [README](README.md) says how
it fits together, [mistakes.md](mistakes.md) what goes wrong and how it is mended."""


def reference() -> str:
    """The page as Markdown."""
    parts = [
        part
        for section in (relations, natures, source, settings, flags, words, tests, rules, concepts, scenario, errors)
        for part in section()
    ]
    titles = [part.removeprefix("## ") for part in parts if part.startswith("## ")]
    contents = "\n".join(f"- [{title}](#{anchor(title)})" for title in titles)
    return "\n\n".join([HEAD, contents, *parts]) + "\n"
