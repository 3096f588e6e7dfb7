"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

DepotOption = Annotated[
    Path,
    typer.Option("--depot", envvar="TEMOIN_TDDUI_DEPOT", help="Dossier du dépôt local ; créé au premier import."),
]
