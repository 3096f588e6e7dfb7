"""How many records to open and which: against the definition, against probabilities summed one by one, and vectors."""

from collections import Counter
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temoin_sdk.campaigns import load_campaign
from temoin_sdk.evidence import DrapeauFeuille
from temoin_sdk.sampling import draw, draw_seed, engagement_secret, sizes, smallest_sample
from temoin_sdk.sampling.drawing import _below
from temoin_sdk.vocabulary import Compte, Niveau

GRAINE = bytes(range(32))


def draw_by_hand(contexte: str, population: int, nombre: int) -> tuple[int, ...]:
    """From the description alone: a whole list shuffled from the left, its words read as they are said to be."""
    head = GRAINE + len(contexte).to_bytes(4, "big") + contexte.encode()
    stream = b"".join(sha256(head + counter.to_bytes(8, "big")).digest() for counter in range(100))
    words = [int.from_bytes(stream[at : at + 8], "big") for at in range(0, len(stream), 8)]
    ranks = list(range(population))
    for place in range(nombre):
        bound = population - place
        while (word := words.pop(0)) >= 2**64 - 2**64 % bound:
            pass
        other = place + word % bound
        ranks[place], ranks[other] = ranks[other], ranks[place]
    return tuple(ranks[:nombre])


def chance_of_no_defect(population: int, defects: int, drawn: int) -> Fraction:
    """One draw after the other, without any formula."""
    chance = Fraction(1)
    for done in range(drawn):
        good, left = population - defects - done, population - done
        chance *= Fraction(max(good, 0), left)
    return chance


@given(st.integers(1, 120), st.data())
def test_the_smallest_number_proves_and_one_less_does_not(population, data):
    marge = data.draw(st.integers(1, population - 1)) if population > 1 else 0
    found = smallest_sample(population, marge)
    if marge:
        assert chance_of_no_defect(population, marge + 1, found) <= Fraction(5, 100)
        assert chance_of_no_defect(population, marge + 1, found - 1) > Fraction(5, 100)
    else:
        assert found == population


@pytest.mark.parametrize(
    ("population", "marge", "expected"),
    [
        (113, 9, 29),
        (95, 5, 37),
        (1000, 50, 56),
        (100_000, 5_000, 59),
        (50, 0, 50),
        (50, 50, 0),
        (2, 1, 1),
        (0, 0, 0),
    ],
)
def test_known_numbers(population, marge, expected):
    assert smallest_sample(population, marge) == expected


@pytest.mark.parametrize(("population", "marge"), [(10, -1), (10, 11)])
def test_an_impossible_margin_is_refused(population, marge):
    with pytest.raises(ValueError, match="no margin"):
        smallest_sample(population, marge)


def test_each_indicator_says_how_many_or_why_none(figures_of, rapport_of):
    campagne = load_campaign("generalisation-2025").campagne
    rapport = rapport_of((figures_of(comptes={Compte.DOSSIERS_ACTIFS: 91, Compte.DOSSIERS_ACTIFS_AGENDA: 82}),))
    found = {one.code: one for one in sizes(rapport.etablissements[0], campagne.indicateurs)}
    actifs = found["taux_dossiers_actifs"]
    assert (actifs.drapeau, actifs.feuilles, actifs.requis, actifs.marge) == (DrapeauFeuille.ACTIF, 91, 90, 1)
    assert actifs.nombre == smallest_sample(91, 1) < 91
    agenda = found["taux_evenement_agenda"]
    assert (agenda.feuilles, agenda.requis, agenda.marge) == (82, 82, 0), "90 % of 91 is more than 81"
    assert agenda.nombre == 82, "no margin means all"
    assert (found["taux_projet_personnalise"].nombre, found["taux_projet_personnalise"].pourquoi) == (
        None,
        "la cible n'est pas déclarée atteinte",
    )
    assert "par jour" in str(found["taux_mss"].pourquoi)
    assert found["nb_dossiers_actifs"].pourquoi == "aucune cible à prouver"


def test_what_is_not_counted_from_facts_has_no_leaves_to_open(figures_of, source, rapport_of):
    campagne = load_campaign("generalisation-2025").campagne
    niveaux = {compte: Niveau.FAITS for compte in Compte if compte is not Compte.PRESCRIPTIONS_IMPORTEES}
    niveaux[Compte.DOSSIERS_ACTIFS] = Niveau.COMPTES
    sources = (source, source.model_copy(update={"source": "saisie", "niveau": Niveau.COMPTES}))
    rapport = rapport_of((figures_of(niveaux=niveaux),), sources=sources)
    found = {one.code: one for one in sizes(rapport.etablissements[0], campagne.indicateurs)}
    assert found["taux_dossiers_actifs"].nombre is None
    assert "n'est pas compté à partir de faits" in str(found["taux_dossiers_actifs"].pourquoi)


def test_the_seed_is_what_the_format_says():
    parts = (b"\x01" * 32, b"\x02" * 32, b"\x03" * 32)
    assert draw_seed(*parts) == sha256(b"temoin/tirage/1" + b"".join(parts)).digest()
    assert draw_seed(*parts).hex() == "4199b54ec20c5d860e8532f95da42543cb53a3b1dfc6fc480b79f83ffe9183c2"
    assert engagement_secret(parts[1]) == sha256(b"temoin/tirage/secret/1" + parts[1]).hexdigest()
    with pytest.raises(ValueError, match="32 bytes"):
        draw_seed(b"\x01" * 31, parts[1], parts[2])


@pytest.mark.parametrize(
    ("contexte", "population", "nombre", "expected"),
    [
        ("010780054/taux_dossiers_actifs", 113, 5, (85, 25, 89, 46, 33)),
        ("010780054/taux_evenement_agenda", 113, 5, (39, 60, 49, 9, 51)),
        ("2A0000154/taux_dossiers_actifs", 3, 3, (1, 0, 2)),
        ("2A0000154/taux_dossiers_actifs", 1, 1, (0,)),
        ("2A0000154/taux_dossiers_actifs", 5, 0, ()),
    ],
)
def test_vectors_of_the_draw(contexte, population, nombre, expected):
    assert draw(GRAINE, contexte, population, nombre) == draw_by_hand(contexte, population, nombre) == expected


def test_a_draw_of_all_is_the_whole_shuffle():
    assert draw(GRAINE, "x", 40, 40) == draw_by_hand("x", 40, 40)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 60), st.data())
def test_ranks_are_different_and_in_range(graine, population, data):
    nombre = data.draw(st.integers(0, population))
    found = draw(graine, "x", population, nombre)
    assert len(set(found)) == nombre
    assert all(0 <= rank < population for rank in found)


def test_no_rank_is_favoured():
    seen = Counter(draw(sha256(bytes([n % 256, n // 256])).digest(), "x", 10, 1)[0] for n in range(5000))
    assert set(seen) == set(range(10))
    assert max(seen.values()) - min(seen.values()) < 150


def test_a_word_that_would_favour_small_ranks_is_rejected():
    bound = 3 * 2**61
    assert _below(bound, iter((2**64 - 1, 5))) == 5


@pytest.mark.parametrize(("graine", "nombre"), [(b"short", 1), (GRAINE, 11), (GRAINE, -1)])
def test_an_impossible_draw_is_refused(graine, nombre):
    with pytest.raises(ValueError, match="cannot draw"):
        draw(graine, "x", 10, nombre)
