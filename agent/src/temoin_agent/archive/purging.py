"""The end of the retention: personal data of an archive goes, what is signed and what it follows from stays.

Written down first, then done: a stop in between leaves a purge that the next one ends.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from pathlib import Path
from zoneinfo import ZoneInfo

from temoin_agent.archive.finding import Run, read_own_report
from temoin_agent.archive.journal import account
from temoin_agent.configuration import Configuration
from temoin_agent.outbox.store import Etat, Outbox
from temoin_sdk.archive import EtatFichier, Ligne, parse_manifest, spell_manifest
from temoin_sdk.archive.layout import MANIFESTE, PURGE, Sort, sort_of
from temoin_sdk.durable import replace_files, storage_error, sync_folder
from temoin_sdk.errors import TemoinError
from temoin_sdk.report.bounded import read_instant, spell_instant
from temoin_sdk.windows import months_before


class Echeance(Enum):
    """Whether the personal data of an archive is to go."""

    DUE = auto()
    PAS_ENCORE = auto()
    A_ENVOYER = auto()
    FAITE = auto()
    ILLISIBLE = auto()


@dataclass(frozen=True, slots=True)
class Situation:
    """Where an archive stands; `depuis` is the civil day its retention runs from, `erreur` why it cannot be told."""

    run: Run
    echeance: Echeance
    depuis: date | None = None
    erreur: TemoinError | None = None


def situation_of(configuration: Configuration, outbox: Outbox, run: Run, now: datetime) -> Situation:
    """Retention runs from the day the report was computed, as it was signed. Without a decided duration nothing is due.

    What waits to be sent, or stands in quarantine, is never due: a refusal may still ask for it.
    """
    try:
        manifest = parse_manifest((run.folder / MANIFESTE).read_bytes())
        report = read_own_report(configuration, run)
    except OSError as error:
        return Situation(run, Echeance.ILLISIBLE, erreur=storage_error(error, run.folder / MANIFESTE))
    except TemoinError as error:
        return Situation(run, Echeance.ILLISIBLE, erreur=error)
    zone = ZoneInfo(configuration.gestionnaire.fuseau)
    depuis = read_instant(report.rapport.calcule_le).astimezone(zone).date()
    personal = [ligne for ligne in manifest.values() if sort_of(ligne.chemin) is Sort.PERSONNEL]
    if all(ligne.etat is EtatFichier.PURGE for ligne in personal):
        there = any((run.folder / ligne.chemin).exists() for ligne in personal)
        return Situation(run, Echeance.DUE if there else Echeance.FAITE, depuis)
    waiting = {entry.name for etat in (Etat.A_ENVOYER, Etat.QUARANTAINE) for entry in outbox.entries(etat)}
    if run.name in waiting:
        return Situation(run, Echeance.A_ENVOYER, depuis)
    mois = configuration.preuves.conservation_mois
    due = mois is not None and months_before(now.astimezone(zone).date(), mois) >= depuis
    return Situation(run, Echeance.DUE if due else Echeance.PAS_ENCORE, depuis)


def purge_run(configuration: Configuration, run: Run, now: datetime) -> list[Ligne]:
    """Take the personal data of an archive away; the files that went. To be called under the lock, on what is due.

    Raises StorageError, ReportError for a manifest that cannot be read.
    """
    path = run.folder / MANIFESTE
    manifest = parse_manifest(path.read_bytes())
    going = [ligne for ligne in manifest.values() if sort_of(ligne.chemin) is Sort.PERSONNEL]
    if any(ligne.etat is EtatFichier.PRESENT for ligne in going):
        note = _spell_note(configuration, going, now)
        left = {ligne.chemin: ligne for ligne in manifest.values() if ligne not in going}
        lignes = [*left.values(), *(ligne.purged() for ligne in going), Ligne.of(PURGE, note)]
        # The manifest last: a note it does not know is named by the check, and this purge is then begun again.
        replace_files({run.folder / PURGE: note, path: spell_manifest(lignes)})
    for ligne in going:
        _unlink(run.folder / ligne.chemin)
    return going


def _spell_note(configuration: Configuration, going: list[Ligne], now: datetime) -> bytes:
    content = {
        "purge_le": spell_instant(now),
        "par": account(),
        "conservation_mois": configuration.preuves.conservation_mois,
        "fichiers": [{"chemin": one.chemin, "taille": one.taille, "sha256": one.sha256} for one in sorted(going)],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
                sync_folder(path.parent.parent)
            else:
                sync_folder(path.parent)
    except OSError as error:
        raise storage_error(error, path) from error
