"""The command `temoin-tddui`: take exports in, from a folder or from the DUI itself, and say what is there."""

from typing import NoReturn

from temoin_sdk.cli.running import create_app, run
from temoin_tddui.cli.etat import etat
from temoin_tddui.cli.importer import importer
from temoin_tddui.cli.joindre import joindre
from temoin_tddui.cli.listen import listen

app = create_app("Exports TDDUI (FHIR R4) du DUI : les recevoir, les accumuler, dire ce qui est là.")
app.command("import")(importer)
app.command()(listen)
app.command()(etat)
app.command()(joindre)


def main() -> NoReturn:
    """Entry point of `temoin-tddui`."""
    run(app, "temoin-tddui")


__all__ = ["app", "main"]
