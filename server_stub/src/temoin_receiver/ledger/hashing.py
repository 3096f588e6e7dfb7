"""The whole tree hashed again from the bytes of its entries, and compared with everything that was kept of it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, LargeBinary, Select, Table, cast, func, select

from temoin_receiver.ledger.published import Published
from temoin_receiver.storage.tables import entrees, noeuds, tetes
from temoin_sdk.envelope import PrivateKey
from temoin_sdk.errors import TemoinError
from temoin_sdk.ledger import EMPTY_ROOT, hash_leaf, hash_nodes


class _Tree:
    """The right edge of a growing tree: whole subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[tuple[int, bytes]] = []

    def add(self, octets: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Level, rank and hash of each subtree that this entry completes, from level 1."""
        level, found = 0, hash_leaf(octets)
        while self._edge and self._edge[-1][0] == level:
            found = hash_nodes(self._edge.pop()[1], found)
            level += 1
            yield level, self.size >> level, found
        self._edge.append((level, found))
        self.size += 1

    def root(self) -> bytes:
        if not self._edge:
            return EMPTY_ROOT
        found = self._edge[-1][1]
        for _, left in reversed(self._edge[:-1]):
            found = hash_nodes(left, found)
        return found


def read_all(table: Table) -> Select[Any]:
    """Every column of every row; bytes are bytes even where somebody has put a text."""
    binary = {column.name for column in table.columns if isinstance(column.type, LargeBinary)}
    return select(*(cast(one, LargeBinary).label(one.name) if one.name in binary else one for one in table.columns))


def find_hash_faults(connection: Connection, publiee: Published, cle: PrivateKey) -> Iterator[str]:
    """Every difference between the entries and the hashes, heads and published head, as French sentences."""
    published, faults = _published(publiee, cle)
    yield from faults
    heads = {int(row.taille): bytes(row.racine) for row in connection.execute(read_all(tetes))}
    tree, complete = _Tree(), 0
    for row in connection.execute(read_all(entrees).order_by(entrees.c.rang)):
        if row.rang != tree.size:
            yield f"registre, entrée {tree.size} : elle manque"
            return  # every hash beyond would differ
        for level, rank, found in tree.add(bytes(row.octets)):
            complete += 1
            if _node(connection, level, rank) != found:
                yield f"registre, entrée {row.rang} : l'empreinte gardée de {2**level} entrées n'est pas la leur"
        if heads.get(tree.size, tree.root()) != tree.root():
            yield f"registre, tête de {tree.size} entrées : sa racine n'est pas celle des entrées"
        if published is not None and published[0] == tree.size and published[1] != tree.root():
            yield f"registre, tête publiée ({tree.size} entrées) : sa racine n'est pas celle de cette base"
    if max(heads, default=0) != tree.size:
        yield f"registre : la dernière tête couvre {max(heads, default=0)} entrées, la base en contient {tree.size}"
    if connection.execute(select(func.count()).select_from(noeuds)).scalar_one() != complete:
        yield "registre : le nombre d'empreintes gardées n'est pas celui de cet arbre"
    if published is not None and published[0] > tree.size:
        yield f"registre : {published[0]} entrées ont été publiées, la base n'en contient que {tree.size}"


def _node(connection: Connection, level: int, rank: int) -> bytes | None:
    query = select(cast(noeuds.c.empreinte, LargeBinary)).where(noeuds.c.niveau == level, noeuds.c.rang == rank)
    found = connection.execute(query).scalar()
    return None if found is None else bytes(found)


def _published(publiee: Published, cle: PrivateKey) -> tuple[tuple[int, bytes] | None, list[str]]:
    try:
        found = publiee.read(cle)
    except TemoinError as error:
        return None, [f"registre, tête publiée : {error.message}"]
    if found is None:
        return None, [f"registre, tête publiée : le fichier {publiee.path} manque"]
    return (found.taille, found.racine), []
