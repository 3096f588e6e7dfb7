"""`temoin evidence check`: everything that is kept of a run, against its manifest and against the signed report."""

from typing import Annotated

import typer
from rich.console import Console

from temoin_agent.archive.checking import check_run
from temoin_agent.archive.finding import Run, find_runs, select_runs
from temoin_agent.archive.journal import JOURNAL, find_gap
from temoin_agent.commands.options import CONFIG, ConfigOption, load
from temoin_agent.configuration import Configuration
from temoin_agent.exits import worst
from temoin_agent.presenting.console import output
from temoin_agent.presenting.outcomes import describe_name, show_error
from temoin_agent.presenting.words import plural
from temoin_sdk.archive import Bilan
from temoin_sdk.archive.words import PROUVE, say_bilan
from temoin_sdk.errors import ExitCode, StorageError

_KEY_ABSENT = (
    "La clé du récepteur n'est plus dans la configuration : la signature de l'accusé n'est pas vérifiée. "
    "Remettez ce récepteur dans [[recepteurs]]."
)


def check(
    reperes: Annotated[list[str] | None, typer.Argument(help="Repères ; sans eux, toutes les preuves.")] = None,
    config: ConfigOption = CONFIG,
    sans_cle_de_site: Annotated[
        bool, typer.Option("--sans-cle-de-site", help="N'ouvre pas ce qui est chiffré : le compte n'en a pas la clé.")
    ] = False,
) -> int:
    """Vérifie les preuves gardées : fichiers, signatures, racines et comptes recalculés.

    Finit par 0 si tout est conforme, 9 si un fichier ou un compte ne l'est pas, 5 si une signature n'a pas pu être
    vérifiée, 8 si un fichier ne se lit pas.
    """
    configuration = load(config)
    console = output()
    runs = select_runs(find_runs(configuration.dossier), reperes or [])
    codes = [_check_one(console, configuration, run, sealed=not sans_cle_de_site) for run in runs]
    gap = find_gap(configuration.dossier)
    if gap is not None:
        console.print(f"Le journal des accès ({JOURNAL}) a été modifié avant sa ligne {gap}.", style="bold red")
        codes.append(ExitCode.PREUVE)
    _conclude(console, codes)
    return worst(codes)


def _check_one(console: Console, configuration: Configuration, run: Run, *, sealed: bool) -> int:
    console.print(f"\n{describe_name(run.name)}", style="bold")
    try:
        bilan = check_run(configuration, run, sealed=sealed)
    except StorageError as error:
        show_error(console, error)
        return error.exit_code
    if bilan.fautes:
        return _show_faults(console, bilan)
    for line in say_bilan(bilan):
        console.print(f"  - {line}", soft_wrap=True)
    if not bilan.verifie:
        console.print(f"  {_KEY_ABSENT}", style="bold red")
        return ExitCode.BLOQUE
    return ExitCode.OK


def _show_faults(console: Console, bilan: Bilan) -> int:
    console.print(f"  Ces preuves ne peuvent pas être crues : {plural(len(bilan.fautes), 'écart', 'écarts')}.")
    for fault in bilan.fautes:
        console.print(f"  - {fault.phrase()}", style="bold red", soft_wrap=True)
    console.print("  Que faire : ne réparez rien à la main ; gardez ce dossier tel quel, et restaurez sa sauvegarde.")
    return ExitCode.PREUVE


def _conclude(console: Console, codes: list[int]) -> None:
    good = sum(code == ExitCode.OK for code in codes)
    console.print(f"\n{good} sur {plural(len(codes), 'vérification', 'vérifications')} sans écart.", style="bold")
    if good:
        console.print("Ce que cela prouve, et ce que cela ne prouve pas :")
        for sentence in PROUVE:
            console.print(f"  - {sentence}")
