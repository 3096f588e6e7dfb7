"""`temoin-receiver certificat charger`: hold certificates of plugins, so that pages can say which are certified."""

from pathlib import Path
from typing import Annotated

import typer

from temoin_receiver.certificates.storing import load
from temoin_receiver.cli.options import Dossier
from temoin_receiver.clock import now
from temoin_receiver.installation import open_store
from temoin_sdk.certificates import describe_certificat
from temoin_sdk.envelope import read_jws_file
from temoin_sdk.report import spell_instant


def charger(
    dossier: Dossier,
    fichiers: Annotated[list[Path], typer.Argument(help="Certificats (.jws) donnés par un éditeur.")],
) -> None:
    """Charge des certificats de plugins d'éditeurs enrôlés ; tous, ou aucun si l'un d'eux ne peut être cru."""
    texts = {str(path): read_jws_file(path) for path in fichiers}
    with open_store(dossier) as store:
        loaded = store.writer.write(lambda connection: load(connection, texts, spell_instant(now())))
    for one in loaded:
        typer.echo("Certificat chargé." if one.nouveau else "Ce certificat était déjà chargé.")
        typer.echo(f"  Éditeur : {one.editeur}")
        typer.echo(f"  Empreinte : {one.opened.empreinte_jws}")
        for line in describe_certificat(one.opened.contenu):
            typer.echo(f"  {line}")
