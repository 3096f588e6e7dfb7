"""A theme: establishments of its own, the cases told in them, and the one test of the kit that looks at them."""

from collections.abc import Callable
from dataclasses import dataclass

from temoin_sdk.testing.scenario.concepts import Concept
from temoin_sdk.testing.scenario.frame import Trame
from temoin_sdk.testing.scenario.rules import Regle
from temoin_sdk.vocabulary import Relation


@dataclass(frozen=True, slots=True)
class Theme:
    """`regle` is the rule it is there for, others may be tried on the way.

    `besoins`: concepts without which nothing of the theme is left; `relations`: one of them must be supplied.

    `textes_seuls`: only a software whose identifiers are texts can tell it.
    """

    code: str
    titre: str
    regle: Regle
    raconte: Callable[[Trame], None]
    besoins: tuple[Concept, ...] = ()
    relations: tuple[Relation, ...] = (Relation.SEJOURS,)
    textes_seuls: bool = False
