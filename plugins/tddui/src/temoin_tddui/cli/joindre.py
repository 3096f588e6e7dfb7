"""`temoin-tddui joindre`: know persons by the INS that other sources know them by."""

from pathlib import Path
from typing import Annotated

import typer

from temoin_sdk.contract import CleIns
from temoin_sdk.envelope import read_secret
from temoin_tddui.cli.options import DepotOption
from temoin_tddui.store import create_store


def joindre(
    depot: DepotOption,
    cle_site: Annotated[Path, typer.Option("--cle-site", help="La clé de site de l'agent ([cles] de temoin.toml).")],
) -> None:
    """Prépare le dépôt, avant le premier export, à rejoindre par l'INS les dépôts DMP d'une autre source.

    Chaque calcul le fait aussi. Ce qui est gardé est une empreinte de l'INS ; la clé de site n'est pas recopiée.
    """
    store = create_store(depot)
    store.adopt(CleIns.derivee(read_secret(cle_site)))
    typer.echo(f"{store.folder} : les usagers des prochains exports seront reconnus par leur INS.")
