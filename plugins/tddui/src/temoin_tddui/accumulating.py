"""One Bundle into the store: by business identifier, newest export wins, whatever the order of arrival.

« Newest » is the export's own date. An export without a date ranks before every dated one; two exports of one date that
contradict each other are refused, since nobody can say which is newer.
"""

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from temoin_sdk.errors import Acteur
from temoin_tddui.bundle import Bundle
from temoin_tddui.matricules import keep
from temoin_tddui.moments import spell
from temoin_tddui.problems import BundleRefused

_TOLERANCE: Final = timedelta(days=1)
_DAY: Final = len("2026-10-05")


class Datation(StrEnum):
    """Where an export's date comes from."""

    LOT = "lot"
    DEMANDE = "demande"
    NOM = "nom"
    PERIODE = "periode"
    RECEPTION = "reception"
    AUCUNE = "aucune"

    @property
    def sure(self) -> bool:
        """Whether the content is known to be that of this very date, so that it may prove when something changed."""
        return self in {Datation.LOT, Datation.DEMANDE, Datation.NOM}


@dataclass(frozen=True, slots=True)
class ExportDate:
    """A UTC instant or a day ("" for none), and where it comes from."""

    ordre: str
    datation: Datation


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an export: `nouveau` is False for one that the store already had."""

    nouveau: bool
    date: ExportDate
    compteurs: Counter[str]


_LOT: Final = """
CREATE TEMP TABLE IF NOT EXISTS lot (
    cle BLOB PRIMARY KEY, nature TEXT, usager BLOB, provisoire INTEGER, finess TEXT, finess_identifiant TEXT,
    sejour BLOB, statut TEXT, debut TEXT, fin TEXT, empreinte BLOB, generation TEXT, maj_le TEXT, rang INTEGER
) WITHOUT ROWID
"""

_CONTRADICTION: Final = """
SELECT count(*), min(lot.rang) FROM lot
JOIN ressource r ON r.cle = lot.cle
JOIN vue v ON v.ressource = r.id AND v.ordre = :ordre
WHERE v.empreinte <> lot.empreinte
"""

# At equal dates nothing contradicts: parts of one export complete each other, in any order.
_RESSOURCES: Final = """
INSERT INTO ressource
    (cle, nature, usager, provisoire, finess, finess_identifiant, sejour, statut, debut, fin, ordre)
SELECT cle, nature, usager, provisoire, finess, finess_identifiant, sejour, statut, debut, fin, :ordre
FROM lot WHERE true
ON CONFLICT (cle) DO UPDATE SET
    nature = excluded.nature, statut = excluded.statut, debut = excluded.debut, fin = excluded.fin,
    usager = CASE WHEN excluded.ordre > ressource.ordre THEN excluded.usager
        ELSE coalesce(max(excluded.usager, ressource.usager), excluded.usager, ressource.usager) END,
    provisoire = CASE WHEN excluded.ordre > ressource.ordre THEN excluded.provisoire
        ELSE min(excluded.provisoire, ressource.provisoire) END,
    finess = CASE WHEN excluded.ordre > ressource.ordre THEN excluded.finess
        ELSE coalesce(max(excluded.finess, ressource.finess), excluded.finess, ressource.finess) END,
    finess_identifiant = excluded.finess_identifiant,
    sejour = CASE WHEN excluded.ordre > ressource.ordre THEN excluded.sejour
        ELSE coalesce(max(excluded.sejour, ressource.sejour), excluded.sejour, ressource.sejour) END,
    ordre = excluded.ordre
WHERE excluded.ordre >= ressource.ordre
"""

_MEMBRES_PERIMES: Final = """
DELETE FROM membre WHERE ressource IN (
    SELECT r.id FROM lot JOIN ressource r ON r.cle = lot.cle WHERE r.ordre < :ordre
)
"""

_VUES: Final = """
INSERT INTO vue (ressource, ordre, sure, empreinte, generation, statut, maj_le)
SELECT r.id, :ordre, :sure, lot.empreinte, lot.generation, lot.statut, lot.maj_le
FROM lot JOIN ressource r ON r.cle = lot.cle WHERE true
ON CONFLICT (ressource, ordre) DO UPDATE SET sure = max(vue.sure, excluded.sure),
    maj_le = coalesce(max(vue.maj_le, excluded.maj_le), vue.maj_le, excluded.maj_le)
