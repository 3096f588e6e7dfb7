"""`temoin-sdk schema`: the JSON Schema of a signed payload."""

import json
from pathlib import Path
from typing import Annotated

import typer

from temoin_sdk.report import Document, json_schema


def schema(
    document: Annotated[Document, typer.Argument(help="Le document signé dont on veut le schéma.")],
    out: Annotated[Path | None, typer.Option("--out", help="Fichier à écrire, au lieu de la sortie.")] = None,
) -> None:
    """Donne le schéma JSON (2020-12) d'un rapport ou d'un accusé de réception."""
    text = write_schema(document)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def write_schema(document: Document) -> str:
    """The schema as text, as docs/schemas keeps it."""
    return json.dumps(json_schema(document), ensure_ascii=False, indent=2) + "\n"
