"""The tree whose root commits to leaves: RFC 6962, section 2.1 (SHA-256)."""

import hashlib
from collections.abc import Iterable

_LEAF = b"\x00"
_NODE = b"\x01"


def root(leaves: Iterable[bytes]) -> bytes:
    """The 32-byte root of `leaves` in the order given; SHA-256 of nothing when there are none.

    Leaves and nodes are hashed under different prefixes, so that no leaf can pass for a node.
    """
    sha256 = hashlib.sha256
    level = [sha256(_LEAF + leaf).digest() for leaf in leaves]
    if not level:
        return sha256().digest()
    while len(level) > 1:
        # A last node without a sibling goes up as it is: the same tree as the RFC's split at powers of two.
        alone = level[-1:] if len(level) % 2 else []
        level = [sha256(_NODE + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        level += alone
    return level[0]
