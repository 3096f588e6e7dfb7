"""Rules between several fields of a mapping, looked for in the file as it is: other mistakes must not hide them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.errors import MappingError
from temoin_sdk.mapping.settings import ReglagesMapping
from temoin_sdk.statement.editor_text import SETTING_BIND, bind_names, clean
from temoin_sdk.vocabulary import Relation

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WORD: Final = re.compile(r"\w+")
_SETTING: Final = SETTING_BIND.removeprefix(":")


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a file breaks, at a key."""

    loc: tuple[str, ...]
    message: str


def find_broken_rules(data: Mapping[str, Any]) -> Iterator[Broken]:
    """Every broken rule of a parsed file, whatever else is wrong with it."""
    settings = _table(data.get("reglages"))
    yield from _reserved_settings(settings)
    for name, table in _table(data.get("relations")).items():
        if name in list(Relation) and isinstance(table, dict):
            yield from _missing_zone(data, name, table)
            if isinstance(text := table.get("sql"), str):
                yield from _text_rules(Relation(name), text, settings)


def _reserved_settings(settings: Mapping[str, Any]) -> Iterator[Broken]:
    for name in settings:
        if hasattr(ReglagesMapping, name) or name in ReglagesMapping.model_fields:
            yield Broken(("reglages", name), "ce nom est déjà pris ; en choisir un autre")
        elif not _NAME.fullmatch(name):
            yield Broken(("reglages", name), "un nom de réglage est fait de minuscules sans accent, chiffres et « _ »")


def _missing_zone(data: Mapping[str, Any], name: str, table: Mapping[str, Any]) -> Iterator[Broken]:
    dates = table.get("dates")
    natures = dates.values() if isinstance(dates, dict) else (dates,)
    if "instant" in natures and "zone" not in table and "zone" not in data:
        yield Broken(
            ("relations", name, "dates"),
            '« instant » demande une zone : écrire zone = "Europe/Paris" dans cette relation ou au début du fichier',
        )


def _text_rules(relation: Relation, text: str, settings: Mapping[str, Any]) -> Iterator[Broken]:
    loc = ("relations", relation.value, "sql")
    try:
        cleaned = clean(text, ou="")
    except MappingError:
        return  # said where the field itself is checked
    for bind in sorted(bind_names(cleaned)):
        name = bind.removeprefix(_SETTING)
        if bind.startswith(_SETTING) and name not in settings:
            yield Broken(loc, f"« :{bind} » : le réglage « {name} » n'est pas déclaré ; {_near(name, list(settings))}")
    words = {word.lower() for word in _WORD.findall(cleaned)}
    for column in () if "*" in cleaned else SHAPES[relation].required:
        if column not in words:
            near = get_close_matches(column, sorted(words), n=1, cutoff=0.75)
            meant = f"vouliez-vous dire « {column} » au lieu de « {near[0]} » ? " if near else ""
            yield Broken(
                loc, f"le SELECT ne nomme nulle part la colonne « {column} » ; {meant}L'écrire par AS {column}"
            )


def _near(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"vouliez-vous dire « {near[0]} » ?" if near else f"l'ajouter par une table [reglages.{name}]"


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
