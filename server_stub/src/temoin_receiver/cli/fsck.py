"""`temoin-receiver fsck`: is the ledger whole, and does everything agree with it."""

import typer

from temoin_receiver.auditing import find_faults
from temoin_receiver.cli.options import Dossier
from temoin_receiver.installation import look_store
from temoin_receiver.ledger.hashing import find_hash_faults
from temoin_receiver.ledger.heads import last_head
from temoin_receiver.ledger.replaying import find_replay_faults
from temoin_sdk.errors import Acteur, LedgerError


def fsck(dossier: Dossier) -> None:
    """Rehache tout le registre et le compare à sa tête, à la tête publiée, aux tables, aux rapports et aux accusés.

    N'écrit rien, et fonctionne même quand le récepteur refuse de s'ouvrir. Finit par 0 si tout s'accorde, 9 sinon.
    """
    with look_store(dossier) as store, store.reading() as connection:
        signatures, publiee = store.keeper.signatures, store.keeper.publiee
        faults = [
            *find_hash_faults(connection, publiee, signatures.registre),
            *find_replay_faults(connection, signatures),
            *find_faults(connection, signatures.recus.public, store.origine),
        ]
        taille, racine = last_head(connection)
    typer.echo(f"Registre « {store.origine} » : {taille} entrées, racine {racine.hex()}.")
    if faults:
        lines = "\n".join(f"  - {fault}" for fault in faults)
        raise LedgerError(
            f"Le registre et la base ne s'accordent pas ({len(faults)} écarts) :\n{lines}",
            ou=str(dossier),
            code="registre_altere",
            acteur=Acteur.ARS,
            remede="Arrêter le récepteur et garder ce dossier tel quel : il montre ce qui a changé. Comparer à une "
            "sauvegarde vérifiée, sans remettre une base plus ancienne que la tête publiée.",
        )
    typer.echo("Tout s'accorde : entrées, têtes, tête publiée, tables, rapports et accusés.")
