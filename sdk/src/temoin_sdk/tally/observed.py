"""What the rows of a run look like as a whole, added up while its establishments pass."""

from collections import Counter
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from temoin_sdk.contract.relations import PERSON_RELATIONS, RELATION_OF_DAY
from temoin_sdk.gathering.groups import COUNTED_ROWS, UNKNOWN_WORDS, UNREADABLE, Astray, Group
from temoin_sdk.vocabulary import Relation

_SUMMED: Final = (*COUNTED_ROWS.values(), *UNREADABLE.values(), *UNKNOWN_WORDS.values())
_VALUES: Final = attrgetter(*_SUMMED)


@dataclass(slots=True)
class Observed:
    """Numbers over every establishment: nothing of them says who or where.

    `sums` adds the counts of persons field by field; `concerned` is the number of persons a relation speaks of and
    `without_stay` those among them who have no stay; `days` the facts counted by day.
    """

    sums: Counter[str] = field(default_factory=Counter)
    concerned: Counter[Relation] = field(default_factory=Counter)
    without_stay: Counter[Relation] = field(default_factory=Counter)
    days: Counter[Relation] = field(default_factory=Counter)
    astray: Astray = field(default_factory=Astray)

    def add_group(self, group: Group) -> None:
        """Take in one establishment."""
        # by columns: adding up person by person costs more than all the hashing of a leaf
        persons = group.personnes.values()
        columns = dict(zip(_SUMMED, zip(*map(_VALUES, persons), strict=True), strict=False))
        for name, column in columns.items():
            self.sums[name] += sum(column)
        strangers = [one for one in persons if not one.sejours]
        for relation in PERSON_RELATIONS:
            name = COUNTED_ROWS[relation]
            self.concerned[relation] += len(persons) - columns[name].count(0) if columns else 0
            self.without_stay[relation] += sum(1 for one in strangers if getattr(one, name))
        for (code, _), number in group.jours.items():
            if code in RELATION_OF_DAY:
                self.days[RELATION_OF_DAY[code]] += number

    def merge(self, other: "Observed") -> None:
        """Take in what another process observed."""
        for mine, theirs in (
            (self.sums, other.sums),
            (self.concerned, other.concerned),
            (self.without_stay, other.without_stay),
            (self.days, other.days),
        ):
            mine.update(theirs)  # type: ignore[arg-type] # each pair is of one kind
        self.astray.merge(other.astray)
