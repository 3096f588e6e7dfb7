"""Certificates of conformance: what of a plugin they cover, how they are issued, and whether one still holds."""

from temoin_sdk.certificates.contents import Contenu, contenu_of_file, contenu_of_module
from temoin_sdk.certificates.holding import Presence, find_certificat
from temoin_sdk.certificates.words import describe_certificat, describe_source

__all__ = [
    "Contenu",
    "Presence",
    "contenu_of_file",
    "contenu_of_module",
    "describe_certificat",
    "describe_source",
    "find_certificat",
]
