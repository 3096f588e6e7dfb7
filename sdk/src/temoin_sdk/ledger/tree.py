"""Proofs in a tree of RFC 6962 (section 2.1): that it holds an entry, and that a larger one only adds to a smaller.

Building asks for hashes of whole subtrees by `Subtree`, so that whoever keeps a tree may keep them as it likes; sizes
of proofs are logarithmic. Verifying believes nothing: a hash that is not 32 bytes, a proof longer or shorter than the
sizes allow, an index outside of the tree are refused.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NoReturn

from temoin_sdk.errors import EnvelopeError

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = hashlib.sha256().digest()

_LONG: Final = "La preuve est plus longue que la taille du registre ne le permet."
_SHORT: Final = "La preuve est plus courte que la taille du registre ne le demande."

Subtree = Callable[[int, int], bytes]
"""The root of the entries from the first index to the one before the last: always a full subtree, or the right edge."""


def hash_leaf(entry: bytes) -> bytes:
    """The hash of an entry: under another prefix than a node's, so that neither passes for the other."""
    return hashlib.sha256(b"\x00" + entry).digest()


def hash_nodes(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below `size`: how many entries the left subtree holds."""
    return 1 << (size - 1).bit_length() - 1


def root_of(subtree: Subtree, size: int) -> bytes:
    """The root of the first `size` entries."""
    return EMPTY_ROOT if size == 0 else subtree(0, size)


def inclusion_path(subtree: Subtree, index: int, size: int) -> list[bytes]:
    """The siblings of an entry from the leaf up to below the root. ValueError for an index that is not in the tree."""
    if not 0 <= index < size:
        raise ValueError(f"no entry {index} in a tree of {size}")
    path: list[bytes] = []
    first, last = 0, size
    while last - first > 1:
        middle = first + split(last - first)
        if index < middle:
            path.append(subtree(middle, last))
            last = middle
        else:
            path.append(subtree(first, middle))
            first = middle
    return path[::-1]


def consistency_path(subtree: Subtree, smaller: int, larger: int) -> list[bytes]:
    """What shows that the first `smaller` entries of a tree of `larger` are a tree of their own. ValueError if not."""
    if not 0 <= smaller <= larger:
        raise ValueError(f"a tree of {larger} does not hold one of {smaller}")
    if smaller in (0, larger):
        return []
    path: list[bytes] = []
    first, last, whole = 0, larger, True
    while smaller != last:
        middle = first + split(last - first)
        if smaller <= middle:
            path.append(subtree(middle, last))
            last = middle
        else:
            path.append(subtree(first, middle))
            first, whole = middle, False
    if not whole:
        path.append(subtree(first, last))
    return path[::-1]


def verify_inclusion(entry: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Believe that the tree of `size` entries and this root holds `entry` at `index`, or raise EnvelopeError.

    Codes: `registre_preuve_taille` (index, lengths) and `registre_inclusion` (another root). RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size:
        _refuse("preuve_taille", f"L'entrée {index} n'est pas dans un registre de {size} entrées.")
    _check_hashes(path, root)
    found = hash_leaf(entry)
    for sibling, on_the_left in _climb(index, size - 1, path):
        found = hash_nodes(sibling, found) if on_the_left else hash_nodes(found, sibling)
    if found != root:
        _refuse("inclusion", "Cette entrée n'est pas dans le registre : la preuve mène à une autre racine.")


def verify_consistency(smaller: int, larger: int, path: Sequence[bytes], old: bytes, new: bytes) -> None:
    """Believe that a tree of `larger` entries only adds to one of `smaller`, or raise EnvelopeError.

    Codes: `registre_preuve_taille` (sizes, lengths) and `registre_coherence` (another root). RFC 9162, 2.1.4.2.
    """
    if not 0 <= smaller <= larger:
        _refuse("preuve_taille", f"Un registre de {larger} entrées ne prolonge pas un registre de {smaller}.")
    _check_hashes(path, old, new)
    if smaller in (0, larger):
        if path:
            _refuse("preuve_taille", _LONG)
        if old != (new if smaller else EMPTY_ROOT):
            _refuse("coherence", "Deux registres de même taille ont des racines différentes : l'un a été réécrit.")
        return
    is_subtree = smaller & (smaller - 1) == 0
    hashes = [old, *path] if is_subtree else list(path)
    if not hashes:
        _refuse("preuve_taille", _SHORT)
    full = (
        smaller & -smaller
    ).bit_length() - 1  # levels below which the last entry of the smaller tree is a right child
    earlier = later = hashes[0]
    for sibling, on_the_left in _climb((smaller - 1) >> full, (larger - 1) >> full, hashes[1:]):
        if on_the_left:
            earlier, later = hash_nodes(sibling, earlier), hash_nodes(sibling, later)
        else:
            later = hash_nodes(later, sibling)
    if earlier != old or later != new:
        _refuse("coherence", "Le registre n'est pas la suite de celui d'avant : des entrées ont été réécrites.")


def _climb(node: int, last: int, path: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each sibling on the way up from a node, and whether it stands on the left; `last` is the last node of its level.

    Refuses a path that does not end at the root, whichever way it fails to.
    """
    for sibling in path:
        if last == 0:
            _refuse("preuve_taille", _LONG)
        on_the_left = node % 2 == 1 or node == last
        yield sibling, on_the_left
        if on_the_left:
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    if last != 0:
        _refuse("preuve_taille", _SHORT)


def _check_hashes(path: Sequence[bytes], *roots: bytes) -> None:
    if any(len(one) != HASH_SIZE for one in (*path, *roots)):
        _refuse("preuve_taille", f"Une empreinte du registre fait {HASH_SIZE} octets.")


def _refuse(rule: str, message: str) -> NoReturn:
    raise EnvelopeError(
        message,
        remede="Garder ce fichier et le montrer aux deux parties : le registre du récepteur est à vérifier.",
        code=f"registre_{rule}",
    )
