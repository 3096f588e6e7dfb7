"""`temoin-receiver init`: a new receiver in a folder of its own."""

from pathlib import Path
from typing import Annotated

import typer

from temoin_receiver.cli.options import Dossier
from temoin_receiver.installation import KEY, LEDGER_KEY, LEDGER_PUBLIC_KEY, PUBLIC_KEY, create_receiver


def init(
    dossier: Dossier,
    origine: Annotated[
        str, typer.Option("--origine", help="Nom auquel les rapports sont adressés, par exemple ars.exemple/temoin.")
    ],
    tete_publiee: Annotated[
        Path | None,
        typer.Option(
            "--tete-publiee",
            help="Fichier de la tête publiée du registre, de préférence sur un autre disque ; à côté de la base sinon.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Crée un récepteur : sa base, la clé qui signe ses accusés et celle qui signe son registre."""
    created = create_receiver(dossier, origine, tete_publiee)
    typer.echo(f"Récepteur « {origine} » créé dans {dossier}.")
    typer.echo(f"  Clé des accusés : {dossier / KEY} (à sauvegarder, ne jamais communiquer)")
    typer.echo(f"  Clé du registre : {dossier / LEDGER_KEY} (à sauvegarder, ne jamais communiquer)")
    typer.echo(f"  Clés publiques à donner aux organismes : {dossier / PUBLIC_KEY} et {dossier / LEDGER_PUBLIC_KEY}")
    typer.echo(f"  Empreinte à comparer au téléphone, accusés : {created.recus.fingerprint()}")
    typer.echo(f"  Empreinte à comparer au téléphone, registre : {created.registre.cle.fingerprint()}")
