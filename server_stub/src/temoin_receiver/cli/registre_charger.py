"""`temoin-receiver registre charger`: the register from a file."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from temoin_receiver.cli.options import Dossier
from temoin_receiver.clock import now
from temoin_receiver.installation import open_store
from temoin_receiver.register.loading import Known, load_register
from temoin_receiver.register.reading import read_rattachements
from temoin_receiver.register.storing import store_register
from temoin_receiver.storage import Store
from temoin_receiver.storage.tables import organismes
from temoin_sdk.report import spell_instant


def charger(
    dossier: Dossier, fichier: Annotated[Path, typer.Argument(help="Fichier TOML du registre.", show_default=False)]
) -> None:
    """Charge organismes, établissements et projets ; ce que le fichier ne nomme pas reste tel quel."""
    with open_store(dossier) as store:
        loaded = load_register(fichier, _known(store))
        written = store.writer.write(lambda connection: store_register(connection, loaded, spell_instant(now())))
    typer.echo(f"Registre chargé : {written.total} entrées, dont {written.changed} nouvelles ou modifiées.")


def _known(store: Store) -> Known:
    with store.reading() as connection:
        return Known(
            frozenset(connection.execute(select(organismes.c.ej)).scalars()),
            {finess: {one.ej for one in periods} for finess, periods in read_rattachements(connection, None).items()},
        )
