"""`temoin evidence export`: one file to hand over, without anything that leads to a person unless confirmed."""

from pathlib import Path
from typing import Annotated

import typer

from temoin_agent import clock
from temoin_agent.archive.checking import check_run
from temoin_agent.archive.exporting import export_run
from temoin_agent.archive.finding import Run, find_runs, select_runs
from temoin_agent.archive.journal import note_access, read_motif
from temoin_agent.commands.options import CONFIG, ConfigOption, load
from temoin_agent.presenting.console import errors, output
from temoin_sdk.archive.layout import EXTENSION, Sort
from temoin_sdk.archive.words import refuse_archive
from temoin_sdk.durable import create_exclusive, make_private_folder, storage_error, sync_folder
from temoin_sdk.envelope import empreinte
from temoin_sdk.errors import ConfigurationError, ExitCode, StorageError

_MOT = "correspondance"
_AVERTISSEMENT = (
    "Cet export contiendra les détails et la correspondance entre feuilles et dossiers : des DONNÉES PERSONNELLES, "
    "chiffrées avec la clé de site. Il faut pour cela une base légale, un destinataire habilité et une date "
    "d'effacement. L'ARS n'en a pas besoin pour recompter. L'accès est inscrit au journal."
)
_PIECES = "Les documents de pieces/ y sont en clair et peuvent nommer des personnes : relisez-les avant de le remettre."


def export(
    repere: Annotated[str, typer.Argument(help="Repère des preuves (« temoin evidence list »).")],
    destination: Annotated[Path, typer.Argument(help="Dossier où écrire le fichier.")] = Path(),
    config: ConfigOption = CONFIG,
    avec_pieces: Annotated[
        bool, typer.Option("--avec-pieces", help="Joint, en clair, les documents dont des chiffres sont tirés.")
    ] = False,
    avec_correspondance: Annotated[
        bool,
        typer.Option("--avec-correspondance", help="Joint les données personnelles chiffrées, après confirmation."),
    ] = False,
    motif: Annotated[str, typer.Option("--motif", help="Avec --avec-correspondance : pourquoi, et pour qui.")] = "",
) -> int:
    """Écrit un seul fichier, que « temoin-sdk verify » vérifie et recompte sans réseau, chez l'ARS ou ailleurs."""
    configuration = load(config)
    (run,) = select_runs(find_runs(configuration.dossier), [repere])
    bilan = check_run(configuration, run, sealed=False)
    if bilan.fautes:
        raise refuse_archive(bilan, str(run.folder))
    sorts = {Sort.OUVERT, *([Sort.PIECE] if avec_pieces else []), *([Sort.PERSONNEL] if avec_correspondance else [])}
    if avec_correspondance:
        why = read_motif(motif)
        _confirm()
        objet = "export des détails et de la correspondance, chiffrés"
        note_access(configuration.dossier, clock.now(), run, commande="evidence export", motif=why, objet=objet)
    data = export_run(run, frozenset(sorts))
    path = _write(destination, run, data, "" if sorts == {Sort.OUVERT} else "-complet")
    console = output()
    console.print(f"Export écrit : {path}", soft_wrap=True)
    console.print(f"  {len(data)} octets, SHA-256 {empreinte(data)}", soft_wrap=True)
    if avec_pieces:
        console.print(f"  {_PIECES}")
    if not avec_correspondance:
        console.print("  Il ne contient ni détail ni correspondance : rien n'y désigne une personne accompagnée.")
    console.print(
        "Suite : remettez-le avec votre clé publique ; « temoin-sdk verify » le vérifie chez qui le reçoit.",
        style="bold",
    )
    return ExitCode.OK


def _confirm() -> None:
    console = errors()
    console.print(_AVERTISSEMENT, style="bold red")
    try:
        typed = input(f"Pour confirmer, tapez le mot « {_MOT} » : ")
    except EOFError:
        typed = ""
    if typed.strip().lower() != _MOT:
        raise ConfigurationError(
            "L'export des données personnelles n'est pas confirmé : rien n'est écrit.",
            remede=f"Relancez sans --avec-correspondance, ou tapez « {_MOT} » quand la question est posée.",
            code="export_non_confirme",
        )


def _write(destination: Path, run: Run, data: bytes, suffix: str) -> Path:
    path = destination / f"{run.name.stem}{suffix}{EXTENSION}"
    make_private_folder(destination)
    try:
        create_exclusive(path, data)
        sync_folder(destination)
    except FileExistsError as error:
        raise StorageError(
            f"{path.name} existe déjà : il n'est jamais écrasé.",
            ou=str(path),
            remede="Déplacez-le, ou donnez un autre dossier ; le même contenu donne le même fichier.",
            code="export_existant",
            retryable=False,
        ) from error
    except OSError as error:
        raise storage_error(error, path) from error
    return path
