"""Answers of bounded size, and JSON whose errors say where and never what."""

import json
import re
import zlib
from collections.abc import Iterable
from typing import Any, Final

from temoin_sdk.errors import ConnectionRefused, MappingError

_STEP: Final = 256 * 1024
_CHARSET: Final = re.compile(r"charset\s*=\s*\"?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_GZIP: Final = 31  # zlib's word for a gzip envelope


class TooLong(Exception):
    """The answer is longer than the bound, once unpacked."""


class CutShort(Exception):
    """The compressed answer stops before its end."""


class UnknownCoding(Exception):
    """The answer is packed in a way that was not asked for."""


def read_bounded(parts: Iterable[bytes], coding: str, limit: int) -> bytes:
    """The whole body, unpacked, never holding more than `limit` bytes and a step. Raises TooLong, CutShort,
    UnknownCoding.
    """
    packed = coding.strip().lower()
    if packed in {"", "identity"}:
        return _gather(parts, limit)
    if packed not in {"gzip", "x-gzip"}:
        raise UnknownCoding
    return _gather(_unpack(parts), limit)


def _gather(parts: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > limit:
            raise TooLong
    return bytes(body)


def _unpack(parts: Iterable[bytes]) -> Iterable[bytes]:
    """Steps of bounded size: a few packed bytes may hold gigabytes."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        for part in parts:
            rest = part
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, _STEP)
                rest = unpacker.unused_data or unpacker.unconsumed_tail
            if rest:  # a second envelope behind the first: left out, its rows would be lost in silence
                raise UnknownCoding
        while not unpacker.eof and (more := unpacker.decompress(b"", _STEP)):
            yield more
    except zlib.error:
        raise CutShort from None
    if not unpacker.eof:
        raise CutShort


def check_type(content_type: str, admitted: Iterable[str], ou: str) -> None:
    """Refuse what is not JSON by its declared type. Raises ConnectionRefused: a login page is no answer."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in admitted or kind.endswith("+json"):
        return
    shown = kind if re.fullmatch(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,60}", kind) else "sans type"
    page = " (sans doute une page de connexion ou celle d'un proxy)" if "html" in kind else ""
    raise ConnectionRefused(
        f"Le serveur a répondu autre chose que du JSON : {shown}{page}.",
        remede="Vérifier « url » et la clé dans [sources.reglages] ; si elles sont celles que l'éditeur a données, "
        "lui transmettre ce message.",
        ou=ou,
        code="http_pas_json",
        retryable=False,
    )


def decode_json(body: bytes, content_type: str, ou: str) -> Any:
    """The JSON value. Raises MappingError (`http_json`) with the line and column, never a piece of the content."""
    try:
        return json.loads(_text(body, content_type))
    except json.JSONDecodeError as error:
        place = f"ligne {error.lineno}, colonne {error.colno} (octet {error.pos} sur {len(body)})"
    except UnicodeDecodeError as error:
        place = f"octet {error.start} : ce n'est pas du texte {error.encoding}"
    except RecursionError:
        place = "trop de niveaux imbriqués"
    except ValueError:
        place = "un nombre démesuré"
    # Raised here, out of reach of the library's error, which holds the whole document.
    raise MappingError(
        f"La réponse n'est pas du JSON lisible : {place}.",
        remede="Transmettre ce message à l'éditeur du logiciel.",
        ou=ou,
        code="http_json",
    )


def _text(body: bytes, content_type: str) -> str | bytes:
    """Text by the declared charset, which old servers mean; without one, the bytes tell (RFC 8259)."""
    found = _CHARSET.search(content_type)
    if found is None or found[1].lower() in {"utf-8", "utf8"}:
        return body
    try:
        return body.decode(found[1])
    except LookupError:  # a charset that does not exist, or is no charset: the bytes tell
        return body