"""


def accumulate(connection: sqlite3.Connection, bundle: Bundle, date: ExportDate, now: datetime) -> Taken:
    """Take a Bundle into the open transaction, whole or not at all.

    The same export again changes nothing. Raises BundleRefused: `tddui_date_future`, `tddui_contradiction`.
    """
    if date.ordre > spell(now + _TOLERANCE):
        raise BundleRefused(
            "Cet export porte une date à venir : il passerait pour toujours avant les autres.",
            place="timestamp" if date.datation is Datation.LOT else "",
            remede="Vérifier l'horloge du logiciel qui l'a produit, puis le redemander.",
            code="tddui_date_future",
        )
    if _is_known(connection, bundle, date):
        keep(connection, bundle.empreinte, bundle.partage, bundle.matricules)
        return Taken(False, date, bundle.compteurs)
    connection.execute("SAVEPOINT lot")
    try:
        _write(connection, bundle, date, now)
    except BaseException:
        connection.execute("ROLLBACK TO lot")
        raise
    finally:
        connection.execute("RELEASE lot")
    return Taken(True, date, bundle.compteurs)


def _write(connection: sqlite3.Connection, bundle: Bundle, date: ExportDate, now: datetime) -> None:
    _load(connection, bundle, date)
    _refuse_contradiction(connection, date)
    bind = {"ordre": date.ordre, "sure": date.datation.sure}
    connection.execute(_MEMBRES_PERIMES, bind)
    connection.execute(_RESSOURCES, bind)
    connection.execute(_VUES, bind)
    _add_members(connection, bundle, date)
    connection.executemany("INSERT OR IGNORE INTO lien VALUES (?, ?)", bundle.liens)
    keep(connection, bundle.empreinte, bundle.partage, bundle.matricules)
    connection.execute(
        "INSERT INTO export (empreinte, ordre, datation, recu_le, compteurs) VALUES (?, ?, ?, ?, ?)",
        (bundle.empreinte, date.ordre, date.datation.value, spell(now), json.dumps(dict(+bundle.compteurs))),
    )


def known_export(connection: sqlite3.Connection, empreinte: bytes, fallback: ExportDate) -> ExportDate | None:
    """The date under which these very bytes are already in the store, else None.

    `fallback` is what they would be dated if they say nothing themselves: the same bytes under another name may have
    another date.
    """
    query = "SELECT ordre, datation FROM export WHERE empreinte = ?"
    for ordre, datation in connection.execute(query, (empreinte,)):
        if datation == Datation.LOT or ordre == fallback.ordre:
            return ExportDate(ordre, Datation(datation))
    return None


def _is_known(connection: sqlite3.Connection, bundle: Bundle, date: ExportDate) -> bool:
    """The same bytes at the same date; dated by its reception, the same bytes at any date (a sending tried again)."""
    if date.datation is Datation.RECEPTION:
        found = connection.execute("SELECT 1 FROM export WHERE empreinte = ?", (bundle.empreinte,))
    else:
        found = connection.execute(
            "SELECT 1 FROM export WHERE empreinte = ? AND ordre = ?", (bundle.empreinte, date.ordre)
        )
    return found.fetchone() is not None


def _load(connection: sqlite3.Connection, bundle: Bundle, date: ExportDate) -> None:
    """The rows of this Bundle, beside the store."""
    connection.execute(_LOT)
    connection.execute("DELETE FROM lot")
    connection.executemany(
        f"INSERT INTO lot VALUES ({', '.join('?' * 14)})",  # noqa: S608 # question marks only
        ((*row[:12], _status_date(row.maj_le, date.ordre), rang) for rang, row in enumerate(bundle.rows)),
    )


def _status_date(maj_le: str | None, ordre: str) -> str | None:
    """A « last updated » at the very moment of the export, or after it, is a stamp and no date of a status."""
    if maj_le is None or not ordre:
        return maj_le
    kept = maj_le[:_DAY] <= ordre if len(ordre) == _DAY else maj_le < ordre
    return maj_le if kept else None


def _refuse_contradiction(connection: sqlite3.Connection, date: ExportDate) -> None:
    number, _ = connection.execute(_CONTRADICTION, {"ordre": date.ordre}).fetchone()
    if not number:
        return
    told = "sans date" if date.datation is Datation.AUCUNE else f"de même date ({date.ordre})"
    raise BundleRefused(
        f"Deux exports {told} se contredisent sur {number} ressources : rien ne dit lequel est le plus récent.",
        place="timestamp",
        remede="Faire remplir Bundle.timestamp par l'éditeur ; à défaut, donner la date de l'export avec --date, ou "
        "l'écrire dans le nom du fichier (2026-10-05), ou écouter avec --dater-a-la-reception.",
        code="tddui_contradiction",
        acteur=Acteur.EDITEUR,
    )


def _add_members(connection: sqlite3.Connection, bundle: Bundle, date: ExportDate) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO membre SELECT id, ?, ? FROM ressource WHERE cle = ? AND ordre = ?",
        ((usager, provisoire, row.cle, date.ordre) for row in bundle.rows for usager, provisoire in row.membres),
    )
