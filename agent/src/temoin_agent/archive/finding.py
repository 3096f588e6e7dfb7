"""The archives that are kept here, and the one a person means."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from temoin_agent.configuration import Configuration
from temoin_agent.installation import read_public_key
from temoin_agent.outbox.evidence import PREUVES
from temoin_agent.outbox.names import ReportName
from temoin_agent.outbox.store import SignedReport, verify_own
from temoin_sdk.archive.layout import RAPPORT
from temoin_sdk.durable import storage_error
from temoin_sdk.envelope import read_jws_file
from temoin_sdk.errors import ConfigurationError, TemoinError


@dataclass(frozen=True, slots=True)
class Run:
    """The archive of one signed report, seen by its name alone."""

    name: ReportName
    folder: Path


def find_runs(dossier: Path) -> list[Run]:
    """Every archive, oldest window first. Raises StorageError."""
    preuves = dossier / PREUVES
    try:
        folders = [path for path in preuves.glob("*/*") if path.is_dir()]
    except OSError as error:
        raise storage_error(error, preuves) from error
    found = [(ReportName.parse(path.name), path) for path in folders]
    runs = [Run(name, path) for name, path in found if name is not None and name.projet == path.parent.name]
    return sorted(runs, key=lambda run: (run.name.fin, run.name))


def select_runs(runs: Sequence[Run], reperes: Sequence[str]) -> list[Run]:
    """The archives these name, each by the start of its repère (4 digits at least) or its folder's name; all for none.

    Raises ConfigurationError: `repere_inconnu`, `repere_ambigu`.
    """
    return [_select_one(runs, repere) for repere in reperes] if reperes else list(runs)


def read_own_report(configuration: Configuration, run: Run) -> SignedReport:
    """The report of an archive, signed by this installation and of this name. Raises EnvelopeError, ReportError,
    StorageError, KeyFileError."""
    report = verify_own(read_jws_file(run.folder / RAPPORT), read_public_key(configuration))
    if report.name != run.name:
        raise ConfigurationError(
            f"Le dossier {run.folder.name} porte le nom d'un autre rapport que le sien.",
            ou=str(run.folder),
            remede="Rendez-lui son nom d'origine, ou restaurez-le depuis une sauvegarde.",
            code="archive_nom",
        )
    return report


def latest_of(configuration: Configuration, finess: str, repere: str | None) -> tuple[Run, SignedReport]:
    """The archive named, or the latest one whose report counts this establishment.

    Raises ConfigurationError `archive_absente`, and what reading the report named may raise.
    """
    runs = select_runs(find_runs(configuration.dossier), [repere] if repere else [])
    for run in sorted(runs, key=lambda run: (run.name.fin, run.name.version), reverse=True):
        try:
            report = read_own_report(configuration, run)
        except TemoinError:
            if repere:
                raise
            continue  # told by « temoin evidence check »; another archive may still answer
        if any(site.finess == finess for site in report.rapport.etablissements):
            return run, report
    raise ConfigurationError(
        f"Aucune preuve gardée ici ne compte l'établissement {finess}"
        + (f" sous le repère « {repere} »." if repere else "."),
        ou=str(configuration.dossier),
        remede="Vérifiez le FINESS ; « temoin evidence list » montre les preuves gardées.",
        code="archive_absente",
    )


def _select_one(runs: Sequence[Run], repere: str) -> Run:
    text = repere.strip()
    found = [
        run
        for run in runs
        if text == run.name.stem or (len(text) >= 4 and run.name.repere.startswith(text.lower()[:16]))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigurationError(
            f"Plusieurs archives commencent par « {repere} ».",
            remede=f"Donnez plus de caractères : {', '.join(run.name.repere for run in found)}.",
            code="repere_ambigu",
        )
    raise ConfigurationError(
        f"Aucune archive de preuves n'a pour repère « {repere} ».",
        remede="« temoin evidence list » donne les repères ; quatre caractères au moins.",
        code="repere_inconnu",
    )
