"""Signs of a wrong mapping: figures that are plausible and false, which no invariant can see.

Dossier identifiers given in place of person identifiers yield 0 % without any error. So what could not be placed is
counted per relation: above 5 % it is a warning, all of it is an error.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from temoin_sdk.contract.relations import DAY_CODES, PERSON_RELATIONS, RELATION_OF_DAY
from temoin_sdk.errors import MappingError
from temoin_sdk.gathering.persons import Gathered
from temoin_sdk.vocabulary import Auteur, MotifNonEligible, Relation, StatutEvenement, StatutProjet

ORANGE: Final = Fraction(5, 100)
"""Share above which rows that fit nowhere are told."""

ALL_MATTERS_FROM: Final = 5
"""Fewer rows than this, all astray, are an accident of a small site and not a wrong mapping: a warning only."""

UNREADABLE: Final = "dates_illisibles"
WITHOUT_STAY: Final = "personnes_sans_sejour"
_ADMITTED: Final[Mapping[Relation, tuple[str, ...]]] = {
    Relation.SEJOURS: tuple(m.name.lower() for m in MotifNonEligible),
    Relation.MISES_A_JOUR: tuple(a.value for a in Auteur),
    Relation.PROJETS: tuple(s.name.lower() for s in StatutProjet),
    Relation.EVENEMENTS: tuple(s.value for s in StatutEvenement),
}

_UNLISTED: Final = "un site que la source elle-même ne liste pas"

_ROWS: Final[Mapping[Relation, str]] = {
    Relation.SEJOURS: "sejours",
    Relation.MISES_A_JOUR: "maj",
    Relation.PROJETS: "projets",
    Relation.EVENEMENTS: "evenements",
    Relation.DEPOTS_DMP: "depots",
}
_UNREADABLE: Final[Mapping[Relation, str]] = {r: f"{name}_illisibles" for r, name in _ROWS.items()}
_UNKNOWN_WORDS: Final[Mapping[Relation, tuple[str, str]]] = {
    Relation.SEJOURS: ("motifs_inconnus", "un motif de non-éligibilité inconnu ou non admis par la campagne"),
    Relation.MISES_A_JOUR: ("maj_inconnus", "un auteur qui n'est ni « humain » ni « automate »"),
    Relation.PROJETS: ("projets_inconnus", "un statut de projet inconnu ou absent"),
    Relation.EVENEMENTS: ("evenements_inconnus", "un statut d'événement inconnu"),
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
        if self.code == UNREADABLE:
            return True  # a fact that nobody can date is lost to the count, however few
        return Fraction(self.seen, self.total) > ORANGE

    def error(self, source: str) -> MappingError:
        """The error a blocking sign is."""
        return MappingError(
            self.message, remede=self.remede, ou=f"source {source}, relation {self.relation.value}", code=self.code
        )


def find_signs(gathered: Gathered, *, stays_supplied: bool) -> tuple[Sign, ...]:
    """Every sign worth telling over all establishments of one gathering, blocking ones included."""
    signs = [*(_persons_without_stay(gathered) if stays_supplied else ()), *_rows_astray(gathered)]
    return tuple(sign for sign in signs if sign.worth_telling)


def _persons_without_stay(gathered: Gathered) -> Iterable[Sign]:
    for relation in PERSON_RELATIONS:
        concerned = [p for p in gathered.personnes.values() if getattr(p, _ROWS[relation])]
        astray = sum(1 for p in concerned if not p.sejours)
        if astray:
            yield Sign(
                relation,
                WITHOUT_STAY,
                f"{astray} personnes sur {len(concerned)} de la relation {relation.value} n'ont aucun séjour dans la "
                "fenêtre.",
                "Vérifier que « usager » désigne la même personne que dans la relation sejours, et non un dossier. "
                "Des personnes sorties avant la fenêtre peuvent aussi l'expliquer.",
                astray,
                len(concerned),
            )


def _rows_astray(gathered: Gathered) -> Iterable[Sign]:
    for relation, column in _ROWS.items():
        placed = _total(gathered, column)
        yield from _share(relation, "sites_inconnus", _UNLISTED, gathered.sites_inconnus, placed)
        yield from _share(
            relation, "usagers_absents", "aucun identifiant d'usager utilisable", gathered.usagers_absents, placed
        )
        unreadable = {relation: _total(gathered, _UNREADABLE[relation])}
        yield from _share(relation, UNREADABLE, "une date illisible", unreadable, placed)
        if relation in _UNKNOWN_WORDS:
            word, said = _UNKNOWN_WORDS[relation]
            seen = _total(gathered, word)
            if seen:
                yield _sign(relation, "mot_inconnu", said, seen, max(placed, seen))
    for relation in DAY_CODES:
        placed = sum(n for key, n in gathered.jours.items() if RELATION_OF_DAY.get(key.code) is relation)
        yield from _share(relation, UNREADABLE, "une date illisible", gathered.jours_illisibles, placed)
        if relation not in _ROWS:
            yield from _share(relation, "sites_inconnus", _UNLISTED, gathered.sites_inconnus, placed)


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


def _total(gathered: Gathered, column: str) -> int:
    return sum(getattr(p, column) for p in gathered.personnes.values())
