"""Receipts, made once their entry is under a published head.

A receipt follows from what was committed and from two keys, to the byte: if the process stops before it was kept, the
next start makes the very same one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from temoin_receiver.ledger.heads import covering_head
from temoin_receiver.ledger.nodes import Nodes, driver
from temoin_sdk.envelope import PrivateKey, Typ, sign
from temoin_sdk.errors import EnvelopeError, LedgerError
from temoin_sdk.ledger import (
    Checkpoint,
    SignedNote,
    inclusion_path,
    sign_checkpoint,
    verify_inclusion,
)
from temoin_sdk.ledger.entries import Reception
from temoin_sdk.report import Jugement, from_octets, read_instant, to_octets
from temoin_sdk.report.inscribed import inscribe, receipt_of

_PENDING: Final = (
    "SELECT reception, entree, empreinte_rapport, jugement, octets FROM receptions JOIN entrees ON rang = entree "
    "WHERE recu IS NULL ORDER BY reception"
)
_KEEP: Final = "UPDATE receptions SET recu = ? WHERE reception = ?"


@dataclass(frozen=True, slots=True)
class Signatures:
    """In whose name, and by which keys: two, so that neither can stand for the other."""

    origine: str
    registre: PrivateKey
    recus: PrivateKey


def issue(connection: Connection, signatures: Signatures) -> dict[str, str]:
    """Make and keep the receipts that are owed, by the digest of their report. To be called once the head is published.

    Raises LedgerError when an entry is not what its head covers: nothing is signed then.
    """
    rows = driver(connection).execute(_PENDING).fetchall()
    if not rows:
        return {}
    nodes = Nodes(connection)
    notes: dict[int, tuple[Checkpoint, SignedNote]] = {}
    issued: dict[str, str] = {}
    kept: list[tuple[str, int]] = []
    for reception, rang, empreinte, jugement, octets in rows:
        head = covering_head(connection, rang)
        if head is None:
            continue
        if head[0] not in notes:
            checkpoint = Checkpoint(signatures.origine, *head)
            notes[head[0]] = (checkpoint, sign_checkpoint(checkpoint, signatures.registre))
        checkpoint, note = notes[head[0]]
        path = inclusion_path(nodes, rang, checkpoint.taille)
        _check(bytes(octets), rang, path, checkpoint)
        entree = from_octets(Reception, bytes(octets))
        judged = from_octets(Jugement, jugement.encode())
        recu = receipt_of(entree, judged, signatures.origine, inscribe(rang, path, checkpoint, note))
        jws = sign(to_octets(recu), signatures.recus, Typ.RECU, int(read_instant(recu.recu_le).timestamp()))
        issued[empreinte] = jws
        kept.append((jws, reception))
    driver(connection).executemany(_KEEP, kept)
    return issued


def _check(octets: bytes, rang: int, path: Sequence[bytes], head: Checkpoint) -> None:
    try:
        verify_inclusion(octets, rang, head.taille, path, head.racine)
    except EnvelopeError as error:
        raise LedgerError(
            f"L'entrée {rang} du registre n'est pas celle que sa tête couvre : la base a été modifiée ou est abîmée. "
            "Aucun accusé n'est donné.",
            code="registre_altere",
            remede="Arrêter le récepteur, garder une copie de ce dossier, puis lancer « temoin-receiver fsck ».",
        ) from error
