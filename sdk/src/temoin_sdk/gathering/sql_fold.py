"""Rows of the statement, put where they belong: by establishment into the spool, what fits nowhere aside."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Final
from unicodedata import normalize

from temoin_sdk.contract.relations import RELATION_OF_DAY
from temoin_sdk.gathering.groups import COUNTED_ROWS, Astray
from temoin_sdk.gathering.persons import Personne
from temoin_sdk.gathering.spool import Kind, Row, Spool
from temoin_sdk.statement.columns import LEADING, PERSON, PLACES, UNKNOWN_SITE, Genre
from temoin_sdk.vocabulary import Relation

_FIRST_OF_PERSON: Final = len(LEADING)
_FINESS: Final = PLACES["finess"]
_USAGER: Final = PLACES["usager"]
_AFTER_PERSON: Final = _FIRST_OF_PERSON + len(PERSON)
_PROJECT_COUNTS: Final = frozenset({"projets", "projets_inconnus", "projets_illisibles"})
_NOBODY: Final = {field.name: field.default for field in fields(Personne)}


class SqlFold:
    """Takes the rows of one source, batch by batch."""

    def __init__(self, spool: Spool, astray: Astray) -> None:
        self._spool = spool
        self._astray = astray
        self._persons = spool.waiting(Kind.PERSONNE)
        self._days = spool.waiting(Kind.JOUR)
        self._keyed = spool.waiting(Kind.CLE)

    def add(self, batch: Sequence[Row]) -> None:
        """One batch, in the order of `statement.columns`."""
        persons = self._persons
        for row in batch:
            genre, finess, usager = row[:_FIRST_OF_PERSON]
            if usager is not None and not usager.isascii():
                row = (genre, finess, normalize("NFC", usager), *row[_FIRST_OF_PERSON:])
            if genre == Genre.JOUR:
                self._add_day(row)
            elif finess == UNKNOWN_SITE or usager is None:
                self._lose(row)
            elif genre == Genre.PERSONNE:
                persons[finess].append(row[_USAGER:_AFTER_PERSON])
            else:
                persons[finess].append(self._with_period(row))
        self._spool.added(len(batch))

    def _with_period(self, row: Row) -> Row:
        """A project kept as an interval: its state on the reference day is told once all stays have met."""
        code, jour, fin = row[PLACES["code"]], row[PLACES["jour"]], row[PLACES["fin"]]
        counts = [row[PLACES[name]] if name in _PROJECT_COUNTS else _NOBODY[name] for name in PERSON]
        return (row[_USAGER], *counts, () if code is None else ((code, jour, fin),))

    def _lose(self, row: Row) -> None:
        """Rows of an unknown site, or without a usable person, per relation: so the wrong mapping shows."""
        astray = self._astray
        tally = astray.sites_inconnus if row[_FINESS] == UNKNOWN_SITE else astray.usagers_absents
        for relation, name in COUNTED_ROWS.items():
            if number := row[PLACES[name]]:
                tally[relation] = tally.get(relation, 0) + number

    def _add_day(self, row: Row) -> None:
        finess, code, jour = row[_FINESS], row[PLACES["code"]], row[PLACES["jour"]]
        cle, nombre = row[PLACES["cle"]], row[PLACES["nombre"]]
        relation = RELATION_OF_DAY[code]
        if jour is None or finess == UNKNOWN_SITE:
            if relation is not Relation.DEPOTS_DMP:  # deposits are told once, by their persons
                tally = self._astray.jours_illisibles if jour is None else self._astray.sites_inconnus
                tally[relation] = tally.get(relation, 0) + nombre
        elif cle is not None:
            self._keyed[finess].append((relation.value, cle, code, jour))
        else:
            self._days[finess].append((code, jour, nombre))
