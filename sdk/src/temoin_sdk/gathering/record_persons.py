"""Whom the rows of a batch speak of."""

from collections.abc import Sequence
from typing import Any

from temoin_sdk.gathering.groups import COUNTED_ROWS, UNREADABLE
from temoin_sdk.gathering.persons import Personne
from temoin_sdk.gathering.record_places import Place, Places
from temoin_sdk.gathering.settling import settle_usager
from temoin_sdk.vocabulary import Relation


class Persons:
    """Finds the persons of one relation, a batch at a time; `settle` ends each batch."""

    def __init__(self, relation: Relation, places: Places) -> None:
        self._relation = relation
        self._places = places
        self._new: list[tuple[Place, str, Personne]] = []
        self._lost: list[tuple[Place, Personne]] = []

    def find(self, places: Sequence[Place], usagers: Sequence[Any]) -> list[Personne]:
        """The person of each row, nobody for a row that cannot be placed. MappingError for a wrong identifier."""
        kinds = set(map(type, usagers))
        if kinds == {int}:
            usagers = list(map(str, usagers))
        elif kinds != {str}:
            usagers = list(map(settle_usager, usagers))
        # a text by which somebody is known needs no settling
        return [
            place.personnes.get(usager) or self._meet(place, usager)
            for place, usager in zip(places, usagers, strict=True)
        ]

    def _meet(self, place: Place, usager: object) -> Personne:
        settled = settle_usager(usager)
        if settled is None or place is self._places.unknown:
            self._lost.append((place, nobody := Personne()))
            return nobody
        personne = place.personnes.get(settled)
        if personne is None:
            personne = place.personnes[settled] = Personne()
            self._new.append((place, settled, personne))
        return personne

    def settle(self) -> None:
        """Keep the new persons whom a row told something of; count the rows that could not be placed."""
        counted, unreadable = COUNTED_ROWS[self._relation], UNREADABLE[self._relation]
        for place, usager, one in self._new:
            if not getattr(one, counted) and not getattr(one, unreadable):
                del place.personnes[usager]
        for place, nobody in self._lost:
            self._places.lose(self._relation, place, getattr(nobody, counted))
        number = len(self._new)
        self._new.clear()
        self._lost.clear()
        self._places.met(number)
