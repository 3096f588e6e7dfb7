"""`temoin-receiver certificat lister`: the certificates held here."""

import typer

from temoin_receiver.certificates.reading import read_certificats
from temoin_receiver.cli.options import Dossier
from temoin_receiver.installation import open_store


def lister(dossier: Dossier) -> None:
    """Liste les certificats chargés, du plus ancien au plus récent."""
    with open_store(dossier) as store, store.reading() as connection:
        connus = read_certificats(connection)
    if not connus:
        typer.echo("Aucun certificat n'est chargé.")
    for empreinte, connu in connus.items():
        certificat = connu.certificat
        state = f", révoqué le {connu.revoque_le}" if connu.revoque_le else ""
        whose = certificat.distribution or "fichier de mapping"
        typer.echo(f"{empreinte}  {connu.editeur} : source {certificat.plugin} ({whose} {certificat.version}){state}")
