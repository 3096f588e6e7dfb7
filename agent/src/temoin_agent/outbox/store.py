"""The folders of signed reports: immutable files, moved by rename, that a person can look at, back up and carry.

    a-envoyer/    signed, waiting for the receiver
    accuses/      acknowledged, with the receipt beside
    refuses/      refused by the receiver, with its answer beside
    quarantaine/  what could not be read or verified, with the reason beside

Nothing is ever rewritten and nothing expires.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from temoin_agent.outbox.names import ReportName
from temoin_agent.outbox.refusals import Refus
from temoin_sdk.durable import make_private_folder, replace_files, storage_error, sync_folder
from temoin_sdk.envelope import PublicKey
from temoin_sdk.errors import ReportError, StorageError
from temoin_sdk.report.models import Rapport
from temoin_sdk.report.opening import open_signed

JWS: Final = ".jws"
RECU: Final = ".recu.jws"
REFUS: Final = ".refus.json"
RAISON: Final = ".raison.txt"


class Etat(StrEnum):
    """Where a report stands: the name of its folder."""

    A_ENVOYER = "a-envoyer"
    ACCUSE = "accuses"
    REFUSE = "refuses"
    QUARANTAINE = "quarantaine"


@dataclass(frozen=True, slots=True)
class Entry:
    """A report file seen by its name alone."""

    etat: Etat
    path: Path
    name: ReportName


@dataclass(frozen=True, slots=True)
class SignedReport:
    """A report that was read and whose signature is ours; `empreinte` is that of its content (`empreinte_rapport`)."""

    name: ReportName
    jws: str
    kid: str
    empreinte: str
    empreinte_jws: str
    rapport: Rapport


class Outbox:
    """The folders under `dossier`. Changes are made by one agent at a time (`lock.hold`); reading needs no lock."""

    def __init__(self, dossier: Path, cle: PublicKey) -> None:
        self.dossier = dossier
        self.cle = cle

    def folder(self, etat: Etat) -> Path:
        """The folder of `etat`."""
        return self.dossier / etat.value

    def prepare(self) -> None:
        """Create what is missing, and make what is there survive a power cut before anything relies on it."""
        for etat in Etat:
            folder = self.folder(etat)
            make_private_folder(folder)
            _sync(folder)

    def entries(self, etat: Etat) -> list[Entry]:
        """Reports of a folder by name, without opening any."""
        found = []
        for path in self._files(etat):
            if path.name.endswith(JWS) and not path.name.endswith(RECU):
                name = ReportName.parse(path.name.removesuffix(JWS))
                if name is not None:
                    found.append(Entry(etat, path, name))
        return sorted(found, key=lambda entry: entry.name)

    def strangers(self) -> list[Path]:
        """What stands among reports to send without the name of one; hidden files, left by systems, are let be."""
        known = {entry.path for entry in self.entries(Etat.A_ENVOYER)}
        return sorted(path for path in self._files(Etat.A_ENVOYER) if path not in known)

    def all_entries(self) -> Iterator[Entry]:
        """Every report of every folder but quarantine."""
        for etat in (Etat.A_ENVOYER, Etat.ACCUSE, Etat.REFUSE):
            yield from self.entries(etat)

    def read(self, entry: Entry) -> SignedReport:
        """The report of `entry`. Raises EnvelopeError or ReportError when it must not be believed, StorageError."""
        try:
            jws = entry.path.read_text(encoding="ascii")
        except UnicodeDecodeError as error:
            raise _damaged(entry.path, "ce n'est pas du texte ASCII") from error
        except OSError as error:
            raise storage_error(error, entry.path) from error
        report = verify_own(jws, self.cle)
        if report.name != entry.name:
            raise _damaged(entry.path, "son nom n'est pas celui de son contenu")
        return report

    def read_receipt(self, entry: Entry) -> str:
        """The receipt beside an acknowledged report. Raises StorageError (`accuse_illisible` when lost or damaged)."""
        path = entry.path.with_name(entry.name.stem + RECU)
        try:
            return path.read_text(encoding="ascii")
        except (FileNotFoundError, UnicodeDecodeError) as error:
            raise StorageError(
                f"L'accusé {path.name} ne peut pas être lu : il est absent ou abîmé.",
                ou=str(path),
                remede="Restaurez ce fichier depuis une sauvegarde ; à défaut, remettez le rapport dans "
                f"{Etat.A_ENVOYER.value}/, puis « temoin push » : le récepteur redonne le même accusé.",
                code="accuse_illisible",
                retryable=False,
            ) from error
        except OSError as error:
            raise storage_error(error, path) from error

    def read_refusal(self, entry: Entry) -> Refus:
        """What the receiver answered. Raises StorageError when its file is lost or damaged (`refus_illisible`)."""
        path = entry.path.with_name(entry.name.stem + REFUS)
        try:
            return Refus.model_validate_json(path.read_bytes())
        except OSError as error:
            raise storage_error(error, path) from error
        except ValidationError as error:
            raise StorageError(
                "La réponse du récepteur gardée à côté du rapport refusé est abîmée.",
                ou=str(path),
                remede=f"Renvoyez le rapport pour l'obtenir de nouveau : « temoin outbox retry {entry.name.repere} ».",
                code="refus_illisible",
                retryable=False,
            ) from error

    def store(self, report: SignedReport) -> Entry:
        """Put a report that was just signed among those to send."""
        path = self.folder(Etat.A_ENVOYER) / f"{report.name.stem}{JWS}"
        replace_files({path: report.jws.encode("ascii")})
        return Entry(Etat.A_ENVOYER, path, report.name)

    def acknowledge(self, entry: Entry, recu: str) -> Entry:
        """Keep the verified receipt, then move the report beside it: a report in `accuses` always has its receipt."""
        replace_files({self.folder(Etat.ACCUSE) / f"{entry.name.stem}{RECU}": recu.encode("ascii")})
        return self._move(entry, Etat.ACCUSE)

    def refuse(self, entry: Entry, refus: Refus) -> Entry:
        """Keep what the receiver answered, then move the report beside it."""
        text = json.dumps(refus.model_dump(mode="json"), ensure_ascii=False, indent=2, sort_keys=True)
        replace_files({self.folder(Etat.REFUSE) / f"{entry.name.stem}{REFUS}": text.encode("utf-8")})
        return self._move(entry, Etat.REFUSE)

    def retry(self, entry: Entry) -> Entry:
        """Put a refused or quarantined report back among those to send, the same bytes."""
        beside = entry.path.with_name(entry.name.stem + (REFUS if entry.etat is Etat.REFUSE else RAISON))
        moved = self._move(entry, Etat.A_ENVOYER)
        try:
            beside.unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error, beside) from error
        return moved

    def quarantine(self, path: Path, raison: str) -> Path:
        """Set a file aside with the reason in French; never over one that is already there."""
        folder = self.folder(Etat.QUARANTAINE)
        target = folder / path.name
        rank = 1
        while target.exists():
            rank += 1
            target = folder / f"{path.stem}.{rank}{path.suffix}"
        note = folder / f"{target.name.removesuffix(JWS)}{RAISON}"
        replace_files({note: f"{raison}\n".encode()})
        _rename(path, target)
        return target

    def _files(self, etat: Etat) -> list[Path]:
        folder = self.folder(etat)
        try:
            return [path for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []
        except OSError as error:
            raise storage_error(error, folder) from error

    def _move(self, entry: Entry, etat: Etat) -> Entry:
        target = self.folder(etat) / entry.path.name
        _rename(entry.path, target)
        return Entry(etat, target, entry.name)


def verify_own(jws: str, cle: PublicKey) -> SignedReport:
    """A report that this installation signed. Raises EnvelopeError or ReportError."""
    opened = open_signed(jws, cle, Rapport)
    return SignedReport(
        name=ReportName.of(opened.contenu, opened.empreinte),
        jws=jws,
        kid=opened.header.kid,
        empreinte=opened.empreinte,
        empreinte_jws=opened.empreinte_jws,
        rapport=opened.contenu,
    )


def _rename(source: Path, target: Path) -> None:
    try:
        source.rename(target)
        sync_folder(target.parent)
        sync_folder(source.parent)
    except OSError as error:
        raise storage_error(error, source) from error


def _sync(folder: Path) -> None:
    try:
        sync_folder(folder)
    except OSError as error:
        raise storage_error(error, folder) from error


def _damaged(path: Path, what: str) -> ReportError:
    return ReportError(
        f"Le fichier {path.name} n'est pas un rapport de cette installation : {what}.",
        ou=str(path),
        remede="Restaurez le fichier d'origine depuis une sauvegarde, puis « temoin outbox retry ».",
        code="rapport_abime",
    )
