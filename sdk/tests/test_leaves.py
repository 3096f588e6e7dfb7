"""Leaves and détails: bytes that do not move, and nothing else is read."""

import hashlib
import struct
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temoin_sdk.errors import ReportError
from temoin_sdk.evidence import (
    Detail,
    DrapeauFeuille,
    FeuilleJour,
    decode_detail,
    encode_detail,
    encode_feuille_jour,
    leaf,
)
from temoin_sdk.evidence.leaves import DETAIL_SIZE, LEAF_SIZE, check_jours, drapeaux_of, split_squelette
from temoin_sdk.vocabulary import MotifNonEligible, RelationJour, StatutProjet


def digest_of(one: bytes) -> bytes:
    return one[2:]


DETAIL = Detail(
    pseudonyme=bytes(range(32)),
    sel=bytes(range(32, 64)),
    jour_maj=date(2026, 10, 31),
    jour_evenement=None,
    jour_depot=date(2026, 8, 1),
    projet=StatutProjet.EN_PREPARATION,
    motif=MotifNonEligible.SEJOUR_BREF,
)
days = st.none() | st.dates()
details = st.builds(
    Detail,
    pseudonyme=st.binary(min_size=32, max_size=32),
    sel=st.binary(min_size=32, max_size=32),
    jour_maj=days,
    jour_evenement=days,
    jour_depot=days,
    projet=st.none() | st.sampled_from(StatutProjet),
    motif=st.none() | st.sampled_from(MotifNonEligible),
)


def test_a_detail_is_79_bytes_that_do_not_move() -> None:
    octets = encode_detail(DETAIL)
    assert len(octets) == DETAIL_SIZE == 79
    expected = "01" + bytes(range(64)).hex() + f"{739920:08x}" + "00000000" + f"{739829:08x}" + "04" + "04"
    assert octets.hex() == expected


@given(details)
def test_a_detail_is_read_as_it_was_written(detail: Detail) -> None:
    assert decode_detail(encode_detail(detail)) == detail


@given(octets=st.binary(min_size=79, max_size=79))
def test_what_is_read_has_one_spelling(octets: bytes) -> None:
    try:
        detail = decode_detail(b"\x01" + octets[1:65] + bytes([0, octets[66] % 64]) + octets[67:])
    except ReportError:
        return
    assert encode_detail(detail)[65:] == bytes([0, octets[66] % 64]) + octets[67:]


@pytest.mark.parametrize(
    ("position", "octets"),
    [
        (0, b"\x00"),
        (0, b"\x02"),
        (65, b"\xff\xff\xff\xff"),
        (69, (date.max.toordinal() + 1).to_bytes(4)),
        (73, b"\x80\x00\x00\x00"),
        (77, b"\x06"),
        (78, b"\x07"),
    ],
)
def test_a_detail_that_means_nothing_is_refused(position: int, octets: bytes) -> None:
    whole = encode_detail(DETAIL)
    with pytest.raises(ReportError) as refused:
        decode_detail(whole[:position] + octets + whole[position + len(octets) :])
    assert refused.value.code == "preuve_detail"
    assert refused.value.remede


@pytest.mark.parametrize("octets", [b"", encode_detail(DETAIL)[:-1], encode_detail(DETAIL) + b"\x00"])
def test_a_detail_of_another_size_is_refused(octets: bytes) -> None:
    with pytest.raises(ReportError) as refused:
        decode_detail(octets)
    assert refused.value.code == "preuve_detail"


@pytest.mark.parametrize("size", [0, 31, 33])
def test_half_a_pseudonym_is_never_encoded(size: int) -> None:
    for pseudonyme, sel in ((bytes(size), bytes(32)), (bytes(32), bytes(size))):
        with pytest.raises(ValueError, match="32 bytes"):
            encode_detail(Detail(pseudonyme, sel, None, None, None, None, None))


