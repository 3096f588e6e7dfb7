"""Reading a mapping file: every mistake at once, each with its line and its field."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails, to_json

from temoin_sdk.errors import ConfigurationError, PluginError
from temoin_sdk.mapping.lines import line_of, lines_of_keys
from temoin_sdk.mapping.models import FichierMapping
from temoin_sdk.mapping.rules import find_broken_rules
from temoin_sdk.refused_files import explain_validation, fields_at

_AT: Final = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)
_ANY_DEFAULT: Final = ("bool", "int", "str")
_QUOTED_BIND: Final = re.compile(r"« (:\w+) »")


@dataclass(frozen=True, slots=True, order=True)
class Faute:
    """One mistake: the line of the file, the field as TOML spells it, and what is wrong in French."""

    ligne: int
    champ: str
    message: str

    def phrase(self) -> str:
        """« ligne 12, relations.sejours.dates : … »"""
        return (
            f"ligne {self.ligne}, {self.champ} : {self.message}"
            if self.champ
            else f"ligne {self.ligne} : {self.message}"
        )


def read_mapping(path: Path) -> FichierMapping:
    """The mapping in `path`.

    Raises ConfigurationError `mapping_illisible` for a file that cannot be read, which whoever named it must mend, and
    PluginError `mapping_contenu` for what it holds, which is its editor's; the latter names every mistake.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError(
            f"Le fichier de mapping {path} ne se lit pas ({error.strerror}).",
            remede="Vérifier le chemin du réglage « fichier » et les droits du compte qui lance Témoin.",
            ou=str(path),
            code="mapping_illisible",
        ) from error
    except UnicodeDecodeError as error:
        raise _refused(path, [Faute(1, "", "le fichier n'est pas écrit en UTF-8")]) from error
    mapping, fautes = check_text(text)
    if mapping is None or fautes:
        raise _refused(path, fautes)
    return mapping


def check_text(text: str) -> tuple[FichierMapping | None, list[Faute]]:
    """The mapping a text holds, and every mistake of it in the order of lines; no mapping when its form is wrong."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [_syntax(error, text)]
    lines = lines_of_keys(text)
    broken = [_place(text, lines, each.loc, each.message) for each in find_broken_rules(data)]
    mapping = None
    try:
        # Strict validation of JSON: lists become tuples and words become members, and nothing else is converted.
        mapping = FichierMapping.model_validate_json(to_json(data))
    except ValidationError as error:
        phrases = explain_validation(error, FichierMapping)
        for detail, phrase in zip(error.errors(include_url=False), phrases, strict=True):
            broken.append(_place(text, lines, *_explained(detail, phrase)))
    return mapping, sorted(set(broken))


def _explained(detail: ErrorDetails, phrase: str) -> tuple[tuple[str | int, ...], str]:
    loc = detail["loc"]
    if len(loc) > 1 and loc[-2] == "defaut" and loc[-1] in _ANY_DEFAULT:
        return loc[:-1], "un texte, un nombre entier, true ou false est attendu"
    message = phrase.partition(" : ")[2] or phrase
    if detail["type"] == "extra_forbidden":
        admitted = fields_at(FichierMapping, loc[:-1])
        near = get_close_matches(str(loc[-1]), admitted, n=1)
        meant = f"vouliez-vous dire « {near[0]} » ? " if near else ""
        message = f"nom inconnu ; {meant}Noms admis : {', '.join(admitted) or 'aucun'}"
    return loc, message


def _place(text: str, lines: Mapping[tuple[str, ...], int], loc: tuple[str | int, ...], message: str) -> Faute:
    names = tuple(part for part in loc if isinstance(part, str))
    line, held = line_of(lines, names)
    champ = ".".join(names) + "".join(f" n° {part + 1}" for part in loc if isinstance(part, int))
    if held == names and (bind := _QUOTED_BIND.search(message)):
        line += next(_offsets(text, line, bind[1]), 0)
    return Faute(line, champ, message)


def _offsets(text: str, line: int, bind: str) -> Iterator[int]:
    """How many lines below `line` a parameter stands."""
    for offset, source in enumerate(text.splitlines()[line - 1 :]):
        if re.search(rf"{re.escape(bind)}\b", source):
            yield offset


def _syntax(error: tomllib.TOMLDecodeError, text: str) -> Faute:
    found = _AT.fullmatch(str(error))
    line = int(found["line"]) if found and found["line"] else max(1, len(text.splitlines()))
    return Faute(line, "", f"ce n'est pas du TOML correct ({found['what'] if found else error})")


def _refused(path: Path, fautes: list[Faute]) -> PluginError:
    several = f"comporte {len(fautes)} erreurs" if len(fautes) > 1 else "comporte une erreur"
    listed = "\n".join(f"  - {faute.phrase()}" for faute in fautes)
    return PluginError(
        f"Le fichier de mapping {several} :\n{listed}",
        remede="Corriger ces lignes, puis les relire avec « temoin-sdk check-mapping » ; docs/schemas/mapping.json "
        "décrit la forme du fichier.",
        ou=str(path),
        code="mapping_contenu",
    )
