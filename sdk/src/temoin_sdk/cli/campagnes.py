"""`temoin-sdk campagnes`: the campaigns that come with the sdk."""

from typing import Annotated

import typer

from temoin_sdk.campaigns import list_campaigns, load_campaign


def campagnes(
    nom: Annotated[
        str | None, typer.Argument(help="Code d'une campagne fournie, ou chemin d'un fichier .toml : l'affiche.")
    ] = None,
) -> None:
    """Liste les campagnes fournies, ou affiche le fichier de l'une d'elles (à copier pour écrire la sienne)."""
    if nom is not None:
        typer.echo(load_campaign(nom).octets, nl=False)
        return
    for code in list_campaigns():
        loaded = load_campaign(code)
        typer.echo(f"{code}\t{loaded.campagne.libelle}\t{loaded.empreinte}")
