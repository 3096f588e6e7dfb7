"""Rows of a RecordSource turned into columns, a batch at a time: places and days are found for a column, not a row."""

from collections.abc import Iterator, Sequence
from itertools import compress
from operator import attrgetter
from typing import Any

from temoin_sdk.contract.relations import ROWS, SHAPES
from temoin_sdk.contract.sources import RecordSource
from temoin_sdk.gathering.record_days import days_reader
from temoin_sdk.gathering.record_places import Place, Places
from temoin_sdk.vocabulary import Relation

Columns = list[Sequence[Any]]
"""Those of one relation in the order of the contract, dates as ordinals."""


class Batches:
    """How the rows of one relation become columns."""

    def __init__(self, relation: Relation, source: RecordSource, places: Places) -> None:
        shape = SHAPES[relation]
        self._relation = relation
        self._places = places
        self._row = ROWS[relation]
        self._values = attrgetter(*shape.columns)
        self._days = {
            fuseau: {
                shape.columns.index(name): days_reader(source.nature_of(relation, name), fuseau) for name in shape.dates
            }
            for fuseau in places.zones
        }

    def read(self, batch: list[Any]) -> Iterator[tuple[list[Place], Columns]]:
        """Rows in scope, with the place of each: in one piece where all are read on one clock.

        AttributeError or TypeError for a row of another shape.
        """
        plain = set(map(type, batch)) == {self._row}
        columns: Columns = list(zip(*batch if plain else map(self._values, batch), strict=True))
        for fuseau, places, some in self._by_clock(columns):
            for place, days in self._days[fuseau].items():
                some[place] = days(some[place])
            yield places, some

    def _by_clock(self, columns: Columns) -> Iterator[tuple[str, list[Place], Columns]]:
        codes = columns[0]
        found = self._places.of(self._relation, set(codes))
        known = {code: place for code, place in found.items() if place is not None}
        for fuseau in {place.fuseau for place in known.values()}:
            there = {code: place for code, place in known.items() if place.fuseau == fuseau}
            if len(there) < len(found):
                wanted = [code in there for code in codes]
                yield fuseau, [there[c] for c in compress(codes, wanted)], [list(compress(c, wanted)) for c in columns]
            else:
                yield fuseau, [there[code] for code in codes], columns
