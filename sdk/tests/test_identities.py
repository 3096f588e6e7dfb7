"""The identity map on disk says what it would say in memory, of each establishment's persons and of no others."""

import random
import tracemalloc
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from temoin_sdk.errors import MappingError
from temoin_sdk.gathering.identities import Identity, IdentityMap, SpooledPairs, read_masters, resolve_identities
from temoin_sdk.gathering.spool import Kind, Spool

Pair = tuple[Identity, Identity]


class Maps:
    """Maps and persons spooled in one folder, closed at the end."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.stack = stack

    def map(self, *sources: Iterable[Pair]) -> IdentityMap:
        spooled = [SpooledPairs(self.folder) for _ in sources]
        for one in spooled:
            self.stack.enter_context(one.spool)
        return IdentityMap(one.add(pairs) for one, pairs in zip(spooled, sources, strict=True))

    def spool(self, espace: str = "") -> Spool:
        return self.stack.enter_context(Spool(self.folder, espace))

    def told(self, identities: IdentityMap, persons: dict[str, list[Identity]]) -> dict[str, dict[Identity, Identity]]:
        """What the map shares with each establishment."""
        spools = {espace: self.spool(espace) for espace in sorted({e for every in persons.values() for e, _ in every})}
        for finess, every in persons.items():
            for espace, usager in every:
                spools[espace].waiting(Kind.PERSONNE)[finess].append((usager, 1))
        for spool in spools.values():
            spool.flush()
        shared = self.spool()
        blocks = ((finess, [b for spool in spools.values() for b in spool.blocks(finess)]) for finess in persons)
        identities.share(blocks, self.spool(), shared)
        return {finess: read_masters(shared.blocks(finess)) for finess in persons}


@pytest.fixture
def maps(tmp_path: Path) -> Iterator[Maps]:
    with ExitStack() as stack:
        yield Maps(tmp_path, stack)


@pytest.mark.parametrize("seed", range(5))
def test_any_map_is_what_it_would_be_in_memory(maps: Maps, seed: int) -> None:
    """Chains of any length, over two sources and many parts; persons of the map, and others."""
    rng = random.Random(seed)
    known = [(rng.choice("ab"), str(number)) for number in range(3_000)]
    pairs = [(known[n], known[rng.randrange(n)]) for n in range(1, len(known)) if rng.random() < 0.7]
    persons = {f"F{n}": rng.sample(known, 400) for n in range(4)} | {"vide": [], "autre": [("c", "1")]}
    expected = resolve_identities(pairs)
    told = maps.told(maps.map(pairs[::2], pairs[1::2]), persons)
    assert told == {
        finess: {one: expected[one] for one in every if one in expected} for finess, every in persons.items()
    }


@pytest.mark.parametrize("length", [2, 3, 40])
def test_a_loop_is_refused_whatever_hangs_on_it(maps: Maps, length: int) -> None:
    loop = [(("a", str(n)), ("a", str((n + 1) % length))) for n in range(length)]
    tail = [(("b", str(n)), ("a", "0")) for n in range(50)]
    with pytest.raises(MappingError) as refused:
        maps.map(tail, loop)
    assert refused.value.code == "identites_boucle"


def test_two_masters_are_refused_even_from_two_sources(maps: Maps) -> None:
    one = ("a", "1")
    with pytest.raises(MappingError) as refused:
        maps.map([(one, ("b", "1"))], [(one, ("b", "2"))])
    assert refused.value.code == "identites_contradictoires"


def test_the_same_pair_twice_and_a_person_as_his_own_master_are_nothing(maps: Maps) -> None:
    pair = (("a", "1"), ("b", "1"))
    found = maps.told(maps.map([pair, pair, (("a", "2"), ("a", "2"))], [pair]), {"F": [("a", "1"), ("a", "2")]})
    assert found == {"F": {("a", "1"): ("b", "1")}}
    assert not maps.map([(("a", "2"), ("a", "2"))])


def test_memory_does_not_hold_the_map(maps: Maps) -> None:
    """Eighty thousand pairs would hold some forty megabytes."""
    tracemalloc.start()
    maps.map((("a", f"{n:032x}"), ("b", f"{n + 7:032x}")) for n in range(80_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000
