"""Signs of a wrong mapping: figures that are plausible and false, which no invariant can see.

Dossier identifiers given in place of person identifiers yield 0 % without any error. So what could not be placed is
counted per relation: above 5 % it is a warning, all of it is an error.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from temoin_sdk.contract.relations import DAY_CODES, PERSON_RELATIONS
from temoin_sdk.errors import MappingError
from temoin_sdk.gathering.groups import COUNTED_ROWS, UNKNOWN_WORDS, UNREADABLE
from temoin_sdk.tally.observed import Observed
from temoin_sdk.vocabulary import Auteur, MotifNonEligible, Relation, StatutEvenement, StatutProjet

ORANGE: Final = Fraction(5, 100)
"""Share above which rows that fit nowhere are told."""

ALL_MATTERS_FROM: Final = 5
"""Fewer rows than this, all astray, are an accident of a small site and not a wrong mapping: a warning only."""

DATES: Final = "dates_illisibles"
WITHOUT_STAY: Final = "personnes_sans_sejour"
_ADMITTED: Final[Mapping[Relation, tuple[str, ...]]] = {
    Relation.SEJOURS: tuple(m.name.lower() for m in MotifNonEligible),
    Relation.MISES_A_JOUR: tuple(a.value for a in Auteur),
    Relation.PROJETS: tuple(s.name.lower() for s in StatutProjet),
    Relation.EVENEMENTS: tuple(s.value for s in StatutEvenement),
}

_UNLISTED: Final = "un site que la source elle-même ne liste pas"

_SAID: Final[Mapping[Relation, str]] = {
    Relation.SEJOURS: "un motif de non-éligibilité inconnu ou non admis par la campagne",
    Relation.MISES_A_JOUR: "un auteur qui n'est ni « humain » ni « automate »",
    Relation.PROJETS: "un statut de projet inconnu ou absent",
    Relation.EVENEMENTS: "un statut d'événement inconnu",
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign, on one relation: `seen` rows (or persons) of `total` are astray."""

    relation: Relation
    code: str
    message: str
    remede: str
    seen: int
    total: int

    @property
    def blocking(self) -> bool:
        """All of them astray, in a number that is no accident."""
        return self.seen == self.total and self.seen >= ALL_MATTERS_FROM

    @property
    def worth_telling(self) -> bool:
        """More than 5 %; a project left open after its person has gone is common and says nothing, unless all are."""
        if self.relation is Relation.PROJETS and self.code == WITHOUT_STAY:
            return self.blocking
        if self.code == DATES:
            return True  # a fact that nobody can date is lost to the count, however few
        return Fraction(self.seen, self.total) > ORANGE

    def error(self, source: str) -> MappingError:
        """The error a blocking sign is."""
        return MappingError(
            self.message, remede=self.remede, ou=f"source {source}, relation {self.relation.value}", code=self.code
        )


def find_signs(observed: Observed, *, stays_supplied: bool) -> tuple[Sign, ...]:
    """Every sign worth telling over all establishments of one run, blocking ones included."""
    signs = [*(_persons_without_stay(observed) if stays_supplied else ()), *_rows_astray(observed)]
    return tuple(sign for sign in signs if sign.worth_telling)


def _persons_without_stay(observed: Observed) -> Iterable[Sign]:
    for relation in PERSON_RELATIONS:
        concerned, astray = observed.concerned[relation], observed.without_stay[relation]
        if astray:
            yield Sign(
                relation,
                WITHOUT_STAY,
                f"{astray} personnes sur {concerned} de la relation {relation.value} n'ont aucun séjour dans la "
                "fenêtre.",
                "Vérifier que « usager » désigne la même personne que dans la relation sejours, et non un dossier. "
                "Des personnes sorties avant la fenêtre peuvent aussi l'expliquer.",
                astray,
                concerned,
            )


def _rows_astray(observed: Observed) -> Iterable[Sign]:
    astray, sums = observed.astray, observed.sums
    for relation, column in COUNTED_ROWS.items():
        placed = sums[column]
        yield from _share(relation, "sites_inconnus", _UNLISTED, astray.sites_inconnus, placed)
        yield from _share(
            relation, "usagers_absents", "aucun identifiant d'usager utilisable", astray.usagers_absents, placed
        )
        yield from _share(relation, DATES, "une date illisible", {relation: sums[UNREADABLE[relation]]}, placed)
        if relation in _SAID and (seen := sums[UNKNOWN_WORDS[relation]]):
            yield _sign(relation, "mot_inconnu", _SAID[relation], seen, max(placed, seen))
    for relation in DAY_CODES:
        placed = observed.days[relation]
        yield from _share(relation, DATES, "une date illisible", astray.jours_illisibles, placed)
        if relation not in COUNTED_ROWS:
            yield from _share(relation, "sites_inconnus", _UNLISTED, astray.sites_inconnus, placed)


def _share(relation: Relation, code: str, said: str, tally: Mapping[Relation, int], placed: int) -> Iterable[Sign]:
    seen = tally.get(relation, 0)
    if seen:
        yield _sign(relation, code, said, seen, placed + seen)


def _sign(relation: Relation, code: str, said: str, seen: int, total: int) -> Sign:
    words = _ADMITTED.get(relation)
    admitted = f" Mots admis : {', '.join(words)}." if words and code == "mot_inconnu" else ""
    return Sign(
        relation,
        code,
        f"{seen} lignes sur {total} de la relation {relation.value} ont {said}.",
        f"Reprendre le texte de la relation {relation.value} dans le plugin.{admitted}",
        seen,
        total,
    )
