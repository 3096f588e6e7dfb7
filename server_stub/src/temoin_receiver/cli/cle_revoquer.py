"""`temoin-receiver cle revoquer`: stop believing a key."""

from typing import Annotated

import typer

from temoin_receiver.cli.options import Dossier
from temoin_receiver.clock import now
from temoin_receiver.installation import open_store
from temoin_receiver.register.storing import revoke
from temoin_sdk.report import spell_instant


def revoquer(
    dossier: Dossier, kid: Annotated[str, typer.Argument(help="kid donné à l'enrôlement.", show_default=False)]
) -> None:
    """Révoque une clé : ce qu'elle signe n'est plus reçu ; ce qui a été reçu avant demeure."""
    with open_store(dossier) as store:
        since = store.writer.write(lambda connection: revoke(connection, kid, spell_instant(now())))
    typer.echo(f"Clé révoquée depuis le {since}.")
