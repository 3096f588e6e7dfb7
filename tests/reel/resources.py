"""The folder of resources: where it is, and its lines one by one."""

import json
import lzma
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "TEMOIN_REEL"
"""Environment variable that names the folder."""

Resource = Mapping[str, Any]

_DEFAULT: Final = Path(__file__).resolve().parents[2].parent / "shared" / "synthea"


def find_folder() -> Path:
    """The folder asked for, absent or not; beside the checkout where nobody says otherwise."""
    return Path(os.environ.get(VARIABLE) or _DEFAULT).resolve()


def say_absent(folder: Path) -> str | None:
    """The sentence for whoever lacks the data; None where it is there."""
    if (folder / "expected.json").is_file():
        return None
    return (
        f"Pas de données dans {folder} (expected.json n'y est pas) : rien n'a été comparé. "
        "Indiquez leur dossier : make reel DONNEES=dossier"
    )


def read_resources(folder: Path, kind: str) -> Iterator[Resource]:
    """Every resource of one kind, in the order of its file."""
    with lzma.open(folder / f"{kind}.ndjson.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def target(reference: Mapping[str, str]) -> tuple[str, str]:
    """Kind and id that a reference names: « Patient/42 » is ("Patient", "42")."""
    kind, _, identifier = reference["reference"].partition("/")
    return kind, identifier


def codes(resource: Resource) -> list[str]:
    """Codes of every category of a resource."""
    return [coding["code"] for category in resource["category"] for coding in category["coding"]]
