"""`temoin-receiver editeur revoquer`: stop believing an editor's key, and all it signed."""

from typing import Annotated

import typer

from temoin_receiver.certificates.storing import disbelieve
from temoin_receiver.cli.options import Dossier
from temoin_receiver.clock import now
from temoin_receiver.installation import open_store
from temoin_sdk.report import spell_instant


def revoquer(
    dossier: Dossier, kid: Annotated[str, typer.Argument(help="kid donné à l'enrôlement.", show_default=False)]
) -> None:
    """Révoque la clé d'un éditeur : tous ses certificats sont montrés comme révoqués, aucun chiffre ne change."""
    with open_store(dossier) as store:
        since, held = store.writer.write(lambda connection: disbelieve(connection, kid, spell_instant(now())))
    typer.echo(f"Clé d'éditeur révoquée depuis le {since} ; certificats concernés : {held}.")
