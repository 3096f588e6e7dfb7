"""`temoin outbox export`: copies of signed reports, with what was answered, to carry where the network does not go."""

from pathlib import Path
from typing import Annotated

import typer

from temoin_agent.commands.options import CONFIG, ConfigOption, find_entries, load, open_outbox
from temoin_agent.outbox.store import JWS, RECU, REFUS, Etat
from temoin_agent.presenting.console import output
from temoin_agent.presenting.words import plural
from temoin_sdk.durable import create_exclusive, make_private_folder, storage_error, sync_folder
from temoin_sdk.errors import ExitCode, StorageError


def export(
    destination: Annotated[Path, typer.Argument(help="Dossier où copier, créé s'il n'existe pas.")],
    reperes: Annotated[list[str] | None, typer.Argument(help="Repères ; sans eux, tout ce qui attend.")] = None,
    config: ConfigOption = CONFIG,
) -> int:
    """Copie des rapports signés (et leurs accusés ou refus) dans un dossier, sans rien y écraser."""
    outbox = open_outbox(load(config))
    entries = find_entries(outbox, reperes, tuple(Etat)) if reperes else outbox.entries(Etat.A_ENVOYER)
    make_private_folder(destination)
    copied = 0
    for entry in entries:
        for end in (JWS, RECU, REFUS):
            source = entry.path.with_name(entry.name.stem + end)
            if source.is_file():
                copied += _copy(source, destination / source.name)
    _sync(destination)
    reports = plural(len(entries), "rapport exporté", "rapports exportés")
    files = plural(copied, "fichier copié", "fichiers copiés")
    output().print(f"{reports} ({files}) : {destination.resolve()}", soft_wrap=True)
    return ExitCode.OK


def _copy(source: Path, target: Path) -> int:
    """1 when the copy was made, 0 when the same file was there already. Raises StorageError."""
    try:
        data = source.read_bytes()
        create_exclusive(target, data)
    except FileExistsError as error:
        if target.read_bytes() == data:
            return 0
        raise StorageError(
            f"{target.name} existe déjà dans ce dossier avec un autre contenu.",
            ou=str(target),
            remede="Choisissez un autre dossier : rien n'est jamais écrasé.",
            code="export_existant",
            retryable=False,
        ) from error
    except OSError as error:
        raise storage_error(error, target) from error
    return 1


def _sync(folder: Path) -> None:
    try:
        sync_folder(folder)
    except OSError as error:
        raise storage_error(error, folder) from error
