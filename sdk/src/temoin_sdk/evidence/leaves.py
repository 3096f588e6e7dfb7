"""What is committed about each person and each day, byte for byte.

A person's leaf is two bytes of flags and the SHA-256 of the détail, a fixed record that stays on site: all leaves of an
establishment (the squelette) give back every count and say nothing about anyone. A day's leaf holds a plain number, for
facts that belong to no person.
"""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntFlag
from functools import partial
from itertools import pairwise, starmap
from typing import NoReturn

from temoin_sdk.errors import ReportError
from temoin_sdk.figures import ENTIER_MAX
from temoin_sdk.vocabulary import MotifNonEligible, RelationJour, StatutProjet

DIGEST_SIZE = 32
LEAF_SIZE = 2 + DIGEST_SIZE
DETAIL_VERSION = 1

_DETAIL = struct.Struct(">B32s32sIIIBB")
_JOINED = struct.Struct(">B64sIIIBB")  # the same record, pseudonyme and sel given in one piece
_JOUR = struct.Struct(">BIQ")
_FLAGS = struct.Struct(">H")
_LAST_ORDINAL = date.max.toordinal()
_REMEDE = "Ne pas modifier ce fichier de preuve ; le restaurer depuis une sauvegarde, ou recalculer la mesure."

DETAIL_SIZE = _DETAIL.size


class DrapeauFeuille(IntFlag):
    """What is true of a personne accompagnée in the window; PROJET and AGENDA stand only together with ACTIF.

    DMP follows the campaign's counting rule: only with ELIGIBLE, unless deposits count `sans_condition`.
    """

    ELIGIBLE = 1
    ACTIF = 2
    PROJET = 4
    AGENDA = 8
    DMP = 16


# A table, because calls on IntFlag members cost more than all the hashing of a leaf.
_FLAG_BYTES = {
    flags: _FLAGS.pack(flags)
    for flags in range(2 * DrapeauFeuille.DMP)
    if flags & DrapeauFeuille.ACTIF or not flags & (DrapeauFeuille.PROJET | DrapeauFeuille.AGENDA)
}
_FLAG_VALUES = {octets: flags for flags, octets in _FLAG_BYTES.items()}


@dataclass(frozen=True, slots=True)
class Detail:
    """The facts behind a person's flags, opened one by one in an audit.

    `pseudonyme` and `sel` are 32 bytes each; each day is the latest of its kind in the window, None if there is none.
    No date of entry or exit: they single people out.
    """

    pseudonyme: bytes
    sel: bytes
    jour_maj: date | None
    jour_evenement: date | None
    jour_depot: date | None
    projet: StatutProjet | None
    motif: MotifNonEligible | None


def encode_detail(detail: Detail) -> bytes:
    """79 bytes: version, pseudonyme, sel, three days as big-endian proleptic ordinals (0 none), projet, motif (0 none).

    ValueError when pseudonyme or sel is not 32 bytes long.
    """
    if len(detail.pseudonyme) != DIGEST_SIZE or len(detail.sel) != DIGEST_SIZE:
        raise ValueError("pseudonyme and sel are 32 bytes each")
    maj, evenement, depot = detail.jour_maj, detail.jour_evenement, detail.jour_depot
    return _DETAIL.pack(
        DETAIL_VERSION,
        detail.pseudonyme,
        detail.sel,
        0 if maj is None else maj.toordinal(),
        0 if evenement is None else evenement.toordinal(),
        0 if depot is None else depot.toordinal(),
        detail.projet or 0,
        detail.motif or 0,
    )


def pack_details(rows: Iterable[tuple[bytes, int, int, int, int, int]]) -> list[bytes]:
    """`encode_detail` of many persons from what a count already holds: pseudonyme and sel in one piece, the ordinals of
    the three days, the codes of projet and motif, 0 for none.
    """
    return list(starmap(partial(_JOINED.pack, DETAIL_VERSION), rows))


