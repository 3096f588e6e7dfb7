"""`temoin registre`: look at the ledgers of the receivers without sending anything."""

from typing import Annotated

import typer
from rich.console import Console

from temoin_agent.commands.options import CONFIG, ConfigOption, held_outbox, load
from temoin_agent.commands.push import identity_of
from temoin_agent.configuration import Configuration, Recepteur
from temoin_agent.exits import worst
from temoin_agent.outbox.store import Outbox
from temoin_agent.presenting.console import output
from temoin_agent.presenting.outcomes import show_error
from temoin_agent.registry.asking import Registry
from temoin_agent.registry.reviewing import acknowledge, known_reports, review
from temoin_agent.registry.watching import Watch
from temoin_agent.sending.retrying import Patience
from temoin_agent.sending.transport import Connection
from temoin_sdk.errors import ExitCode, TemoinError


def registre(
    config: ConfigOption = CONFIG,
    reconnu: Annotated[
        list[int] | None,
        typer.Option("--reconnu", metavar="RANG", help="Entrée du registre que vous reconnaissez ; répétable."),
    ] = None,
) -> int:
    """Regarde si les registres des récepteurs sont la suite de ceux déjà vus, et ce qu'ils disent de vous."""
    configuration = load(config)
    with held_outbox(configuration, "registre") as outbox:
        rangs = frozenset(reconnu or ())
        return worst(_look(output(), configuration, outbox, one, rangs) for one in configuration.recepteurs)


def _look(
    console: Console, configuration: Configuration, outbox: Outbox, recepteur: Recepteur, rangs: frozenset[int]
) -> int:
    console.print(f"Registre du récepteur « {recepteur.code} » ({recepteur.origine})", style="bold")
    try:
        with Connection(recepteur, Patience().delays) as connection:
            watch = Watch(outbox.dossier, recepteur, Registry(connection, Patience()))
            head = watch.look()
            console.print(f"  {head.taille} entrées : c'est la suite de ce que cette installation avait vu.")
            if rangs:
                console.print(f"  Entrées reconnues : {acknowledge(watch, rangs)}")
            review(watch, identity_of(configuration), lambda: known_reports(outbox))
    except TemoinError as error:
        show_error(console, error)
        return error.exit_code
    console.print("  Rien n'y est dit de vous que cette installation ne connaisse.")
    return ExitCode.OK
