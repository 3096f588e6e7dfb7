"""A count beside what the readable calculator says: persons, days, counts; each difference with its facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from temoin_sdk.evidence import (
    Detail,
    DrapeauFeuille,
    FeuilleJour,
    read_correspondance,
    read_details,
    read_jours,
    read_squelette,
)
from temoin_sdk.figures import Figures
from temoin_sdk.testing.reference.calculator import Attendu, calculate
from temoin_sdk.testing.reference.days import jours_og
from temoin_sdk.testing.reference.facts import CLE_SITE, EJ, Base, Etablissement
from temoin_sdk.testing.reference.leaves import detail, feuilles_jours, flags
from temoin_sdk.testing.reference.words import identifier
from temoin_sdk.testing.running import Passage
from temoin_sdk.testing.scenario.facts import Fait, Scenario
from temoin_sdk.testing.scenario.rules import Regle
from temoin_sdk.testing.telling import SAID_OF_DAYS, facts_about, facts_on, tell
from temoin_sdk.vocabulary import RelationJour, StatutProjet

Said = tuple[DrapeauFeuille, Detail]
Days = dict[tuple[RelationJour, date], int]

_SHOWN: Final = 6
_FACTS_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: where, what was expected and counted, and the facts it comes from."""

    ou: str
    quoi: str
    faits: tuple[Fait, ...] = ()

    def phrase(self) -> str:
        """The difference with its facts and the rules they try."""
        lines = [f"{self.ou} : {self.quoi}"]
        lines += [f"    - {tell(fait)}" for fait in self.faits[:_FACTS_SHOWN]]
        if len(self.faits) > _FACTS_SHOWN:
            lines.append(f"    - … et {len(self.faits) - _FACTS_SHOWN} autres faits")
        rules = dict.fromkeys(fait.regle for fait in self.faits)
        lines += [f"    Règle {regle.name} : {regle.value}" for regle in rules]
        return "\n".join(lines)


def phrase_of(differences: list[Difference], regle: Regle) -> str:
    """Some of the differences, one below the other, those that have facts first; and the rule they are about."""
    ordered = sorted(differences, key=lambda one: not one.faits)
    shown = [one.phrase() for one in ordered[:_SHOWN]]
    if len(differences) > _SHOWN:
        shown.append(f"… et {len(differences) - _SHOWN} autres différences")
    if not any(fait.regle is regle for one in ordered[:_SHOWN] for fait in one.faits):
        shown.append(f"Règle {regle.name} : {regle.value}")
    return "\n".join(["", *shown])


def compare(scenario: Scenario, base: Base, passage: Passage, *, og: bool) -> Iterator[Difference]:
    """Every difference for the establishments of the base; of the OG's own messages too if asked."""
    if passage.resultat is None:
        yield Difference(passage.libelle(), f"le calcul s'est arrêté.\n{passage.refus()}")
        return
    figures = {one.finess: one for one in passage.resultat.etablissements}
    apart = {one.finess: one.message for one in passage.resultat.ecartes}
    for place in base.etablissements:
        ou = f"{place.codes[0]} ({place.finess}, {place.fuseau}), {passage.libelle()}"
        if place.finess not in figures:
            yield Difference(ou, f"établissement écarté. {apart.get(place.finess, '')}")
        else:
            yield from _Comparison(scenario, base, place, passage, ou).all(figures[place.finess])
    if og:
        yield from _compare_og(scenario, base, passage)


