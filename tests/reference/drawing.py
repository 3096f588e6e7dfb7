"""Drawing values one by one, each as a number below a bound."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from reference import moments
from reference.pools import OUT_OF_SCOPE, UNLISTED
from temoin_sdk.contract import Instant, Jour, Nature
from temoin_sdk.testing.reference.facts import Etablissement
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre

T = TypeVar("T")

Below = Callable[[int], int]
"""A number from 0 up to, not including, the argument: hypothesis gives it, or a seeded generator."""


def pick(below: Below, choices: Sequence[T]) -> T:
    """One of these, the first being the simplest."""
    return choices[below(len(choices))]


@dataclass
class Tirage:
    """Draws for one base, whose window, establishments and natures of dates are settled."""

    below: Below
    fenetre: Fenetre
    etablissements: Sequence[Etablissement]
    natures: dict[Relation, Nature]
    near: tuple[date, ...]
    far: tuple[date, ...]

    def pick(self, choices: Sequence[T]) -> T:
        """One of these, the first being the simplest."""
        return pick(self.below, choices)

    def times(self, most: int) -> range:
        """From none to `most` turns."""
        return range(self.below(most + 1))

    def place(self, home: int | None = None) -> tuple[Any, str]:
        """A site's code as stored, and the zone its dates are told in: mostly at home, seldom at nobody's site."""
        number = self.below(48)
        if number >= 46:
            return (OUT_OF_SCOPE, UNLISTED)[number - 46], "Europe/Paris"
        number, away = divmod(number, 4)
        rank = self.below(len(self.etablissements)) if home is None else home + (away == 3)
        etablissement = self.etablissements[rank % len(self.etablissements)]
        number, site = divmod(number, 2)
        return _spelled(etablissement.codes[site % len(etablissement.codes)], number), etablissement.fuseau

    def moment(self, relation: Relation, fuseau: str, days: Sequence[date]) -> Any:
        """A moment on one of these days, of one of three clocks, in one of the ways it may be stored."""
        number = self.below(len(days) * len(moments.TIMES) * 3 * moments.STYLES)
        number, day = divmod(number, len(days))
        number, hour = divmod(number, len(moments.TIMES))
        style, clock = divmod(number, 3)
        clocks = (fuseau, "UTC", "Europe/Paris")
        return moments.spell(days[day], moments.TIMES[hour], clocks[clock], self.natures[relation], fuseau, style)

    def fact(self, relation: Relation, fuseau: str) -> Any:
        """When a fact happened: near the window, seldom far from it, never, or on a day that does not exist."""
        kind = self.below(16)
        if kind == 15:
            return self.pick((None, "", self.unreadable(relation)))
        return self.moment(relation, fuseau, self.far if kind == 14 else self.near)

    def entry(self, fuseau: str) -> Any:
        """When a stay began: near or far; seldom never, or on a day that does not exist."""
        if self.below(30) == 29:
            return self.pick((None, "", self.unreadable(Relation.SEJOURS)))
        return self.moment(Relation.SEJOURS, fuseau, (*self.far, *self.far, *self.near))

    def bound(self, relation: Relation, fuseau: str, open_days: Sequence[date]) -> Any:
        """The first or last day of an interval: at an edge, far away, or open in one of four ways."""
        kind = self.below(12)
        if kind < 3:
            return None
        if kind == 11:
            return self.pick(("", "", self.unreadable(relation)))
        if kind == 10:
            number = self.below(8)
            return moments.spell_sentinel(open_days[number % 2], self.natures[relation], number // 2)
        return self.moment(relation, fuseau, self.far if kind == 9 else self.near)

    def unreadable(self, relation: Relation) -> Any:
        """A text that looks like a day of the window and is none; no number is unreadable."""
        if isinstance(self.natures[relation], (Jour, Instant)):
            return self.pick(moments.impossible_days(self.fenetre)) + self.pick(("", " 10:00:00"))
        return None


def _spelled(code: str, number: int) -> Any:
    """A site's code, plain or padded, and as a number if it looks like one."""
    if number == 5:
        return f"{code}  "
    return int(code) if code.isdigit() and number % 2 else code
