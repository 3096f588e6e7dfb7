"""The command `temoin-sdk`, for editors and for those who read reports with other tools."""

from typing import NoReturn

from temoin_sdk.cli.campagnes import campagnes
from temoin_sdk.cli.certify import certify
from temoin_sdk.cli.check_mapping import check_mapping
from temoin_sdk.cli.explain import explain
from temoin_sdk.cli.new import new
from temoin_sdk.cli.running import create_app, run
from temoin_sdk.cli.schema import schema
from temoin_sdk.cli.verify import verify

app = create_app(
    "Outils de Témoin : nouveau projet d'éditeur, schémas, campagnes, relecture d'un mapping, chiffres expliqués, "
    "certificats et vérification hors ligne."
)
app.command()(new)
app.command()(schema)
app.command()(campagnes)
app.command("check-mapping")(check_mapping)
app.command()(explain)
app.command()(certify)
app.command()(verify)


def main() -> NoReturn:
    """Entry point of `temoin-sdk`."""
    run(app, "temoin-sdk")


__all__ = ["app", "main"]
