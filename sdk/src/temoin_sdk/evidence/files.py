"""The evidence of a report on disk, four files for each establishment.

    squelette/<finess>.bin              flags and détail hashes, 34 bytes per person, nothing personal in clear
    jours/<finess>.csv                  relation;jour;nombre
    details/<finess>.fernet             the détails, encrypted with the site key
    correspondance/<finess>.fernet      leaf to usager, encrypted with the site key; never leaves

Counts of the organisme gestionnaire that belong to no establishment stand in jours/ under its own FINESS.
Readers raise StorageError for the disk and the site key, ReportError `preuve_…` for a file that is not what Témoin
writes; both name the file in `ou`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from temoin_sdk.durable import make_private_folder, place_files, storage_error
from temoin_sdk.errors import ReportError
from temoin_sdk.evidence.contents import (
    parse_correspondance,
    parse_details,
    parse_jours,
    spell_correspondance,
    spell_jours,
)
from temoin_sdk.evidence.leaves import (
    Detail,
    FeuilleJour,
    check_jours,
    encode_feuille_jour,
    join_leaves,
    refuse,
    split_squelette,
)
from temoin_sdk.evidence.merkle import root
from temoin_sdk.evidence.sealing import seal, unseal
from temoin_sdk.finess import FINESS_PATTERN

_EXTENSIONS = {"squelette": "bin", "jours": "csv", "details": "fernet", "correspondance": "fernet"}


class EvidencePerson(NamedTuple):
    """A personne accompagnée of one establishment: flags of its leaf, détail (encoded), and who it is on site."""

    drapeaux: int
    detail: bytes
    espace: str
    usager: str


@dataclass(frozen=True, slots=True)
class EvidenceRoots:
    """What a report says of the evidence of an establishment; roots in hexadecimal."""

    feuilles: int
    racine: str
    feuilles_jours: int
    racine_jours: str


def write_evidence(
    folder: Path,
    finess: str,
    persons: Iterable[tuple[int, bytes, str, str]],
    jours: Iterable[FeuilleJour],
    site_key: bytes,
) -> EvidenceRoots:
    """Write the four files of an establishment together and give their roots; persons and days in any order.

    Persons are `EvidencePerson`, or plain tuples of the same, of which thousands cost less.

    They are not yet safe from a power cut: the one who keeps the folder syncs it whole, once. Raises StorageError when
    the disk is full or refuses: the files of before then stand untouched. ValueError when the caller gives one person
    or one day twice.
    """
    rows = sorted((sha256(one[1]).digest(), *one) for one in persons)
    digests, drapeaux, details, espaces, usagers = zip(*rows, strict=True) if rows else ((),) * 5
    if len({detail[1:33] for detail in details}) != len(rows):
        raise ValueError("one person is given twice")
    leaves = join_leaves(drapeaux, digests)
    squelette = b"".join(leaves)
    who = spell_correspondance(squelette, espaces, usagers)
    ordered = _order_jours(jours)
    _write(
        folder,
        finess,
        {
            "squelette": squelette,
            "jours": spell_jours(ordered),
            "details": seal(b"".join(details), site_key, _label("details", finess)),
            "correspondance": seal(who, site_key, _label("correspondance", finess)),
        },
    )
    return EvidenceRoots(len(leaves), root(leaves).hex(), len(ordered), _root_jours(ordered))


def write_jours(folder: Path, finess: str, jours: Iterable[FeuilleJour]) -> tuple[int, str]:
    """Write day leaves alone, those of an organisme gestionnaire; gives their number and root (hexadecimal).

    Raises as `write_evidence` does.
    """
    ordered = _order_jours(jours)
    _write(folder, finess, {"jours": spell_jours(ordered)})
    return len(ordered), _root_jours(ordered)


def remove_evidence(folder: Path, finess: str) -> None:
    """Take away the files of an establishment that is not in the report after all. Raises StorageError."""
    for kind in _EXTENSIONS:
        path = _path(folder, kind, finess)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error, path) from error


def read_squelette(folder: Path, finess: str) -> bytes:
    """The squelette, whole, in order and with possible flags only."""
    with _reading(folder, "squelette", finess) as octets:
        split_squelette(octets)
        return octets


def read_jours(folder: Path, finess: str) -> tuple[FeuilleJour, ...]:
    """The day leaves, ordered by relation and day, one for each."""
    with _reading(folder, "jours", finess) as octets:
        return parse_jours(octets)


def read_details(folder: Path, finess: str, site_key: bytes) -> dict[bytes, Detail]:
    """Détails by their hash: exactly those the squelette commits to, in its order."""
    squelette = read_squelette(folder, finess)
    with _reading(folder, "details", finess) as octets:
        return open_details(octets, squelette, finess, site_key, str(_path(folder, "details", finess)))


def read_correspondance(folder: Path, finess: str, site_key: bytes) -> dict[bytes, tuple[str, str]]:
    """(espace, usager) of each leaf by its détail hash: exactly those of the squelette, in its order."""
    squelette = read_squelette(folder, finess)
    with _reading(folder, "correspondance", finess) as octets:
        return open_correspondance(octets, squelette, finess, site_key, str(_path(folder, "correspondance", finess)))


def open_details(token: bytes, squelette: bytes, finess: str, site_key: bytes, ou: str) -> dict[bytes, Detail]:
    """The same from the bytes of the sealed file; `ou` names it."""
    details = parse_details(unseal(token, site_key, _label("details", finess), ou))
    if list(details) != [one[2:] for one in split_squelette(squelette)]:
        refuse("details", "Ce fichier ne correspond pas au squelette du même établissement.")
    return details


def open_correspondance(
    token: bytes, squelette: bytes, finess: str, site_key: bytes, ou: str
) -> dict[bytes, tuple[str, str]]:
    """The same from the bytes of the sealed file; `ou` names it."""
    who = parse_correspondance(unseal(token, site_key, _label("correspondance", finess), ou), squelette)
    return {one[2:]: person for one, person in zip(split_squelette(squelette), who, strict=True)}


def _order_jours(jours: Iterable[FeuilleJour]) -> list[FeuilleJour]:
    ordered = sorted(jours)
    try:
        check_jours(ordered)
    except ReportError as error:
        raise ValueError("one day of a relation is given twice") from error
    return ordered


def _root_jours(jours: Iterable[FeuilleJour]) -> str:
    return root(map(encode_feuille_jour, jours)).hex()


def _label(kind: str, finess: str) -> str:
    return f"temoin/{kind}/1 {finess}"


def _path(folder: Path, kind: str, finess: str) -> Path:
    # A number from a configuration becomes a file name here: nothing but a FINESS may.
    if not re.fullmatch(FINESS_PATTERN, finess):
        raise ValueError(f"not a FINESS: {finess!r}")
    return folder / kind / f"{finess}.{_EXTENSIONS[kind]}"


def _write(folder: Path, finess: str, contents: Mapping[str, bytes]) -> None:
    files = {_path(folder, kind, finess): octets for kind, octets in contents.items()}
    for path in files:
        make_private_folder(path.parent)
    place_files(files)


@contextmanager
def _reading(folder: Path, kind: str, finess: str) -> Iterator[bytes]:
    path = _path(folder, kind, finess)
    try:
        yield path.read_bytes()
    except OSError as error:
        raise storage_error(error, path) from error
    except ReportError as error:
        error.ou = str(path)
        raise