class _Comparison:
    """One establishment in one count."""

    def __init__(self, scenario: Scenario, base: Base, place: Etablissement, passage: Passage, ou: str) -> None:
        self.scenario = scenario
        self.base = base
        self.place = place
        self.passage = passage
        self.ou = ou
        self.attendu: Attendu = calculate(base, place)

    def all(self, figures: Figures) -> Iterator[Difference]:
        told = False
        for one in (*self._persons(), *self._days()):
            told = True
            yield one
        if not told:
            yield from self._counts(figures)

    def _persons(self) -> Iterator[Difference]:
        expected = {who: (flags(one), detail(one)) for who, one in self.attendu.personnes.items()}
        counted = read_persons(self.passage, self.place.finess)
        for who in sorted(expected.keys() | counted.keys()):
            if expected.get(who) != counted.get(who):
                facts = facts_about(self.scenario, who[1], self.place.codes[0])
                said = f"attendue {told(expected.get(who))} ; comptée {told(counted.get(who))}"
                stranger = "" if who in expected else self._stranger(who[1])
                yield Difference(f"{self.ou}, personne {who[1]}", f"{said}.{stranger}", tuple(facts))

    def _stranger(self, usager: str) -> str:
        """What an identifier is, when it is nobody's here."""
        for personne in self.scenario.personnes:
            if usager in {identifier(one.id) for one in personne.dossiers}:
                return f" {usager} est aussi le numéro d'un dossier, celui de la personne {personne.id}."
        known = any(usager == identifier(personne.id) for personne in self.scenario.personnes)
        return "" if known else " Le scénario ne connaît pas cet identifiant : vérifier ce que rend « usager »."

    def _days(self) -> Iterator[Difference]:
        expected: Days = dict(self.attendu.jours)
        yield from _differing_days(
            self.scenario,
            self.ou,
            self.place.codes[0],
            expected,
            _by_day(read_jours(self.passage.dossier, self.place.finess)),
        )

    def _counts(self, figures: Figures) -> Iterator[Difference]:
        for compte, number in self.attendu.comptes.items():
            if figures.comptes[compte] != number:
                yield Difference(
                    self.ou,
                    f"{compte.value} : attendu {_number(number)}, rendu {_number(figures.comptes[compte])}. "
                    f"Règle {Regle.NON_FOURNI.name} : {Regle.NON_FOURNI.value}",
                )
        if figures.exclus != self.attendu.exclus:
            yield Difference(
                self.ou, f"personnes exclues par motif : attendu {self.attendu.exclus}, rendu {figures.exclus}"
            )


def _compare_og(scenario: Scenario, base: Base, passage: Passage) -> Iterator[Difference]:
    assert passage.resultat is not None  # noqa: S101 - the caller looked
    expected = _by_day(feuilles_jours(jours_og(base)))
    counted: Days = {} if passage.resultat.og is None else _by_day(read_jours(passage.dossier, EJ))
    yield from _differing_days(scenario, f"organisme gestionnaire, {passage.libelle()}", None, expected, counted)


def _differing_days(
    scenario: Scenario, ou: str, code: str | None, expected: Days, counted: Days
) -> Iterator[Difference]:
    for relation, jour in sorted(expected.keys() | counted.keys()):
        due, found = expected.get((relation, jour), 0), counted.get((relation, jour), 0)
        if due != found:
            said = f"{SAID_OF_DAYS[relation]} le {jour:%d/%m/%Y} : attendu {due}, compté {found}."
            yield Difference(ou, said, tuple(facts_on(scenario, relation, code, jour)))


def _by_day(leaves: tuple[FeuilleJour, ...]) -> Days:
    return {(RelationJour(one.relation), one.jour): one.nombre for one in leaves}


def _number(value: int | None) -> str:
    return "non fourni" if value is None else str(value)


def read_persons(passage: Passage, finess: str) -> dict[tuple[str, str], Said]:
    """Flags and détail of each person the count wrote evidence of, without the pseudonym."""
    octets = read_squelette(passage.dossier, finess)
    leaves = {octets[at + 2 : at + 34]: int.from_bytes(octets[at : at + 2]) for at in range(0, len(octets), 34)}
    details = read_details(passage.dossier, finess, CLE_SITE)
    people = read_correspondance(passage.dossier, finess, CLE_SITE)
    return {people[digest]: (DrapeauFeuille(leaves[digest]), bare(one)) for digest, one in details.items()}


def bare(one: Detail) -> Detail:
    """A détail without its pseudonym and salt."""
    return Detail(bytes(32), bytes(32), one.jour_maj, one.jour_evenement, one.jour_depot, one.projet, one.motif)


_FLAGS: Final = {
    DrapeauFeuille.ACTIF: "dossier actif",
    DrapeauFeuille.PROJET: "projet",
    DrapeauFeuille.AGENDA: "agenda",
    DrapeauFeuille.DMP: "DMP",
}


def told(said: Said | None) -> str:
    """« accompagnée, dossier actif (dernière écriture le 30/03/2024) »."""
    if said is None:
        return "non accompagnée"
    drapeaux, one = said
    words = ["accompagnée", *(word for flag, word in _FLAGS.items() if flag in drapeaux)]
    if DrapeauFeuille.ELIGIBLE not in drapeaux:
        words.append(f"non éligible ({one.motif.name.lower() if one.motif else 'sans motif'})")
    for label, day in (("écriture", one.jour_maj), ("rendez-vous", one.jour_evenement), ("dépôt", one.jour_depot)):
        if day is not None:
            words.append(f"{label} le {day:%d/%m/%Y}")
    if one.projet is not None:
        words.append(f"projet {StatutProjet(one.projet).name.lower()}")
    return f"« {', '.join(words)} »"
