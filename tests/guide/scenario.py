"""Reference: what a scenario tells, for whoever writes a chargeur or a double of his API."""

import inspect
from collections.abc import Iterator
from dataclasses import fields
from enum import StrEnum
from types import UnionType
from typing import Any, Final, get_args, get_type_hints

from guide.docstrings import fields_of
from guide.markdown import code, doc_of, table
from temoin_sdk.testing import Moment, Scenario
from temoin_sdk.testing.scenario.facts import Dossier, Fait, Identifiant

IDENTIFIER: Final = "an identifier, in the form that `usagers` says"


def scenario() -> Iterator[str]:
    """The lists of a Scenario, and what each fact in them holds."""
    yield "## What a scenario tells"
    yield f"{doc_of(Scenario)} Facts of every kind also have {_shared()}."
    hints = get_type_hints(Scenario)
    kinds = {name: get_args(hint)[0] for name, hint in hints.items() if get_args(hint)}
    for name, kind in kinds.items():
        yield f"### `scenario.{name}`"
        yield f"`{kind.__name__}`: {doc_of(kind)}"
        yield _fields(kind)
    yield "### A record"
    yield f"`Dossier`, in `personne.dossiers`: {doc_of(Dossier)} `personne.dossier` is the one in use."
    yield "### A moment"
    yield f"`Moment`, in `fait.le`: {doc_of(Moment)}"
    yield table(["write it as", "it is"], _moments())


def _shared() -> str:
    hints = get_type_hints(Fait)
    told = {"pourquoi": "why it is there", "regle": "the rule it tries", "casse": "the case its words were written in"}
    assert told.keys() == hints.keys()
    return ", ".join(f"`{name}` ({said})" for name, said in told.items()) + " and `ecrire(mot)`, your word in that case"


def _fields(kind: type[Any]) -> str:
    hints, docs = get_type_hints(kind), fields_of(kind)
    shared = {each.name for each in fields(Fait)} if issubclass(kind, Fait) else set()
    own = [each.name for each in fields(kind) if each.name not in shared]
    return table(["field", "holds"], ([code(name), f"{_spelt(hints[name])}. {docs.get(name, '')}"] for name in own))


def _spelt(hint: Any) -> str:
    """A type as words: the members of a list of words, `or None`, a tuple of."""
    if hint == Identifiant:
        return IDENTIFIER
    if isinstance(hint, UnionType):
        parts = [_spelt(each) for each in get_args(hint) if each is not type(None)]
        return " or ".join(parts) + (" or None" if type(None) in get_args(hint) else "")
    if inspect.isclass(hint) and issubclass(hint, StrEnum):
        return " · ".join(code(each.value) for each in hint)
    inner = [each for each in get_args(hint) if each is not ...]
    if inner:
        return f"a tuple of ({', '.join(_spelt(each) for each in inner)})"
    return code(hint.__name__)


def _moments() -> Iterator[list[str]]:
    for name, each in vars(Moment).items():
        if isinstance(each, property):
            yield [code(f"fait.le.{name}"), doc_of(each)]
    yield [code('fait.le.a("UTC")'), doc_of(Moment.a)]
    yield [code("fait.le.utc"), "The instant itself, with its offset."]
