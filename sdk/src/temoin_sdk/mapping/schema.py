"""JSON Schema of a mapping file, for the TOML plugin of a text editor: it completes and checks while one types."""

from collections.abc import Mapping
from typing import Any, Final

from temoin_sdk.mapping.models import FORMAT, FichierMapping

DIALECTE: Final = "http://json-schema.org/draft-07/schema#"
"""What the TOML tools in use read; nothing here needs a later one."""


def mapping_schema() -> dict[str, Any]:
    """The schema of what a person writes. No $ref: a draft-07 reader drops the description that stands beside one."""
    schema = FichierMapping.model_json_schema(mode="validation")
    definitions = schema.pop("$defs")
    return {
        "$schema": DIALECTE,
        "$id": f"urn:temoin:schema:mapping:{FORMAT}",
        "title": f"Mapping Témoin, format {FORMAT}",
        **_spelled_out(schema, definitions),
    }


def _spelled_out(node: Any, definitions: Mapping[str, Any]) -> Any:
    """References replaced by what they name; no null, which TOML cannot write; no titles that repeat the name."""
    if isinstance(node, list):
        return [_spelled_out(each, definitions) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        named = definitions[node["$ref"].rsplit("/", 1)[-1]]
        hidden = {"$ref"} if "enum" not in named else {"$ref", "description"}  # docstrings of words are not French
        own = {name: value for name, value in named.items() if name not in hidden}
        return _spelled_out({**own, **{n: v for n, v in node.items() if n != "$ref"}}, definitions)
    alternatives = [each for each in node.get("anyOf", ()) if each.get("type") != "null"]
    if len(alternatives) == 1:
        rest = {name: value for name, value in node.items() if name != "anyOf"}
        return _spelled_out({**alternatives[0], **rest}, definitions)
    tidy: dict[str, Any] = {}
    for name, value in node.items():
        if name == "properties":
            tidy[name] = {field: _spelled_out(inner, definitions) for field, inner in value.items()}
        elif name == "anyOf":
            tidy[name] = _spelled_out(alternatives, definitions)
        elif not (name == "title" or (name == "default" and value is None)):
            tidy[name] = _spelled_out(value, definitions)
    return tidy
