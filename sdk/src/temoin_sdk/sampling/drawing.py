"""Which leaves to open: a draw that nobody can steer and everybody can redo.

    graine = SHA-256( « temoin/tirage/1 » ‖ empreinte_jws ‖ secret ‖ root of the first checkpoint after the report )

The report is fixed before the checkpoint, and the checkpoint before the secret is told: the gestionnaire cannot choose
the leaves, and neither can the ARS, which committed to its secret (`engagement_secret`) beforehand. All parts have a
fixed size, so that no two draws have the same bytes.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from temoin_sdk.evidence.leaves import DIGEST_SIZE, drapeaux_of, split_squelette

_TIRAGE: Final = b"temoin/tirage/1"
_SECRET: Final = b"temoin/tirage/secret/1"
_WORD: Final = 8


def draw_seed(empreinte_jws: bytes, secret: bytes, racine: bytes) -> bytes:
    """The seed of every draw of one audit, from three values of 32 bytes each; ValueError for another size."""
    parts = (empreinte_jws, secret, racine)
    if any(len(part) != DIGEST_SIZE for part in parts):
        raise ValueError(f"digest, secret and root are {DIGEST_SIZE} bytes each")
    return hashlib.sha256(_TIRAGE + b"".join(parts)).digest()


def engagement_secret(secret: bytes) -> str:
    """What is published of the secret before the draw: hex SHA-256 of `temoin/tirage/secret/1` and the secret."""
    if len(secret) != DIGEST_SIZE:
        raise ValueError(f"the secret is {DIGEST_SIZE} bytes")
    return hashlib.sha256(_SECRET + secret).hexdigest()


def draw(graine: bytes, contexte: str, population: int, nombre: int) -> tuple[int, ...]:
    """`nombre` different ranks from 0 to `population` - 1, in the order they were drawn.

    `contexte` (establishment and indicator) makes each draw of an audit independent of the others. Words of 64 bits,
    big-endian, come from SHA-256(graine ‖ u32 size of contexte ‖ contexte ‖ u64 counter), four from each; one that
    would favour small ranks is rejected. Ranks follow from them by a shuffle cut short (Fisher-Yates).
    """
    if len(graine) != DIGEST_SIZE or not 0 <= nombre <= population:
        raise ValueError(f"cannot draw {nombre} of {population}")
    words = _words(graine, contexte.encode("utf-8"))
    moved: dict[int, int] = {}
    drawn = []
    for place in range(nombre):
        chosen = place + _below(population - place, words)
        drawn.append(moved.get(chosen, chosen))
        moved[chosen] = moved.get(place, place)
    return tuple(drawn)


def _words(graine: bytes, contexte: bytes) -> Iterator[int]:
    head, counter = graine + len(contexte).to_bytes(4, "big") + contexte, 0
    while True:
        block = hashlib.sha256(head + counter.to_bytes(8, "big")).digest()
        for start in range(0, DIGEST_SIZE, _WORD):
            yield int.from_bytes(block[start : start + _WORD], "big")
        counter += 1


def _below(bound: int, words: Iterator[int]) -> int:
    """A number below `bound`, each as likely as any other."""
    limit = (1 << 64) - (1 << 64) % bound
    return next(word for word in words if word < limit) % bound


def draw_leaves(
    graine: bytes, finess: str, code: str, squelette: bytes, drapeau: int, nombre: int
) -> tuple[tuple[int, str], ...]:
    """The leaves to open for one indicator: rank from 1 in the squelette, and hash, of `nombre` that carry `drapeau`.

    The context of the draw is `<finess>/<code of the indicator>`. Raises ReportError for a wrong squelette.
    """
    bearing = [
        (rank, leaf[2:].hex()) for rank, leaf in enumerate(split_squelette(squelette), 1) if drapeaux_of(leaf) & drapeau
    ]
    return tuple(bearing[chosen] for chosen in draw(graine, f"{finess}/{code}", len(bearing), nombre))
