"""The contract as plain data: what signatures do not show, flat, so that two versions compare line by line.

One dump per release is kept in `contrats/`. A key is a path (`relations/sejours/sortie`), a value a word or a list.
"""

import inspect
import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from downstream import DOSSIER
from downstream.commands import FACULTATIF, OBLIGATOIRE, dump_commands
from downstream.public import MODULES, exported
from temoin_sdk.contract import CONTRAT
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.mapping import mapping_schema
from temoin_sdk.report.models import ModeleSigne
from temoin_sdk.report.schema import Document, json_schema

CONTRATS: Final = DOSSIER / "contrats"

Dump = dict[str, Any]

_TOLD_ONLY: Final = frozenset({"title", "description", "examples", "$id", "$schema", "discriminator"})
"""What a schema says to people."""
_SETS: Final = frozenset({"required", "enum"})
_CHOICES: Final = frozenset({"anyOf", "oneOf", "allOf"})
_NAMED: Final = frozenset({"properties", "$defs", "patternProperties"})


def dump() -> Dump:
    """The contract of the code that is imported here."""
    found: Dump = {"contrat": CONTRAT, **dict(dump_commands())}
    for relation, shape in SHAPES.items():
        found[f"relations/{relation.value}"] = "relation"
        for column in shape.columns:
            kept = [OBLIGATOIRE if column in shape.required else FACULTATIF]
            found[f"relations/{relation.value}/{column}"] = kept + ["date"] * (column in shape.dates)
    seen: dict[int, str] = {}
    for module in MODULES:
        for name, value in exported(module).items():
            path = f"{module}.{name}"
            first = seen.setdefault(id(value), path) if inspect.isclass(value) else path
            found.update(_named(path, value) if first == path else {path: f"le même que {first}"})
    schemas = {document.value: json_schema(document) for document in Document} | {"mapping": mapping_schema()}
    for name, schema in schemas.items():
        found[f"schemas/{name}"] = "document"
        found.update(flatten(schema, f"schemas/{name}"))
    return found


def write_dump(version: str, found: Mapping[str, Any], folder: Path = CONTRATS) -> Path:
    """Keep the dump of a release."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{version}.json"
    lines = [f"{_json(name)}: {_json(value)}" for name, value in sorted(found.items())]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    return path


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def read_dump(version: str, folder: Path = CONTRATS) -> Dump:
    """The dump that was kept of a release."""
    found: Dump = json.loads((folder / f"{version}.json").read_text("utf-8"))
    return found


def _named(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A public name: what it is, its words if it is a closed list, its fields if it is data."""
    yield path, _kind(value)
    if not inspect.isclass(value) or issubclass(value, ModeleSigne):
        return  # what is signed is told by the schema of its document
    if issubclass(value, Enum):
        yield from ((f"{path}.{word.name}", word.value) for word in value)
    elif issubclass(value, BaseModel):
        yield from flatten(value.model_json_schema(mode="validation"), path).items()
    elif issubclass(value, tuple) and hasattr(value, "_fields"):
        for name in value._fields:
            needed = FACULTATIF if name in getattr(value, "_field_defaults", {}) else OBLIGATOIRE
            yield f"{path}.{name}", [needed, _spelled(value.__annotations__.get(name))]
    elif is_dataclass(value):
        for one in fields(value):
            if not one.name.startswith("_"):
                yield f"{path}.{one.name}", [_need(one), _spelled(one.type)]


def _kind(value: Any) -> str:
    if inspect.isclass(value):
        return "classe"
    if inspect.isfunction(value):
        return "fonction"
    return f"valeur de type {type(value).__name__}"


def _need(one: "Field[Any]") -> str:
    has_default = one.default is not MISSING or one.default_factory is not MISSING or not one.init
    return FACULTATIF if has_default else OBLIGATOIRE


def _spelled(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def flatten(schema: Any, path: str) -> Dump:
    """A JSON schema as paths: sets member by member, choices as a set, words for people left out."""
    found: Dump = {}
    for name, value in schema.items():
        here = f"{path}/{name}"
        if name in _TOLD_ONLY:
            continue
        if name in _NAMED:
            for field, inner in value.items():
                found[f"{here}/{field}"] = "présent"
                found.update(flatten(inner, f"{here}/{field}"))
        elif name in _SETS:
            found.update({f"{here}:{word}": "présent" for word in value})
        elif name in _CHOICES:
            found.update({f"{here}:{_canonical(choice)}": "présent" for choice in value})
        elif isinstance(value, dict):
            found.update(flatten(value, here))
        else:
            found[here] = value
    return found


def _canonical(choice: Any) -> str:
    return json.dumps(flatten(choice, ""), ensure_ascii=False, sort_keys=True)
