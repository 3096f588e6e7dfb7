"""Rows of the statement, put where they belong: by establishment into the spool, what fits nowhere aside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from unicodedata import normalize

from temoin_sdk.contract.relations import RELATION_OF_DAY
from temoin_sdk.gathering.groups import COUNTED_ROWS, FIELDS, UNKNOWN_WORDS, UNREADABLE, Astray
from temoin_sdk.gathering.persons import Personne
from temoin_sdk.gathering.spool import Kind, Row, Spool
from temoin_sdk.statement.columns import (
    LEADING,
    OF_THE_OG,
    PLACES,
    UNKNOWN_SITE,
    Ecart,
    Genre,
    read_ecart,
    read_project,
)
from temoin_sdk.vocabulary import Relation

_SITE: Final = PLACES["site"]
_USAGER: Final = PLACES["usager"]
_PART: Final = PLACES["part"]
_FIRST: Final = len(LEADING)
_JOUR: Final = Genre.JOUR.value
_NOTHING_ODD: Final = FIELDS(Personne())[_PART - _FIRST : -1]
"""The fields of a person between the columns of the statement and his projects."""


@dataclass(frozen=True, slots=True)
class FoldQuestion:
    """How the rows of one statement are to be placed: its sites, and whether its source names authors at all."""

    carte: Mapping[str, str]
    authors: bool


class SqlFold:
    """Takes the rows of one source, batch by batch."""

    def __init__(self, spool: Spool, astray: Astray) -> None:
        self._spool = spool
        self._astray = astray
        self._persons = spool.waiting(Kind.PERSONNE)
        self._days = spool.waiting(Kind.JOUR)
        self._keyed = spool.waiting(Kind.CLE)

    def add(self, batch: Sequence[Row], question: FoldQuestion) -> None:
        """One batch, in the order of `statement.columns`."""
        persons, carte, authors = self._persons, question.carte, question.authors
        for row in batch:
            finess, part = carte.get(row[_SITE], UNKNOWN_SITE), row[_PART]
            if row[0] == _JOUR:
                self._add_day(row, finess)
                continue
            usager = row[_USAGER]
            if not authors or finess == UNKNOWN_SITE or usager is None or not usager.isascii():
                self._add_rare(row, finess, question)
            elif part is None:
                persons[finess].append(row[_USAGER:_PART])
            elif (periode := read_project(part)) is not None:
                persons[finess].append((*row[_USAGER:_PART], *_NOTHING_ODD, (periode,)))
            else:
                self._add_rare(row, finess, question)
        self._spool.added(len(batch))

    def _add_rare(self, row: Row, finess: str, question: FoldQuestion) -> None:
        usager, personne = row[_USAGER], _personne(row, question)
        if finess == UNKNOWN_SITE or usager is None:
            self._lose(personne, finess)
        else:
            self._persons[finess].append((normalize("NFC", usager), *FIELDS(personne)))

    def _lose(self, personne: Personne, finess: str) -> None:
        """Rows of an unknown site, or without a usable person, per relation: so the wrong mapping shows."""
        tally = self._astray.sites_inconnus if finess == UNKNOWN_SITE else self._astray.usagers_absents
        for relation, name in COUNTED_ROWS.items():
            if number := getattr(personne, name):
                tally[relation] = tally.get(relation, 0) + number

    def _add_day(self, row: Row, finess: str) -> None:
        jour, code, nombre, cle = row[_PART + 1 :]
        relation = RELATION_OF_DAY[code]
        if relation is Relation.MESSAGES_MSS and row[_SITE] is None:
            finess = OF_THE_OG
        if jour is None or finess == UNKNOWN_SITE:
            if relation is not Relation.DEPOTS_DMP:  # deposits are told once, by their persons
                tally = self._astray.jours_illisibles if jour is None else self._astray.sites_inconnus
                tally[relation] = tally.get(relation, 0) + nombre
        elif cle is not None:
            self._keyed[finess].append((relation.value, cle, code, jour))
        else:
            self._days[finess].append((code, jour, nombre))


def _personne(row: Row, question: FoldQuestion) -> Personne:
    """A row whose facts are not ordinary, or whose source names no authors, field by field."""
    personne = Personne(*row[_FIRST:_PART])
    if not question.authors:
        personne.maj_sans_auteur = personne.maj
    if row[_PART] is None:
        return personne
    match read_ecart(row[_PART]):
        case Ecart.ILLISIBLE:
            return Personne(
                **{UNREADABLE[relation]: getattr(personne, name) for relation, name in COUNTED_ROWS.items()}
            )
        case Ecart.INCONNU:
            words = {word: getattr(personne, COUNTED_ROWS[relation]) for relation, word in UNKNOWN_WORDS.items()}
            return replace(personne, **words)
        case Ecart.SANS_AUTEUR:
            return replace(personne, maj_sans_auteur=personne.maj)
        case Ecart.AUCUN:
            periode = read_project(row[_PART])
            return replace(personne, periodes=(periode,) if periode else ())
