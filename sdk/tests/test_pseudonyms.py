"""Pseudonyms: the frame, field by field, and what it is bound to."""

import hashlib
import hmac
import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temoin_sdk.evidence import Pseudonymizer, engagement_cle
from temoin_sdk.windows import Fenetre

CLE = bytes(range(32))
FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def pseudonymizer(
    cle: bytes = CLE,
    ej: str = "010000024",
    finess: str = "010780054",
    projet: str = "projet-du-gave",
    fenetre: Fenetre = FENETRE,
) -> Pseudonymizer:
    return Pseudonymizer(cle, ej=ej, finess=finess, projet=projet, fenetre=fenetre)


def naive(espace: str, usager: str) -> bytes:
    fields = (
        "temoin/pseudonyme/1",
        "010000024",
        "010780054",
        "projet-du-gave",
        "2026-08-01",
        "2026-11-01",
        espace,
        usager,
    )
    frame = b"".join(len(field.encode()).to_bytes(4) + field.encode() for field in fields)
    return hmac.digest(CLE, frame, "sha512")


@given(st.lists(st.tuples(texts, texts), max_size=6))
def test_the_frame_is_the_one_described(persons: list[tuple[str, str]]) -> None:
    make = pseudonymizer()
    for espace, usager in persons:
        assert b"".join(make(espace, usager)) == naive(espace, usager)


def test_the_halves_do_not_move() -> None:
    # An audit years later makes the same pseudonym again: this value may never change.
    pseudonyme, sel = pseudonymizer()("cle.resident", "4217-é")
    assert pseudonyme.hex() == "fb182d0f59126ee9fa81f0a1ac663031ac3ae26b88c8578c29970a7f6cf43447"
    assert sel.hex() == "41780d34560ad80659d9cc67b81815a86789b0940d00aa15210c61a960f8bed2"


def test_a_pseudonym_is_bound_to_everything_around_it() -> None:
    makers = (
        pseudonymizer(),
        pseudonymizer(cle=bytes(32)),
        pseudonymizer(ej="010780054", finess="010000024"),
        pseudonymizer(finess="2A0000154"),
        pseudonymizer(projet="projet-du-gave-2"),
        pseudonymizer(fenetre=Fenetre(debut=date(2026, 8, 2), fin=date(2026, 11, 1))),
        pseudonymizer(fenetre=Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 2))),
    )
    persons = (("cle.resident", "42"), ("autre.resident", "42"), ("cle.resident", "43"))
    halves = [half for make, person in itertools.product(makers, persons) for half in make(*person)]
    assert len(set(halves)) == len(makers) * len(persons) * 2


def test_no_text_slides_from_one_field_to_the_next() -> None:
    make = pseudonymizer()
    assert len({make("ab", "c"), make("a", "bc"), make("", "abc"), make("abc", "")}) == 4


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_the_key_is_exactly_32_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        pseudonymizer(cle=bytes(size))
    with pytest.raises(ValueError, match="32 bytes"):
        engagement_cle(bytes(size))


def test_the_engagement_commits_to_the_key() -> None:
    assert engagement_cle(CLE) == hashlib.sha256(b"temoin/cle-pseudonyme/1" + CLE).hexdigest()
    assert engagement_cle(CLE) != engagement_cle(bytes(32))
