"""`temoin-receiver certificat revoquer`: show a certificate as revoked."""

from typing import Annotated

import typer

from temoin_receiver.certificates.storing import revoke
from temoin_receiver.cli.options import Dossier
from temoin_receiver.clock import now
from temoin_receiver.installation import open_store
from temoin_sdk.report import spell_instant


def revoquer(
    dossier: Dossier,
    empreinte: Annotated[str, typer.Argument(help="Empreinte donnée par « certificat lister ».", show_default=False)],
) -> None:
    """Révoque un certificat : les pages le disent révoqué, aucun chiffre ni verdict ne change."""
    with open_store(dossier) as store:
        since = store.writer.write(lambda connection: revoke(connection, empreinte, spell_instant(now())))
    typer.echo(f"Certificat révoqué depuis le {since}.")
