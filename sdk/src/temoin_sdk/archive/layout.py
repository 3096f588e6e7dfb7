"""The archive of one signed run: one folder, which `temoin-sdk` reads and the agent keeps.

    LISEZMOI.txt                    what each file is, what it proves, whom to call, how to verify
    rapport.jws                     the signed report
    recu.jws                        the receiver's receipt, once there is one
    campagne.toml                   the campaign that was applied
    versions.json                   programs, plugins and software that counted
    squelette/<finess>.bin          flags and détail hashes
    jours/<finess>.csv              day leaves
    certificats/<digest>.jws        certificates of plugins
    pieces/<preuve>/                documents behind ready-made figures
    details/<finess>.fernet         the détails, encrypted with the site key
    correspondance/<finess>.fernet  leaf to usager, encrypted with the site key
    purge.json                      what was purged at the end of the retention, and when
    manifeste.csv                   path, size, SHA-256 and state of every other file

The report holds no digest of the manifest: the manifest covers the report, and grows with the receipt. What the report
does fix is checked from it file by file: squelette and days by their roots, détails and correspondance by the
squelette, campaign, certificates and documents by their digests.
"""

from enum import Enum
from typing import Final

RAPPORT: Final = "rapport.jws"
RECU: Final = "recu.jws"
CAMPAGNE: Final = "campagne.toml"
LISEZMOI: Final = "LISEZMOI.txt"
VERSIONS: Final = "versions.json"
MANIFESTE: Final = "manifeste.csv"
PURGE: Final = "purge.json"
SQUELETTE: Final = "squelette"
JOURS: Final = "jours"
CERTIFICATS: Final = "certificats"
PIECES: Final = "pieces"
DETAILS: Final = "details"
CORRESPONDANCE: Final = "correspondance"

EXTENSION: Final = ".temoin.zip"
"""Ends the name of an exported archive."""


class Sort(Enum):
    """What a file of the archive is to whoever exports or purges it."""

    OUVERT = "nothing personal in clear: always exported, never purged"
    PIECE = "a document that may name persons: exported when asked for, never purged"
    PERSONNEL = "sealed personal data: exported when confirmed, purged at the end of the retention"


def sort_of(path: str) -> Sort:
    """What the file at this path of the archive is, by its folder."""
    folder = path.partition("/")[0]
    if folder in (DETAILS, CORRESPONDANCE):
        return Sort.PERSONNEL
    return Sort.PIECE if folder == PIECES else Sort.OUVERT


def squelette_path(finess: str) -> str:
    """Where the squelette of an establishment lies."""
    return f"{SQUELETTE}/{finess}.bin"


def jours_path(finess: str) -> str:
    """Where the day leaves of an establishment, or of the organisme itself, lie."""
    return f"{JOURS}/{finess}.csv"


def details_path(finess: str) -> str:
    """Where the sealed détails of an establishment lie."""
    return f"{DETAILS}/{finess}.fernet"


def correspondance_path(finess: str) -> str:
    """Where the sealed leaf-to-usager mapping of an establishment lies."""
    return f"{CORRESPONDANCE}/{finess}.fernet"
