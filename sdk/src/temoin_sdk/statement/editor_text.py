"""An editor's SELECT, made safe to stand inside the one statement.

The text is tokenised, not pasted: a trailing `;` or a final comment breaks what wraps it, a `:word` inside a literal
is taken for a bind, and two statements in one text would run the second unseen.
"""

import re
from typing import Final

import sqlparse
from sqlparse import tokens

from temoin_sdk.errors import MappingError

BINDS: Final = (":debut", ":fin")
"""The bounds of the period, for texts that must limit themselves (recurring events, slow views)."""

SETTING_BIND: Final = ":reglage_"
"""What the bind of a setting begins with: `:reglage_service` is the source's own setting `service`, as a parameter."""

_BOUND: Final = re.compile(r"(?<![\\:]):(\w+)")

_OPENING: Final = ("SELECT", "WITH", "VALUES")


def clean(texte: str, *, ou: str) -> str:
    """The text ready for `sqlalchemy.text`: one SELECT, no comment, no final `;`, colons escaped but for binds.

    MappingError when it is not exactly one SELECT or names another bind.
    """
    kept: list[str] = []
    closed = False
    for token in (t for statement in sqlparse.parse(texte) for t in statement.flatten()):  # type: ignore[no-untyped-call] # sqlparse types nothing here
        if token.ttype in tokens.Comment:
            kept.append(token.value if token.value.startswith("/*+") else " ")
        elif token.ttype in tokens.Punctuation and token.value == ";":
            closed = True
        elif closed and not token.is_whitespace:
            raise _error("contient plusieurs instructions.", "Ne garder qu'un seul SELECT par relation.", ou)
        else:
            kept.append(_escaped(token.ttype, token.value, ou))
    cleaned = "".join(kept).strip()
    if not cleaned.upper().startswith(_OPENING):
        raise _error("n'est pas un SELECT.", "Écrire une requête qui commence par SELECT ou WITH.", ou)
    return cleaned


def bind_names(cleaned: str) -> frozenset[str]:
    """Names of the binds in a text that `clean` gave, without their colon."""
    return frozenset(_BOUND.findall(cleaned))


def _escaped(kind: object, value: str, ou: str) -> str:
    if kind in tokens.Name.Placeholder and (value in BINDS or value.startswith(SETTING_BIND)):
        return value
    if kind in tokens.Name.Placeholder:
        raise _error(
            f"emploie le paramètre « {value} ».",
            f"Seuls existent :debut, :fin et {SETTING_BIND}… (un réglage) ; sinon écrire la valeur dans le texte.",
            ou,
        )
    return value.replace(":", "\\:")


def _error(what: str, remede: str, ou: str) -> MappingError:
    return MappingError(f"Le texte SQL {what}", remede=remede, ou=ou, code="requete_texte")
