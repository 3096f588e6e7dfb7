"""A SQL source as one TOML file: its model, its reading with every mistake at its line, and the class it makes."""

from temoin_sdk.mapping.building import build_source
from temoin_sdk.mapping.models import FichierMapping
from temoin_sdk.mapping.reading import read_mapping
from temoin_sdk.mapping.schema import mapping_schema
from temoin_sdk.mapping.settings import ReglagesMapping

__all__ = ["FichierMapping", "ReglagesMapping", "build_source", "mapping_schema", "read_mapping"]