def decode_detail(octets: bytes) -> Detail:
    """The détail behind these bytes. ReportError `preuve_detail` unless they are what `encode_detail` writes."""
    if len(octets) != DETAIL_SIZE:
        refuse("detail", f"Un détail fait {DETAIL_SIZE} octets, celui-ci {len(octets)}.")
    version, pseudonyme, sel, maj, evenement, depot, projet, motif = _DETAIL.unpack(octets)
    if version != DETAIL_VERSION:
        refuse("detail", f"Ce détail est de version {version}, que cette version de Témoin ne connaît pas.")
    try:
        return Detail(
            pseudonyme=pseudonyme,
            sel=sel,
            jour_maj=_day(maj),
            jour_evenement=_day(evenement),
            jour_depot=_day(depot),
            projet=StatutProjet(projet) if projet else None,
            motif=MotifNonEligible(motif) if motif else None,
        )
    except ValueError:
        refuse("detail", "Ce détail porte une date, un état de projet ou un motif qui n'existe pas.")


def _day(ordinal: int) -> date | None:
    if ordinal > _LAST_ORDINAL:
        raise ValueError("no such day")
    return date.fromordinal(ordinal) if ordinal else None


def leaf(drapeaux: int, detail: bytes) -> bytes:
    """The 34 bytes committed for a person; ValueError for flags that contradict each other or do not exist."""
    return join_leaves((drapeaux,), (hashlib.sha256(detail).digest(),))[0]


def join_leaves(drapeaux: Iterable[int], digests: Iterable[bytes]) -> list[bytes]:
    """The leaves of many persons, from their flags and the hashes of their détails."""
    try:
        return [_FLAG_BYTES[flags] + digest for flags, digest in zip(drapeaux, digests, strict=True)]
    except KeyError as error:
        raise ValueError(f"impossible flags: {error.args[0]}") from None


def split_squelette(squelette: bytes) -> list[bytes]:
    """The leaves of a squelette, which stand in the order of their détail's hash: it says nothing of admission order.

    ReportError `preuve_squelette` unless whole, possible and in strictly growing order.
    """
    if len(squelette) % LEAF_SIZE:
        refuse("squelette", f"La taille du squelette n'est pas un multiple de {LEAF_SIZE} octets : il est coupé.")
    leaves = [squelette[start : start + LEAF_SIZE] for start in range(0, len(squelette), LEAF_SIZE)]
    previous = b""
    for position, one in enumerate(leaves, 1):
        digest = one[2:]
        if digest <= previous:
            refuse("squelette", f"La feuille {position} du squelette est en double ou n'est pas à sa place.")
        if one[:2] not in _FLAG_VALUES:
            refuse("squelette", f"La feuille {position} du squelette porte des drapeaux impossibles.")
        previous = digest
    return leaves


def drapeaux_of(one: bytes) -> int:
    """The flags of a leaf that `split_squelette` gave."""
    return _FLAG_VALUES[one[:2]]


@dataclass(frozen=True, slots=True, order=True)
class FeuilleJour:
    """How many facts of a relation fell on one civil day at the establishment: at least one, at most 2^53-1."""

    relation: RelationJour
    jour: date
    nombre: int

    def __post_init__(self) -> None:
        if not 1 <= self.nombre <= ENTIER_MAX:
            raise ValueError(f"a day leaf counts from 1 to 2^53-1, not {self.nombre}")


def encode_feuille_jour(feuille: FeuilleJour) -> bytes:
    """13 bytes: relation, the day as big-endian proleptic ordinal, the number as big-endian u64."""
    return _JOUR.pack(feuille.relation, feuille.jour.toordinal(), feuille.nombre)


def check_jours(jours: Sequence[FeuilleJour]) -> None:
    """ReportError `preuve_jours` unless ordered by relation and day, one leaf for each."""
    pairs = [(feuille.relation, feuille.jour) for feuille in jours]
    for earlier, later in pairwise(pairs):
        if earlier >= later:
            name = f"{later[0].name.lower()} du {later[1].isoformat()}"
            refuse("jours", f"La feuille de jour « {name} » est en double ou n'est pas à sa place.")


def refuse(what: str, message: str) -> NoReturn:
    """Raise the ReportError `preuve_<what>` of evidence that is not what Témoin writes."""
    raise ReportError(message, remede=_REMEDE, code=f"preuve_{what}")
