"""Reference, second part: what the conformance kit asks. Tests, rules, concepts."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Final

from guide.docstrings import fields_of
from guide.glosses import GLOSSES, TITLES
from guide.markdown import code, table
from temoin_sdk.testing import Concept, FeuilleConformance, SqlConformance
from temoin_sdk.testing.conformance.commun import EpreuvesCommunes
from temoin_sdk.testing.conformance.epreuve import Epreuve, epreuve_of
from temoin_sdk.testing.conformance.par_scenario import SourceConformance
from temoin_sdk.testing.outcomes import NiveauEpreuve
from temoin_sdk.testing.scenario.rules import Regle
from temoin_sdk.testing.scenario.themes import THEMES
from temoin_sdk.vocabulary import Relation

THEME_OF: Final = {theme.code: theme for theme in THEMES}
_SHARED: Final = "every class"


def tests_of(kind: type) -> dict[str, Epreuve]:
    """The kit's tests that a conformance class has, by code, in the order it writes them."""
    members = {name: each for base in reversed(kind.__mro__) for name, each in vars(base).items()}
    found = [epreuve_of(each) for each in members.values() if inspect.isfunction(each)]
    return {each.code: each for each in found if each is not None}


def every_test() -> Mapping[str, tuple[Epreuve, str]]:
    """Each test, and the conformance class that brings it."""
    found: dict[str, tuple[Epreuve, str]] = {}
    for kind in (EpreuvesCommunes, SourceConformance, SqlConformance, FeuilleConformance):
        brought = _SHARED if kind is EpreuvesCommunes else kind.__name__
        for name, each in tests_of(kind).items():
            found.setdefault(name, (each, brought))
    return found


def tests() -> Iterator[str]:
    """The table of tests."""
    yield "## Tests of the kit"
    yield (
        "`SqlConformance` has those of `SourceConformance` too. The certificate needs every obligatory test of your "
        "class; one that is skipped is listed with its reason. A theme of the scenario has the code of its test: "
        '`themes = frozenset({"absences"})` tells it alone.'
    )
    yield table(
        ["test", "title, as it is printed", "what it holds", "brought by", "certificate", "skipped if you lack"],
        ([code(name), each.titre, *_theme(name), *_level(each, brought)] for name, each, brought in _rows()),
    )


def _rows() -> Iterator[tuple[str, Epreuve, str]]:
    for name, (each, brought) in every_test().items():
        yield name, each, brought


def _theme(name: str) -> list[str]:
    theme = THEME_OF.get(name)
    return [TITLES[name] if theme is None else f"[{theme.regle.name}](#rules)"]


def _level(each: Epreuve, brought: str) -> list[str]:
    level = "needs it" if each.niveau is NiveauEpreuve.OBLIGATOIRE else "recommended"
    return [brought if brought == _SHARED else code(brought), level, _needs(each.code)]


def _needs(name: str) -> str:
    theme = THEME_OF.get(name)
    if theme is None:
        return ""
    lacking = [code(f"Concept.{each.name}") for each in theme.besoins]
    relations = [code(each.value) for each in theme.relations if each is not Relation.SEJOURS]
    return ", or ".join([*lacking, *(["all of: " * (len(relations) > 1) + ", ".join(relations)] if relations else [])])


def rules() -> Iterator[str]:
    """The rules, as printed and in English."""
    yield "## Rules"
    yield "Printed by a failing test; definitions stand in [decision 1](../decisions/0001-domain-decisions.md)."
    yield table(
        ["rule", "as it is printed", "in English"], ([code(each.name), each.value, GLOSSES[each]] for each in Regle)
    )


def concepts() -> Iterator[str]:
    """What a software may lack."""
    docs = fields_of(Concept)
    yield "## Concepts a software may lack"
    yield (
        '`sans = {Concept.GROUPES: "a reason of one sentence"}` in the conformance class: the facts that need it are '
        "not told, the tests that need them are skipped, and the certificate shows the reason."
    )
    yield table(
        ["concept", "what is left out of the scenario"],
        ([code(f"Concept.{each.name}"), docs[each.name]] for each in Concept),
    )
