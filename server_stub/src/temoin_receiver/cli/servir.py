"""`temoin-receiver servir`: the receiver over HTTP."""

from typing import Annotated

import typer

from temoin_receiver.cli.options import Dossier
from temoin_receiver.installation import open_receiver
from temoin_receiver.serving import is_loopback, serve
from temoin_receiver.storage import sqlite_warning


def servir(
    dossier: Dossier,
    hote: Annotated[str, typer.Option("--hote", help="Adresse d'écoute.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port d'écoute ; 0 en prend un libre.")] = 8460,
) -> None:
    """Reçoit les rapports et sert les pages, jusqu'à SIGTERM ou Ctrl-C."""
    warnings = [sqlite_warning()]
    if not is_loopback(hote):
        warnings.append(
            f"L'adresse {hote} est visible hors de cette machine, sans TLS et sans contrôle d'accès aux pages : placer "
            "devant ce récepteur un mandataire TLS (1.2 au moins) qui les assure."
        )
    for warning in filter(None, warnings):
        typer.echo(f"Avertissement : {warning}", err=True)
    with open_receiver(dossier) as receiver:
        serve(receiver, hote, port, _announce)


def _announce(address: str) -> None:
    typer.echo(f"Récepteur à l'écoute sur {address}")
