"""An editor's text for MariaDB or MySQL, spelled so that it is tokenised as these engines read it.

To them a backslash escapes in a literal, `#` begins a comment, `--` does so only before a space (5--4 is 9), and a
comment that begins with /*! is executed: like every other comment it is left out.
"""

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`|/\*.*?\*/|\#[^\n]*|--(?=[\s\x00-\x1f]|$)[^\n]*|--""",
    re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\(.)|(['\"])\2", re.DOTALL)
_SPECIAL: Final = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"}


def standard(texte: str) -> str:
    """The same query without comments, and without backslashes in its literals."""
    return _TOKEN.sub(_respelled, texte)


def _respelled(found: "re.Match[str]") -> str:
    piece = found[0]
    if piece[0] in "'\"":
        return _literal(piece) if "\\" in piece else piece
    if piece == "--":
        return "- -"
    return piece if piece.startswith(("`", "/*+")) else " "


def _literal(piece: str) -> str:
    meant = _ESCAPED.sub(lambda one: one[2] or _SPECIAL.get(one[1], one[1]), piece[1:-1])
    return f"_utf8mb4 X'{meant.encode().hex()}'"
