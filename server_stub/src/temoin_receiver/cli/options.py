"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Dossier = Annotated[
    Path, typer.Option("--dossier", envvar="TEMOIN_RECEPTEUR", help="Dossier du récepteur.", show_default=False)
]
