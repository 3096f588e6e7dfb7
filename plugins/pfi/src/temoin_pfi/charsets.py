"""The character set of a message: announced by MSH-18, not always kept."""

from typing import Final

from temoin_pfi.messages import UnreadableMessage

_CHARSETS: Final = {
    "": "utf-8",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "ASCII": "utf-8",
    "8859/1": "iso-8859-1",
    "8859/15": "iso-8859-15",
}
_MSH_18: Final = 17
"""Index of MSH-18 once the header is split: MSH-1 is the separator and takes no place."""


def decode_message(segments: list[bytes]) -> str:
    """The kept segments as one text, lines ended by CR.

    A message that announces UTF-8, or nothing, and is not UTF-8 is read as ISO-8859-15: what counts in it is ASCII
    but for an identifier, and ISO-8859-15 is what the volet allows besides UTF-8. UnreadableMessage for any other set.
    """
    data = b"\r".join(segments) + b"\r"
    announced = _announced(segments[0])
    if announced not in _CHARSETS:
        raise UnreadableMessage("jeu de caractères inconnu (MSH-18) : UNICODE UTF-8, 8859/1 ou 8859/15 attendu")
    try:
        return data.decode(_CHARSETS[announced])
    except UnicodeDecodeError:
        return data.decode("iso-8859-15")


def _announced(header: bytes) -> str:
    fields = header.split(header[3:4])
    text = fields[_MSH_18].decode("ascii", "replace") if len(fields) > _MSH_18 else ""
    first = text.split("~")[0]  # repetitions name further sets, in use only after an escape
    return " ".join(first.upper().replace("ISO IR 6", "ASCII").removeprefix("ISO").strip(" -_").split())
