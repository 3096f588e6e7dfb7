"""Signed texts in files, as people keep and carry them: what is wrong with such a file is told before what is in it."""

import re
from pathlib import Path
from typing import Final, NoReturn

from temoin_sdk.durable import storage_error
from temoin_sdk.envelope.jws import MAX_TOKEN_CHARS
from temoin_sdk.errors import EnvelopeError

_BEGUN: Final = re.compile(r"eyJ[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,2}")
"""A compact JWS from its first octet to wherever it was cut: every header of ours begins with these letters."""

_SIGNATURE_CHARS: Final = 86
"""Base64url of the 64 octets of an Ed25519 signature."""


def read_jws_file(path: Path) -> str:
    """The compact JWS of this file, without the line ends that editors add after it; nothing in it is checked yet.

    Raises StorageError when the file cannot be read, EnvelopeError `enveloppe_fichier` when it holds something else,
    `enveloppe_tronquee` when its end is missing.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TOKEN_CHARS + 3)
    except OSError as error:
        raise storage_error(error, path) from error
    try:
        text = data.decode("ascii").rstrip("\r\n")
    except UnicodeDecodeError:
        text = ""
    if not text.startswith("eyJ") or text.count(".") > 2:
        _refuse(
            path,
            "enveloppe_fichier",
            f"{path.name} n'est pas un document signé par Témoin (rapport, accusé de réception ou certificat).",
            "Indiquer le fichier .jws d'origine : un tableau, un PDF ou une copie d'écran ne se vérifient pas.",
        )
    if _BEGUN.fullmatch(text) and (text.count(".") < 2 or len(text.rpartition(".")[2]) < _SIGNATURE_CHARS):
        _refuse(
            path,
            "enveloppe_tronquee",
            f"{path.name} est incomplet : sa fin manque, avec tout ou partie de la signature.",
            "Reprendre le fichier d'origine : la copie ou le téléchargement s'est arrêté trop tôt.",
        )
    return text


def _refuse(path: Path, code: str, message: str, remede: str) -> NoReturn:
    raise EnvelopeError(message, remede=remede, ou=str(path), code=code)
