"""`temoin-receiver verifier`: does the store still say what was signed."""

import typer

from temoin_receiver.auditing import find_faults
from temoin_receiver.cli.options import Dossier
from temoin_receiver.installation import open_receiver
from temoin_receiver.storage import sqlite_warning
from temoin_sdk.errors import Acteur, ReportError


def verifier(dossier: Dossier) -> None:
    """Vérifie toute la base : signatures, empreintes, numéros, accusés et certificats."""
    warning = sqlite_warning()
    if warning is not None:
        typer.echo(f"Avertissement : {warning}", err=True)
    with open_receiver(dossier) as receiver, receiver.store.reading() as connection:
        faults = list(find_faults(connection, receiver.cle, receiver.store.origine))
    if faults:
        lines = "\n".join(f"  - {fault}" for fault in faults)
        raise ReportError(
            f"La base ne dit plus ce qui a été signé ({len(faults)} écarts) :\n{lines}",
            ou=str(dossier),
            code="depot_altere",
            acteur=Acteur.ARS,
            remede="Arrêter le récepteur, garder une copie de ce dossier, et restaurer une sauvegarde vérifiée.",
        )
    typer.echo("Base vérifiée : chaque rapport, accusé et certificat se vérifie, et tout leur correspond.")
