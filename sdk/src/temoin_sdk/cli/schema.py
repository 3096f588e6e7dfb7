"""`temoin-sdk schema`: the JSON Schema of a signed payload, or of a mapping file."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from temoin_sdk.mapping import mapping_schema
from temoin_sdk.report import Document, json_schema


class SchemaPublie(StrEnum):
    """What has a published schema: the signed payloads, and the file by which an editor needs no Python."""

    RAPPORT = Document.RAPPORT.value
    RECU = Document.RECU.value
    CERTIFICAT = Document.CERTIFICAT.value
    MAPPING = "mapping"


def schema(
    document: Annotated[SchemaPublie, typer.Argument(help="Le document dont on veut le schéma.")],
    out: Annotated[Path | None, typer.Option("--out", help="Fichier à écrire, au lieu de la sortie.")] = None,
) -> None:
    """Donne le schéma JSON d'un rapport, d'un accusé de réception, d'un certificat ou d'un fichier de mapping."""
    text = write_schema(document)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def write_schema(document: Document | SchemaPublie) -> str:
    """The schema as text, as docs/schemas keeps it."""
    mapping = document is SchemaPublie.MAPPING
    content = mapping_schema() if mapping else json_schema(Document(document.value))
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
