"""The published JSON Schemas: true, fit by real payloads, kept in docs, without a text that could hold a name."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from temoin_sdk.cli.schema import write_schema
from temoin_sdk.report import Document, Rapport, json_schema, to_octets

KEPT = Path(__file__).parents[2] / "docs" / "schemas"


def nodes(node: object, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a schema, `propertyNames` included, with its place."""
    if isinstance(node, dict):
        yield path, node
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, inner in items:
        yield from nodes(inner, f"{path}/{name}")


def is_bounded_text(node: dict[str, Any]) -> bool:
    return bool({"pattern", "enum", "const", "maxLength"} & set(node)) or node.get("format") == "date"


@pytest.mark.parametrize("document", Document)
def test_no_text_is_unbounded(document: Document) -> None:
    """A name of a person has nowhere to stand: no free text, no free member, no free key."""
    for path, node in nodes(json_schema(document)):
        assert node.get("type") != "string" or is_bounded_text(node), path
        if node.get("type") != "object":
            continue
        assert "properties" not in node or node["additionalProperties"] is False, path
        assert "additionalProperties" in node, path
        assert isinstance(node["additionalProperties"], bool) or "propertyNames" in node, path


@pytest.mark.parametrize("document", Document)
def test_every_number_is_an_exact_integer(document: Document) -> None:
    for path, node in nodes(json_schema(document)):
        assert node.get("type") != "number", path
        assert node.get("type") != "integer" or "const" in node or {"minimum"} <= set(node), path


@pytest.mark.parametrize("document", Document)
def test_every_member_is_written(document: Document) -> None:
    for path, node in nodes(json_schema(document)):
        if "properties" in node and node.get("type") == "object":
            assert set(node["required"]) == set(node["properties"]), path


@pytest.mark.parametrize("document", Document)
def test_the_schema_is_one_of_the_dialect_it_names(document: Document) -> None:
    schema = json_schema(document)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


def test_a_real_report_fits_its_schema_and_a_changed_one_does_not(rapport: Rapport) -> None:
    validator = jsonschema.Draft202012Validator(json_schema(Document.RAPPORT))
    members = json.loads(to_octets(rapport))
    validator.validate(members)
    for change in (
        {"nom": "Dupont"},
        {"etablissements": [members["etablissements"][0] | {"exclus": {"dupont": 1}}]},
        {"etablissements": [members["etablissements"][0] | {"fuseau": "chez nous"}]},
        {"numero": 0},
    ):
        with pytest.raises(jsonschema.ValidationError):
            validator.validate(members | change)


@pytest.mark.parametrize("document", Document)
def test_the_kept_schemas_are_what_the_command_writes(document: Document) -> None:
    assert (KEPT / f"{document.value}.json").read_text(encoding="utf-8") == write_schema(document)
