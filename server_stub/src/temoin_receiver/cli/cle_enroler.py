"""`temoin-receiver cle enroler`: believe a key from now on."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from temoin_receiver.cli.options import Dossier
from temoin_receiver.clock import now
from temoin_receiver.installation import open_store
from temoin_receiver.register.storing import enroll
from temoin_sdk.envelope import read_public_key
from temoin_sdk.errors import Acteur, ConfigurationError
from temoin_sdk.finess import verify_finess
from temoin_sdk.report import spell_instant
from temoin_sdk.report.bounded import Installation


def enroler(
    dossier: Dossier,
    ej: Annotated[str, typer.Option("--ej", help="FINESS EJ de l'organisme, tel qu'au registre.")],
    installation: Annotated[str, typer.Option("--installation", help="UUID de l'installation, donné par l'agent.")],
    fichier: Annotated[Path, typer.Argument(help="Clé publique de l'installation (JWK).", show_default=False)],
) -> None:
    """Enrôle la clé publique d'une installation."""
    key = read_public_key(fichier)
    # The key of the number was checked when the register was loaded, where an exception may lift it.
    finess = verify_finess(ej, exception=True)
    _check_installation(installation)
    with open_store(dossier) as store:
        new = store.writer.write(lambda connection: enroll(connection, key, finess, installation, spell_instant(now())))
    typer.echo("Clé enrôlée." if new else "Cette clé était déjà enrôlée pour cette installation.")
    typer.echo(f"  kid : {key.kid}")
    typer.echo(f"  Empreinte à comparer au téléphone : {key.fingerprint()}")


def _check_installation(text: str) -> None:
    try:
        TypeAdapter(Installation).validate_python(text)
    except ValidationError as error:
        raise ConfigurationError(
            f"« {text} » n'est pas l'identifiant d'une installation.",
            code="installation",
            acteur=Acteur.ARS,
            remede="Recopier l'UUID en minuscules donné par l'agent de l'organisme.",
        ) from error
