"""JSON Schema of what is signed, for those who read reports, receipts and certificates with other tools.

A schema says the shape only: the order of members, the spelling of texts and the rules between fields are checked by
`temoin_sdk.report.octets` and the models.
"""

from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from temoin_sdk.report.certificate import Certificat
from temoin_sdk.report.models import Rapport
from temoin_sdk.report.receipt import Recu

DIALECTE: Final = GenerateJsonSchema.schema_dialect
"""JSON Schema 2020-12."""


class Document(StrEnum):
    """The signed payloads that have a published schema."""

    RAPPORT = "rapport"
    RECU = "recu"
    CERTIFICAT = "certificat"


_MODELES: Final[dict[Document, tuple[type[BaseModel], str]]] = {
    Document.RAPPORT: (Rapport, "Rapport Témoin, format 1"),
    Document.RECU: (Recu, "Accusé de réception Témoin, format 1"),
    Document.CERTIFICAT: (Certificat, "Certificat de conformité Témoin, format 1"),
}


def json_schema(document: Document) -> dict[str, Any]:
    """The schema of a payload as it is written: every member present, none left to a default."""
    model, title = _MODELES[document]
    schema = model.model_json_schema(mode="serialization")
    return {
        "$schema": DIALECTE,
        "$id": f"urn:temoin:schema:{document.value}:1",
        **schema,
        "title": title,
    }
