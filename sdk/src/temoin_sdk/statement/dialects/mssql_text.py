"""An editor's T-SQL made fit to stand in a derived table, where SQL Server admits less than other engines.

WITH is refused inside a derived table, so it is hoisted to the head of the one statement; names that two relations
both use are told apart there. ORDER BY without TOP is refused there too, and so is OPTION, whose MAXRECURSION (an
editor's own series of days needs it) is kept for the end of the statement.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import sqlparse
from sqlparse import tokens

from temoin_sdk.errors import MappingError

_Token = tuple[object, str]

_OPENS_TABLE: Final = ("FROM", "JOIN", "APPLY")
"""How words end after which a table is named."""

_AFTER_TABLE: Final = frozenset(
    {",", ")", "ON", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "UNION", "UNION ALL", "EXCEPT", "INTERSECT"}
    | {"FOR", "WITH", "PIVOT", "UNPIVOT", "TABLESAMPLE", "OPTION"}
)
"""Words that may follow a table without an alias; any other is its alias."""

_SORTED_SUBSET: Final = frozenset({"TOP", "OFFSET", "FOR"})
"""Words that make ORDER BY lawful in a derived table: TOP, OFFSET … FETCH, FOR XML."""

_CLAUSES: Final = frozenset({"SELECT", "FROM", "WHERE", "ON", "GROUP BY", "HAVING", "ORDER BY", "UNION", "UNION ALL"})


@dataclass(frozen=True, slots=True)
class Cte:
    """One `name (columns) AS (body)` of a WITH."""

    nom: str
    colonnes: tuple[str, ...]
    corps: str


@dataclass(frozen=True, slots=True)
class Hoisted:
    """A text taken apart: what goes to the head of the statement, what stays, and the recursion it asked for."""

    ctes: tuple[Cte, ...]
    reste: str
    recursion: int | None = None
    """Levels asked by OPTION (MAXRECURSION n), 0 for no limit; None when the text says nothing."""


def take_apart(texte: str, *, ou: str) -> Hoisted:
    """Split a cleaned SELECT; MappingError for what cannot stand in a derived table at all."""
    found = _tokens(texte)
    body, recursion = _without_option(found, ou)
    ctes, rest = _split_with(body, ou)
    for part in (rest, *(_tokens(cte.corps) for cte in ctes)):
        _check_order(part, ou)
    return Hoisted(ctes, _spelled(rest), recursion)


def rename_ctes(hoisted: Hoisted, names: Mapping[str, str]) -> Hoisted:
    """The same text with some of its CTEs under other names; keys of `names` are in lower case."""
    ctes = tuple(
        replace(cte, nom=names.get(cte.nom.lower(), cte.nom), corps=_renamed(cte.corps, names)) for cte in hoisted.ctes
    )
    return replace(hoisted, ctes=ctes, reste=_renamed(hoisted.reste, names))


def _tokens(texte: str) -> list[_Token]:
    parsed = sqlparse.parse(texte)
    return [(t.ttype, t.value) for statement in parsed for t in statement.flatten()]  # type: ignore[no-untyped-call] # sqlparse types nothing here


def _spelled(found: Sequence[_Token]) -> str:
    return "".join(value for _, value in found).strip()


def _word(token: _Token) -> str:
    """The token as one compares it: keywords in capitals with single blanks, literals and blanks as nothing."""
    kind, value = token
    if kind in tokens.Literal.String.Single or kind in tokens.Comment or not value.strip():
        return ""
    return " ".join(value.upper().split())


def _bare(name: str) -> str:
    """A name without its brackets or quotes."""
    if len(name) > 1 and (name[0], name[-1]) in {("[", "]"), ('"', '"')}:
        return name[1:-1]
    return name


def _with_depth(found: Sequence[_Token]) -> Iterator[tuple[int, int, str]]:
    """Place, depth of parentheses (that of an opening one is the depth outside of it) and word of each token."""
    depth = 0
    for place, token in enumerate(found):
        word = _word(token)
        if word == ")":
            depth -= 1
        if word:
            yield place, depth, word
        if word == "(":
            depth += 1


def _without_option(found: list[_Token], ou: str) -> tuple[list[_Token], int | None]:
    at = next((place for place, depth, word in _with_depth(found) if depth == 0 and word == "OPTION"), None)
    if at is None:
        return found, None
    words = [word for word in map(_word, found[at:]) if word]
    if len(words) != 5 or words[2] != "MAXRECURSION" or not words[3].isdigit():
        raise _refused("OPTION", "Retirer OPTION (…) du SELECT ; seul OPTION (MAXRECURSION n) est admis.", ou)
    return found[:at], int(words[3])


def _split_with(found: list[_Token], ou: str) -> tuple[tuple[Cte, ...], list[_Token]]:
    places = [place for place, token in enumerate(found) if _word(token)]
    if not places or _word(found[places[0]]) != "WITH":
        return (), found
    ctes: list[Cte] = []
    at = 1
    while True:
        cte, at = _one_cte(found, places, at, ou)
        ctes.append(cte)
        if at >= len(places):
            raise _refused("WITH", "Terminer le texte par un SELECT.", ou)
        if _word(found[places[at]]) != ",":
            return tuple(ctes), found[places[at] :]
        at += 1


def _one_cte(found: list[_Token], places: list[int], at: int, ou: str) -> tuple[Cte, int]:
    """The CTE whose name is the `at`-th word, and where the next word stands."""
    try:
        name = _bare(found[places[at]][1].strip())
        at += 1
        columns: tuple[str, ...] = ()
        if _word(found[places[at]]) == "(":
            end = _closing(found, places, at)
            columns = tuple(_bare(found[p][1].strip()) for p in places[at + 1 : end] if _word(found[p]) != ",")
            at = end + 1
        if name.upper() == "XMLNAMESPACES" or _word(found[places[at]]) != "AS":
            raise _refused("WITH", "Écrire WITH nom AS (SELECT …) SELECT … ; XMLNAMESPACES n'est pas admis.", ou)
        end = _closing(found, places, at + 1)
    except IndexError:
        raise _refused("WITH", "Vérifier les parenthèses de WITH nom AS (SELECT …) SELECT ….", ou) from None
    return Cte(name, columns, _spelled(found[places[at + 1] + 1 : places[end]])), end + 1


def _closing(found: list[_Token], places: list[int], opening: int) -> int:
    """Index in `places` of the parenthesis that closes the one at `opening`; IndexError when there is none."""
    depth = 0
    for at in range(opening, len(places)):
        word = _word(found[places[at]])
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return at
    raise IndexError(opening)


def _check_order(found: Sequence[_Token], ou: str) -> None:
    outer = [word for _, depth, word in _with_depth(found) if depth == 0]
    if "ORDER BY" in outer and not _SORTED_SUBSET.intersection(outer):
        raise _refused("ORDER BY", "Retirer ORDER BY : l'ordre des lignes ne change aucun chiffre.", ou)


def _renamed(texte: str, names: Mapping[str, str]) -> str:
    """Names replaced where a table is named: after FROM, JOIN, APPLY or a comma of FROM.

    One without an alias gets its old name as such, so that whatever qualifies a column stands as it was written.
    """
    found = _tokens(texte)
    places = [place for place, token in enumerate(found) if _word(token)]
    words = [_word(found[place]) for place in places]
    spelled = [value for _, value in found]
    clauses = [""]
    for at, (place, word) in enumerate(zip(places, words, strict=True)):
        before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
        if word == "(":
            clauses.append("")
        elif word == ")" and len(clauses) > 1:
            clauses.pop()
        elif word in _CLAUSES or word.endswith(_OPENS_TABLE):
            clauses[-1] = word
        elif new := names.get(_bare(spelled[place]).lower()):
            opened = before.endswith(_OPENS_TABLE) or (before == "," and clauses[-1].endswith(_OPENS_TABLE))
            if opened and after != ".":
                bare = not after or after in _AFTER_TABLE or after.endswith(_OPENS_TABLE)
                spelled[place] = f"[{new}] AS [{_bare(spelled[place])}]" if bare else f"[{new}]"
    return "".join(spelled)


def _refused(what: str, remede: str, ou: str) -> MappingError:
    return MappingError(
        f"SQL Server n'admet pas ici {what} : le SELECT d'une relation y devient une table dérivée.",
        remede=remede,
        ou=ou,
        code="requete_texte",
    )