def test_a_leaf_is_flags_and_a_hash() -> None:
    flags = DrapeauFeuille.ELIGIBLE | DrapeauFeuille.ACTIF | DrapeauFeuille.AGENDA
    one = leaf(flags, b"detail")
    assert one == b"\x00\x0b" + hashlib.sha256(b"detail").digest()
    assert one == leaf(11, b"detail")
    assert len(one) == LEAF_SIZE == 34
    assert drapeaux_of(one) == flags


@pytest.mark.parametrize("flags", range(-2, 70))
def test_only_flags_that_agree_make_a_leaf(flags: int) -> None:
    projet_or_agenda, actif = bool(flags & 12), bool(flags & 2)
    possible = 0 <= flags < 32 and (actif or not projet_or_agenda)
    if possible:
        assert leaf(flags, b"")[:2] == struct.pack(">H", flags)
    else:
        with pytest.raises(ValueError, match="flags"):
            leaf(flags, b"")


def test_a_squelette_splits_into_its_leaves() -> None:
    leaves = [leaf(flags, bytes([flags])) for flags in (0, 1, 2, 3, 31)]
    leaves.sort(key=digest_of)
    assert split_squelette(b"".join(leaves)) == leaves
    assert split_squelette(b"") == []


def test_a_squelette_that_is_not_one_is_refused() -> None:
    leaves = [leaf(1, b"a"), leaf(3, b"b")]
    leaves.sort(key=digest_of)
    one, two = leaves
    for octets, word in (
        (one[:-1], "coupé"),
        (one + b"\x00", "coupé"),
        (two + one, "feuille 2"),
        (one + one, "feuille 2"),
        # The same détail under other flags is one person counted twice.
        (one + b"\x00\x02" + one[2:], "feuille 2"),
        (b"\x00\x04" + one[2:] + two, "feuille 1"),
        (b"\x80\x01" + one[2:], "feuille 1"),
    ):
        with pytest.raises(ReportError, match=word) as refused:
            split_squelette(octets)
        assert refused.value.code == "preuve_squelette"


def test_a_day_leaf_is_13_bytes_that_do_not_move() -> None:
    feuille = FeuilleJour(RelationJour.PRESCRIPTIONS, date(2026, 10, 31), 258)
    assert encode_feuille_jour(feuille).hex() == "05" + f"{739920:08x}" + "0000000000000102"


@given(relation=st.sampled_from(RelationJour), jour=st.dates(), nombre=st.integers(1, 2**53 - 1))
def test_a_day_leaf_can_be_read_by_anyone(relation: RelationJour, jour: date, nombre: int) -> None:
    octets = encode_feuille_jour(FeuilleJour(relation, jour, nombre))
    assert struct.unpack(">BIQ", octets) == (relation, jour.toordinal(), nombre)


@pytest.mark.parametrize("nombre", [0, -1, 2**53])
def test_a_day_leaf_counts_something(nombre: int) -> None:
    with pytest.raises(ValueError, match="2\\^53"):
        FeuilleJour(RelationJour.PRESCRIPTIONS, date(2026, 10, 31), nombre)


def test_day_leaves_stand_in_order_one_for_each_day() -> None:
    day = date(2026, 10, 1)
    one = FeuilleJour(RelationJour.MESSAGES_MSS_USAGER, day, 5)
    later = FeuilleJour(RelationJour.MESSAGES_MSS_USAGER, day + timedelta(1), 1)
    other = FeuilleJour(RelationJour.DOCUMENTS_DMP, day - timedelta(9), 1)
    check_jours([])
    check_jours([one, later, other])
    twice = FeuilleJour(one.relation, one.jour, 6)
    for wrong in ([later, one], [other, one], [one, one], [one, twice]):
        with pytest.raises(ReportError, match="messages_mss_usager du 2026-10-01") as refused:
            check_jours(wrong)
        assert refused.value.code == "preuve_jours"
