"""The identity map: merged files, and two programs that know one person under two identifiers.

A map may be as large as the DUI, so it is spooled in parts by identifier, and one part is in memory at a time. Only
identifiers that are both joined and a master (chains) are held; so a loop, all of whose members are, is always found.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Self

from temoin_sdk.errors import MappingError
from temoin_sdk.gathering.spool import Block, Kind, Row, Spool

Identity = tuple[str, str]
"""(espace, usager), both settled as text."""

HELD: Final = 100_000
"""Rows of a spool of the map that wait in memory: some thirty megabytes."""

_PARTS: Final = tuple(f"{number:02x}" for number in range(64))


def resolve_identities(pairs: Iterable[tuple[Identity, Identity]]) -> dict[Identity, Identity]:
    """Every identifier to its final master, all in memory; a cycle or two masters for one is refused."""
    direct: dict[Identity, Identity] = {}
    _add(direct, pairs)
    return {one: _follow(one, direct) for one in direct}


class SpooledPairs:
    """The pairs of one source, as they come."""

    def __init__(self, folder: Path) -> None:
        self.spool = Spool(folder, "", HELD)

    def add(self, pairs: Iterable[tuple[Identity, Identity]]) -> Self:
        """Take them all. Raises StorageError, and what reading them raises."""
        joined, masters = self.spool.waiting(Kind.IDENTITE), self.spool.waiting(Kind.MAITRE)
        for one, master in pairs:
            if one != master:
                joined[_part(one)].append((*one, *master))
                masters[_part(master)].append(master)
                self.spool.added(2)
        self.spool.flush()
        return self

    def __bool__(self) -> bool:
        return self.spool.rows > 0


class IdentityMap:
    """The pairs of every source together. Raises MappingError for a cycle or two masters of one identifier."""

    def __init__(self, sources: Iterable[SpooledPairs]) -> None:
        self._spools = [pairs.spool for pairs in sources if pairs]
        self._links: dict[Identity, Identity] = {}
        for part in _PARTS if self._spools else ():
            masters: set[Identity] = set()
            direct = self._part(part, masters)
            self._links.update((one, direct[one]) for one in masters if one in direct)
        for one in self._links:
            _follow(one, self._links)

    def __bool__(self) -> bool:
        return bool(self._spools)

    def share(self, persons: Iterable[tuple[str, Iterable[Block]]], asked: Spool, shared: Spool) -> None:
        """Put into `shared`, by establishment, what the map says of the persons in the blocks of each.

        `asked` is a spool of its own, for the persons by part of the map.
        """
        for finess, blocks in persons:
            for espace, rows in _persons(blocks):
                waiting = asked.waiting(Kind.MAITRE)
                for row in rows:
                    waiting[_part((espace, row[0]))].append((finess, espace, row[0]))
                asked.added(len(rows))
        asked.flush()
        for part in _PARTS:
            direct = self._part(part, set())
            for finess, *one in _rows(asked, part) if direct else ():
                master = direct.get((one[0], one[1]))
                if master is not None:
                    shared.waiting(Kind.IDENTITE)[finess].append((*one, *_follow(master, self._links)))
                    shared.added(1)
        shared.flush()

    def _part(self, part: str, masters: set[Identity]) -> dict[Identity, Identity]:
        """Pairs of a part; masters of the same part are added to `masters`."""
        direct: dict[Identity, Identity] = {}
        for spool in self._spools:
            for block in spool.blocks(part):
                kind, rows = block.read()
                if kind is Kind.MAITRE:
                    masters.update(rows)
                else:
                    _add(direct, (((a, b), (c, d)) for a, b, c, d in rows))
        return direct


def read_masters(blocks: Iterable[Block]) -> dict[Identity, Identity]:
    """What was shared with one establishment: each of its joined identifiers to its final master."""
    return {(a, b): (c, d) for block in blocks for a, b, c, d in block.read()[1]}


def _persons(blocks: Iterable[Block]) -> Iterator[tuple[str, list[Row]]]:
    for block in blocks:
        kind, rows = block.read()
        if kind is Kind.PERSONNE:
            yield block.espace, rows


def _rows(spool: Spool, part: str) -> Iterator[Any]:
    for block in spool.blocks(part):
        yield from block.read()[1]


def _part(one: Identity) -> str:
    return _PARTS[hash(one) & 63]


def _add(direct: dict[Identity, Identity], pairs: Iterable[tuple[Identity, Identity]]) -> None:
    for one, master in pairs:
        if one != master and direct.setdefault(one, master) != master:
            raise _error("Un identifiant est réuni à deux usagers différents.", "identites_contradictoires")


def _follow(one: Identity, direct: Mapping[Identity, Identity]) -> Identity:
    seen = {one}
    current = one
    while current in direct:
        current = direct[current]
        if current in seen:
            raise _error("Des identifiants se désignent en boucle comme réunis.", "identites_boucle")
        seen.add(current)
    return current


def _error(message: str, code: str) -> MappingError:
    return MappingError(
        message,
        remede="Corriger la relation identites du plugin : un seul maître par identifiant, des chaînes qui finissent.",
        ou="relation identites",
        code=code,
    )
