"""`temoin-receiver init`: a new receiver in a folder of its own."""

from typing import Annotated

import typer

from temoin_receiver.cli.options import Dossier
from temoin_receiver.installation import KEY, PUBLIC_KEY, create_receiver


def init(
    dossier: Dossier,
    origine: Annotated[
        str, typer.Option("--origine", help="Nom auquel les rapports sont adressés, par exemple ars.exemple/temoin.")
    ],
) -> None:
    """Crée un récepteur : sa base et la clé qui signe ses accusés."""
    public = create_receiver(dossier, origine)
    typer.echo(f"Récepteur « {origine} » créé dans {dossier}.")
    typer.echo(f"  Clé des accusés : {dossier / KEY} (à sauvegarder, ne jamais communiquer)")
    typer.echo(f"  Clé publique à donner aux organismes : {dossier / PUBLIC_KEY}")
    typer.echo(f"  Empreinte à comparer au téléphone : {public.fingerprint()}")
