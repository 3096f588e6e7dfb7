"""Where the rows of a RecordSource belong, and what was folded there so far.

What was folded is spilled now and then, so that memory is bounded whatever the order of the rows, and little is spilled
twice when they come sorted by establishment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from temoin_sdk.gathering.groups import FIELDS, Astray
from temoin_sdk.gathering.persons import Personne
from temoin_sdk.gathering.settling import settle_code, settle_key
from temoin_sdk.gathering.spool import Kind, Spool
from temoin_sdk.statement.columns import OF_THE_OG, UNKNOWN_SITE
from temoin_sdk.vocabulary import Relation

_HELD: Final = 50_000
"""Persons folded in memory before they are spilled: some twenty-five megabytes."""


@dataclass(slots=True, eq=False)
class Place:
    """One establishment being folded, and the clock its rows are read on; equal to itself alone."""

    finess: str
    fuseau: str
    personnes: dict[str, Personne] = field(default_factory=dict)
    jours: dict[tuple[int, int], int] = field(default_factory=dict)


class Places:
    """Every establishment of one source, by the codes of its sites; codes out of scope map to None."""

    def __init__(
        self, carte: Mapping[str, tuple[str, str] | None], fuseau_og: str, spool: Spool, astray: Astray
    ) -> None:
        self.unknown = Place(UNKNOWN_SITE, fuseau_og)
        """Sites that the source itself does not list."""
        self._og = Place(OF_THE_OG, fuseau_og)
        known: dict[tuple[str, str], Place] = {}
        self._by_code: dict[object, Place | None] = {
            code: None if place is None else known.setdefault(place, Place(*place)) for code, place in carte.items()
        }
        self._with_og = {**self._by_code, None: self._og}
        self._all = [self._og, *known.values()]
        self.zones = {fuseau_og, *(place.fuseau for place in self._all)}
        self._spool = spool
        self._astray = astray
        self._held = 0

    def of(self, relation: Relation, codes: Iterable[object]) -> dict[object, Place | None]:
        """Where the rows of each code belong; messages without a code are the OG's."""
        by_code, unknown = self._with_og if relation is Relation.MESSAGES_MSS else self._by_code, self.unknown
        return {
            code: by_code[code] if code in by_code else self._by_code.get(settle_code(code), unknown) for code in codes
        }

    def met(self, number: int) -> None:
        """`number` more persons are held; everything is spilled when there are too many."""
        self._held += number
        if self._held >= _HELD:
            self.spill()

    def lose(self, relation: Relation, place: Place, number: int) -> None:
        """Rows that count, of an unknown site or of nobody: counted per relation, so that the wrong mapping shows."""
        if number:
            tally = self._astray.sites_inconnus if place is self.unknown else self._astray.usagers_absents
            tally[relation] = tally.get(relation, 0) + number

    def unreadable_day(self, relation: Relation) -> None:
        """A row that no day can be told of, nor a person."""
        tally = self._astray.jours_illisibles
        tally[relation] = tally.get(relation, 0) + 1

    def add_day(self, place: Place, relation: Relation, code: int, jour: int, cle: Any) -> None:
        """One fact counted by day; one that carries a key waits, because another source may tell of it too."""
        cle = settle_key(cle)
        if cle is None:
            place.jours[code, jour] = place.jours.get((code, jour), 0) + 1
        else:
            self._spool.waiting(Kind.CLE)[place.finess].append((relation.value, cle, code, jour))
            self._spool.added(1)

    def spill(self) -> None:
        """Hand over what was folded so far; what comes later about the same persons is merged when they are counted."""
        persons, days = self._spool.waiting(Kind.PERSONNE), self._spool.waiting(Kind.JOUR)
        for place in self._all:
            if place.personnes:
                persons[place.finess] += [(usager, *FIELDS(one)) for usager, one in place.personnes.items()]
            if place.jours:
                days[place.finess] += [(*key, number) for key, number in place.jours.items()]
            self._spool.added(len(place.personnes) + len(place.jours))
            place.personnes, place.jours = {}, {}
        self._held = 0
