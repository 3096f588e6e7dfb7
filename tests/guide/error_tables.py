"""Reference, third part: error codes and warnings, by where an editor meets them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import temoin_sdk
from guide.errors_in_code import WARNING, Found, find_errors
from guide.markdown import code, table

AREAS: Final[Mapping[str, tuple[str, ...]]] = {
    "The class, and how it is found": ("contract", "report.building"),
    "SELECTs and databases": ("statement",),
    "Rows, dates and persons": ("gathering", "civil", "tally"),
    "Counting": ("counting", "explaining", "finess", "windows", "conventions", "campaigns", "evidence.pieces"),
    "APIs": ("http",),
    "Mapping files": ("mapping",),
    "The conformance kit": ("testing",),
    "The command `temoin-sdk`": ("cli", "scaffold", "certificates"),
    "Keys and files": ("durable", "envelope.keyfiles", "envelope.jwsfiles"),
}
"""Where a code is raised, and the heading it stands under."""

ELSEWHERE: Final = ("archive", "envelope", "evidence", "ledger", "report", "sampling")
"""What reads signed reports, evidence and proofs of the ledger: no plugin meets their errors."""


def errors() -> Iterator[str]:
    """Every code, by area, with who must act."""
    found = find_errors(Path(temoin_sdk.__file__).parent)
    yield "## Error codes"
    yield (
        "An error says what happened, where, who must act and what to do, and ends with its code, which is stable: "
        "search for that. Sentences are shown with `…` for what is only known when it happens. The exit codes of "
        "commands are in [codes-de-sortie.md](../codes-de-sortie.md)."
    )
    for area in AREAS:
        here = [each for each in found if area_of(each.module) == area]
        for title, rows in (
            (area, [each for each in here if each.kind != WARNING]),
            (f"{area}: warnings", [each for each in here if each.kind == WARNING]),
        ):
            if rows:
                yield f"### {title}"
                yield table(["code", "who must act", "what it says"], _lines(rows))


def area_of(module: str) -> str | None:
    """The heading that the errors of a module stand under, None for modules no plugin meets."""
    for area, prefixes in AREAS.items():
        if any(module == each or module.startswith(f"{each}.") for each in prefixes):
            return area
    assert module.startswith(ELSEWHERE), f"errors of {module} stand nowhere in the reference"
    return None


def _lines(found: list[Found]) -> Iterator[list[str]]:
    by_code: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for each in found:
        by_code[each.code][each.acteur].append(each.phrase)
    for name, told in by_code.items():
        for acteur, phrases in told.items():
            yield [code(name), acteur, "<br>".join(_distinct(phrases))]


def _distinct(phrases: list[str]) -> list[str]:
    """Without those that only say less than another one of them."""
    spelt = list(dict.fromkeys(re.sub(r"…+", "…", each.strip()).split("\n")[0] for each in phrases))
    return [one for one in spelt if not any(one != other and _covers(one, other) for other in spelt)]


def _covers(general: str, special: str) -> bool:
    return re.fullmatch(".*".join(re.escape(each) for each in general.split("…")), special) is not None
