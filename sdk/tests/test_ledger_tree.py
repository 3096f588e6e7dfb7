"""Proofs of the ledger, compared with the definitions of RFC 6962 written as they are read, for every small tree."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temoin_sdk.errors import EnvelopeError
from temoin_sdk.ledger import (
    EMPTY_ROOT,
    consistency_path,
    hash_leaf,
    hash_nodes,
    inclusion_path,
    root_of,
    verify_consistency,
    verify_inclusion,
)

LARGEST = 33


def mth(entries: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(entries) == 1:
        return []
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2."""
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m <= k:
        return [*subproof(m, entries[:k], whole=whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], whole=False), mth(entries[:k])]


ENTRIES = [f"entrée {rank}".encode() for rank in range(LARGEST)]
ROOTS = [mth(ENTRIES[:size]) for size in range(LARGEST + 1)]


def subtree(first: int, last: int) -> bytes:
    return mth(ENTRIES[first:last])


def test_the_roots_are_those_that_certificate_transparency_publishes() -> None:
    hexes = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    entries = [bytes.fromhex(text) for text in hexes]
    assert mth(entries).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert root_of(lambda first, last: mth(entries[first:last]), 8) == mth(entries)
    assert root_of(subtree, 0) == EMPTY_ROOT == mth([])
    assert hash_nodes(hash_leaf(entries[0]), hash_leaf(entries[1])) == mth(entries[:2])


def test_every_entry_of_every_small_tree_is_proven() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = inclusion_path(subtree, index, size)
            assert proof == path(index, ENTRIES[:size])
            verify_inclusion(ENTRIES[index], index, size, proof, ROOTS[size])


def test_every_pair_of_small_trees_is_proven() -> None:
    for larger in range(1, LARGEST + 1):
        for smaller in range(larger + 1):
            proof = consistency_path(subtree, smaller, larger)
            if 0 < smaller < larger:
                assert proof == subproof(smaller, ENTRIES[:larger], whole=True)
            verify_consistency(smaller, larger, proof, ROOTS[smaller], ROOTS[larger])


@given(st.data())
def test_an_entry_is_proven_nowhere_else_and_by_no_other_path(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, LARGEST))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_path(subtree, index, size)
    elsewhere = data.draw(st.integers(0, size - 1).filter(lambda one: one != index))
    with pytest.raises(EnvelopeError):
        verify_inclusion(ENTRIES[index], elsewhere, size, proof, ROOTS[size])
    with pytest.raises(EnvelopeError):
        verify_inclusion(ENTRIES[elsewhere], index, size, proof, ROOTS[size])
    with pytest.raises(EnvelopeError):
        verify_inclusion(ENTRIES[index], index, size, altered(data, proof), ROOTS[size])


@given(st.data())
def test_a_tree_that_was_rewritten_is_never_consistent(data: st.DataObject) -> None:
    larger = data.draw(st.integers(2, LARGEST))
    smaller = data.draw(st.integers(1, larger - 1))
    rewritten = data.draw(st.integers(0, smaller - 1))
    entries = [b"autre" if rank == rewritten else entry for rank, entry in enumerate(ENTRIES[:larger])]
    forged = consistency_path(lambda first, last: mth(entries[first:last]), smaller, larger)
    with pytest.raises(EnvelopeError):
        verify_consistency(smaller, larger, forged, ROOTS[smaller], mth(entries))
    proof = consistency_path(subtree, smaller, larger)
    with pytest.raises(EnvelopeError):
        verify_consistency(smaller, larger, altered(data, proof), ROOTS[smaller], ROOTS[larger])
    with pytest.raises(EnvelopeError):
        verify_consistency(smaller, larger, proof, ROOTS[larger], ROOTS[larger])


def altered(data: st.DataObject, proof: list[bytes]) -> list[bytes]:
    """A path that differs by one hash: changed, too many, missing, or of another size."""
    kind = data.draw(st.sampled_from(["changed", "more", "fewer", "short"] if proof else ["more"]))
    at = data.draw(st.integers(0, max(len(proof) - 1, 0)))
    match kind:
        case "changed":
            return [*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :]]
        case "more":
            return [*proof[:at], bytes(32), *proof[at:]]
        case "fewer":
            return [*proof[:at], *proof[at + 1 :]]
        case _:
            return [*proof[:at], proof[at][:31], *proof[at + 1 :]]


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_an_index_outside_of_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no entry"):
        inclusion_path(subtree, index, size)
    with pytest.raises(EnvelopeError) as refused:
        verify_inclusion(ENTRIES[0], index, size, [], ROOTS[size])
    assert refused.value.code == "registre_preuve_taille"


def test_sizes_that_go_back_are_refused() -> None:
    with pytest.raises(ValueError, match="does not hold"):
        consistency_path(subtree, 4, 3)
    with pytest.raises(EnvelopeError) as refused:
        verify_consistency(4, 3, [], ROOTS[4], ROOTS[3])
    assert refused.value.code == "registre_preuve_taille"


def test_two_heads_of_one_size_must_be_one_head() -> None:
    with pytest.raises(EnvelopeError) as refused:
        verify_consistency(3, 3, [], ROOTS[3], ROOTS[4])
    assert refused.value.code == "registre_coherence"
    with pytest.raises(EnvelopeError):
        verify_consistency(0, 3, [], ROOTS[1], ROOTS[3])
