"""Recounting: from the leaves alone, every count and root of a population built without them."""

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from temoin_sdk.campaigns import Reglages, load_campaign
from temoin_sdk.errors import ReportError
from temoin_sdk.evidence import DrapeauFeuille, FeuilleJour, leaf, recount
from temoin_sdk.vocabulary import Compte, RelationJour

DEBUT = date(2026, 8, 1)
VIDE = hashlib.sha256(b"").hexdigest()


@dataclass
class Person:
    eligible: bool
    actif: bool
    projet: bool
    agenda: bool
    depot: bool


@pytest.fixture
def reglages_of() -> Callable[[str], Reglages]:
    reglages = load_campaign("generalisation-2025").campagne.reglages
    return lambda dmp: reglages.model_copy(update={"dmp": dmp})


def naive_root(leaves: list[bytes]) -> str:
    def subtree(part: list[bytes]) -> bytes:
        if len(part) == 1:
            return hashlib.sha256(b"\x00" + part[0]).digest()
        split = 2 ** ((len(part) - 1).bit_length() - 1)
        return hashlib.sha256(b"\x01" + subtree(part[:split]) + subtree(part[split:])).digest()

    return subtree(leaves).hex() if leaves else VIDE


def draw_population(chance: random.Random, size: int) -> list[Person]:
    def often() -> bool:
        return chance.random() < 0.7

    return [Person(often(), often(), often(), often(), often()) for _ in range(size)]


def naive_leaf(person: Person, number: int, dmp: str) -> bytes:
    flags = 0
    flags += 1 if person.eligible else 0
    flags += 2 if person.actif else 0
    flags += 4 if person.actif and person.projet else 0
    flags += 8 if person.actif and person.agenda else 0
    flags += 16 if person.depot and (person.eligible or dmp == "sans_condition") else 0
    return flags.to_bytes(2) + hashlib.sha256(b"detail %d" % number).digest()


def draw_events(chance: random.Random, number: int) -> list[tuple[int, date]]:
    return [(chance.randint(1, 7), DEBUT + timedelta(chance.randrange(92))) for _ in range(number)]


def naive_counts(population: list[Person], events: list[tuple[int, date]], dmp: str) -> dict[str, int]:
    of = Counter(relation for relation, _ in events)
    if dmp == "sans_condition":
        alimentes = len([p for p in population if p.depot]) + of[7]
    else:
        alimentes = len([p for p in population if p.depot and p.eligible])
    return {
        "personnes_accompagnees": len(population),
        "personnes_eligibles": len([p for p in population if p.eligible]),
        "dossiers_actifs": len([p for p in population if p.actif]),
        "dossiers_actifs_projet": len([p for p in population if p.actif and p.projet]),
        "dossiers_actifs_agenda": len([p for p in population if p.actif and p.agenda]),
        "messages_mss": of[1] + of[2] + of[3],
        "dmp_alimentes": alimentes,
        "documents_dmp": of[4],
        "prescriptions_importees": of[5],
        "echanges_eparcours": of[6],
    }


@pytest.mark.parametrize("dmp", ["accompagnees_eligibles", "sans_condition"])
@pytest.mark.parametrize(("seed", "size"), [(1, 0), (2, 1), (3, 2), (4, 37), (5, 64), (6, 65), (7, 500)])
def test_leaves_give_back_every_count(seed: int, size: int, dmp: str, reglages_of: Callable[[str], Reglages]) -> None:
    chance = random.Random(seed)
    population, events = draw_population(chance, size), draw_events(chance, size * 3)
    leaves = sorted((naive_leaf(p, i, dmp) for i, p in enumerate(population)), key=lambda one: one[2:])
    days = sorted(Counter(events).items())

    result = recount(
        b"".join(leaves),
        [FeuilleJour(RelationJour(relation), day, number) for (relation, day), number in days],
        reglages_of(dmp),
    )

    assert {compte.value: number for compte, number in result.comptes.items()} == naive_counts(population, events, dmp)
    assert list(result.comptes) == list(Compte)
    assert result.messages_mss_professionnels == len([1 for relation, _ in events if relation == 1])
    assert result.messages_mss_usagers == len([1 for relation, _ in events if relation == 2])
    assert (result.feuilles, result.feuilles_jours) == (size, len(days))
    assert result.racine == naive_root(leaves)
    assert result.racine_jours == naive_root(
        [bytes([relation]) + day.toordinal().to_bytes(4) + number.to_bytes(8) for (relation, day), number in days]
    )


def test_an_establishment_with_nobody(reglages_of: Callable[[str], Reglages]) -> None:
    result = recount(b"", [], reglages_of("accompagnees_eligibles"))
    assert set(result.comptes.values()) == {0}
    assert (result.feuilles, result.racine, result.feuilles_jours, result.racine_jours) == (0, VIDE, 0, VIDE)


def test_a_dmp_of_a_person_who_is_not_eligible(reglages_of: Callable[[str], Reglages]) -> None:
    squelette = leaf(DrapeauFeuille.DMP, b"detail")
    assert recount(squelette, [], reglages_of("sans_condition")).comptes[Compte.DMP_ALIMENTES] == 1
    with pytest.raises(ReportError) as refused:
        recount(squelette, [], reglages_of("accompagnees_eligibles"))
    assert refused.value.code == "preuve_squelette"


def test_wrong_leaves_are_refused_not_counted(reglages_of: Callable[[str], Reglages]) -> None:
    one, day = leaf(1, b"detail"), FeuilleJour(RelationJour.PRESCRIPTIONS, DEBUT, 3)
    for squelette, jours, code in ((one + one, [day], "preuve_squelette"), (one, [day, day], "preuve_jours")):
        with pytest.raises(ReportError) as refused:
            recount(squelette, jours, reglages_of("sans_condition"))
        assert refused.value.code == code
