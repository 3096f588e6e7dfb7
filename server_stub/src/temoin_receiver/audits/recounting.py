"""An exported archive beside the report that was received: every root and every count computed again.

The report in the file must be the very text that was received; its key is the one enrolled here, the receipt's is ours,
the campaign the one both cite. Nothing the file says of itself is believed.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from temoin_receiver.register.reading import find_key
from temoin_receiver.storage.tables import receptions
from temoin_sdk.archive import Bilan, Cles, Recompte, check_archive, open_export
from temoin_sdk.archive.layout import RAPPORT
from temoin_sdk.archive.words import refuse_archive
from temoin_sdk.durable import storage_error
from temoin_sdk.envelope import PublicKey, empreinte
from temoin_sdk.errors import Acteur, ConfigurationError


@dataclass(frozen=True, slots=True)
class Audit:
    """What recounting came to. `ecarts` are faults of the file that are not differences of figures, in French."""

    reception: int
    empreinte_export: str
    recompte: Recompte
    ecarts: tuple[str, ...]
    bilan: Bilan


def audit_export(connection: Connection, path: Path, cle: PublicKey) -> Audit:
    """Recount this exported archive; `cle` is the public half of our receipt key.

    Raises StorageError and ReportError for a file that cannot be read, ConfigurationError `audit_rapport_inconnu` for a
    report that was not received here, ReportError `archive_alteree` when nothing could be recounted at all.
    """
    try:
        digest = empreinte(path.read_bytes())
    except OSError as error:
        raise storage_error(error, path) from error
    with open_export(path) as contents:
        row = _find_reception(connection, contents.read(RAPPORT) if RAPPORT in contents.names() else b"", path)
        kid, reception = row
        known = find_key(connection, kid)
        bilan = check_archive(contents, Cles(known.public if known else None, cle), exporte=True)
    if bilan.recompte is None:
        raise refuse_archive(bilan, str(path))
    figures = {each.phrase() for each in bilan.recompte.differences}
    ecarts = tuple(fault.phrase() for fault in bilan.fautes if fault.phrase() not in figures)
    return Audit(reception, digest, bilan.recompte, ecarts, bilan)


def _find_reception(connection: Connection, jws: bytes, path: Path) -> tuple[str, int]:
    query = select(receptions.c.kid, receptions.c.reception).where(receptions.c.empreinte_jws == empreinte(jws))
    row = connection.execute(query).first()
    if row is None:
        raise ConfigurationError(
            "Le rapport de cette archive n'a pas été reçu ici : il n'y a rien à quoi la comparer.",
            ou=str(path),
            remede="Demander au gestionnaire l'archive du rapport reçu (« temoin evidence list » dit lesquels ont un "
            "accusé), ou vérifier que ce récepteur est le bon.",
            code="audit_rapport_inconnu",
            acteur=Acteur.GESTIONNAIRE,
        )
    return str(row.kid), int(row.reception)
