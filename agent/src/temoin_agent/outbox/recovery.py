"""What is done at each start, under the lock: whatever moment the last agent stopped at, nothing is lost or repeated.

A report is committed in three steps: its evidence folder is put in place, its file goes to `a-envoyer`, the chain
takes its number. A stop between two of them is mended by going on, never by going back: what was signed stays signed,
so a number never stands in two reports. Nothing is sent before this has run.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from temoin_agent.outbox.chain import Maillon, read_chain, write_chain
from temoin_agent.outbox.evidence import EN_COURS, PREUVES, RAPPORT, RECU_PREUVE, evidence_folder, file_receipt
from temoin_agent.outbox.names import ReportName
from temoin_agent.outbox.store import Entry, Etat, Outbox, SignedReport, verify_own
from temoin_agent.registry.memory import REGISTRES
from temoin_sdk.durable import storage_error
from temoin_sdk.errors import EnvelopeError, ReportError, StorageError


def recover(outbox: Outbox, remark: Callable[[StorageError], None]) -> Maillon | None:
    """Mend what a stop left half done; the last link of the chain, None when nothing was ever signed.

    `remark` is given each receipt that cannot be read: its copy stays to be made, what waits is sent all the same.
    Raises StorageError.
    """
    outbox.prepare()
    _remove_leftovers(outbox)
    chain = read_chain(outbox.dossier)
    forwarded = _roll_forward(outbox, chain)
    seen = forwarded + _read(outbox, (Etat.A_ENVOYER,) if chain else (Etat.A_ENVOYER, Etat.ACCUSE, Etat.REFUSE))
    last = max((report.rapport.numero, report.empreinte) for report in seen) if seen else None
    if last is not None and (chain is None or last[0] > chain.numero):
        chain = Maillon(numero=last[0], empreinte=last[1])
        write_chain(outbox.dossier, chain)
    _file_receipts(outbox, remark)
    return chain


def _remove_leftovers(outbox: Outbox) -> None:
    """Files and folders that were still being written: they bear a hidden name of ours and were never signed."""
    for folder in (outbox.dossier, outbox.dossier / REGISTRES, *(outbox.folder(etat) for etat in Etat)):
        _unlink_temporaries(folder)
    for path in (outbox.dossier / PREUVES).glob(f"{EN_COURS}*"):
        try:
            shutil.rmtree(path)
        except OSError as error:
            raise storage_error(error, path) from error


def _unlink_temporaries(folder: Path) -> None:
    for path in folder.glob(".*.tmp"):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error, path) from error


def _roll_forward(outbox: Outbox, chain: Maillon | None) -> list[SignedReport]:
    """Send on its way each signed report whose evidence is in place and whose file is nowhere.

    Those of the chain's past are not missing: a person carried them away.
    """
    present = {entry.name for entry in outbox.all_entries()} | {
        entry.name for entry in outbox.entries(Etat.QUARANTAINE)
    }
    found = []
    for path in _evidence_reports(outbox.dossier):
        name = ReportName.parse(path.parent.name)
        if name is None or name in present:
            continue
        try:
            report = verify_own(path.read_text(encoding="ascii"), outbox.cle)
        except (EnvelopeError, ReportError, OSError, UnicodeDecodeError):
            continue
        if report.name == name and (chain is None or report.rapport.numero > chain.numero):
            found.append(report)
    found.sort(key=lambda report: report.rapport.numero)
    for report in found:
        outbox.store(report)
    return found


def _evidence_reports(dossier: Path) -> Iterator[Path]:
    return (dossier / PREUVES).glob(f"*/*/{RAPPORT}")


def _read(outbox: Outbox, etats: tuple[Etat, ...]) -> list[SignedReport]:
    """Reports of these folders that can be believed; the others are set aside when their turn to be sent comes."""
    found = []
    for etat in etats:
        for entry in outbox.entries(etat):
            try:
                found.append(outbox.read(entry))
            except (EnvelopeError, ReportError, StorageError):
                continue
    return found


def _file_receipts(outbox: Outbox, remark: Callable[[StorageError], None]) -> None:
    for entry in outbox.entries(Etat.ACCUSE):
        folder = evidence_folder(outbox.dossier, entry.name)
        if folder.is_dir() and not (folder / RECU_PREUVE).exists():
            _unlink_temporaries(folder)
            try:
                recu = outbox.read_receipt(entry)
            except StorageError as error:
                remark(error)
                continue
            file_receipt(outbox.dossier, entry.name, recu)


def bring_back(outbox: Outbox, entry: Entry) -> Entry:
    """Put a refused or quarantined report back among those to send.

    One whose file is spoilt comes back from the copy kept with its evidence, and the spoilt file stays where it is.
    Raises the error of the spoilt file when there is no such copy; StorageError.
    """
    try:
        outbox.read(entry)
    except (EnvelopeError, ReportError, StorageError):
        copy = _kept_copy(outbox, entry)
        if copy is None:
            raise
        return outbox.store(copy)
    return outbox.retry(entry)


def _kept_copy(outbox: Outbox, entry: Entry) -> SignedReport | None:
    try:
        text = (evidence_folder(outbox.dossier, entry.name) / RAPPORT).read_text(encoding="ascii")
        report = verify_own(text, outbox.cle)
    except (EnvelopeError, ReportError, OSError, UnicodeDecodeError):
        return None
    return report if report.name == entry.name else None
