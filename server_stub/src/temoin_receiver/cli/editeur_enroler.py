"""`temoin-receiver editeur enroler`: believe an editor's certificates from now on."""

from pathlib import Path
from typing import Annotated

import typer

from temoin_receiver.certificates.storing import believe
from temoin_receiver.cli.options import Dossier
from temoin_receiver.clock import now
from temoin_receiver.installation import open_store
from temoin_sdk.envelope import read_public_key
from temoin_sdk.errors import Acteur, ConfigurationError
from temoin_sdk.report import spell_instant

MAX_NOM = 100


def enroler(
    dossier: Dossier,
    nom: Annotated[str, typer.Option("--nom", help="Nom de l'éditeur, tel que les pages le montreront.")],
    fichier: Annotated[Path, typer.Argument(help="Clé publique de l'éditeur (JWK).", show_default=False)],
) -> None:
    """Enrôle la clé publique d'un éditeur : les certificats qu'elle signe pourront être chargés."""
    name = " ".join(nom.split())
    if not name or len(name) > MAX_NOM or not name.isprintable():
        raise ConfigurationError(
            "Ce nom d'éditeur ne convient pas.",
            code="editeur_nom",
            acteur=Acteur.ARS,
            remede=f"Écrire le nom que les pages montreront, en {MAX_NOM} caractères au plus.",
        )
    key = read_public_key(fichier)
    with open_store(dossier) as store:
        new = store.writer.write(lambda connection: believe(connection, key, name, spell_instant(now())))
    typer.echo(f"Éditeur « {name} » enrôlé." if new else f"Cette clé de l'éditeur « {name} » était déjà enrôlée.")
    typer.echo(f"  kid : {key.kid}")
    typer.echo(f"  Empreinte à comparer au téléphone : {key.fingerprint()}")
