"""The command `temoin`, for gestionnaires."""

from typing import NoReturn

from temoin_agent.commands.cles_creer import creer
from temoin_agent.commands.compute import compute
from temoin_agent.commands.evidence_check import check
from temoin_agent.commands.evidence_export import export as export_evidence
from temoin_agent.commands.evidence_list import list_ as list_evidence
from temoin_agent.commands.evidence_purge import purge
from temoin_agent.commands.evidence_reveal import reveal
from temoin_agent.commands.evidence_tirage import tirage
from temoin_agent.commands.evidence_trouver import trouver
from temoin_agent.commands.explain import explain
from temoin_agent.commands.outbox_export import export
from temoin_agent.commands.outbox_list import list_
from temoin_agent.commands.outbox_retry import retry
from temoin_agent.commands.outbox_show import show
from temoin_agent.commands.push import push
from temoin_agent.commands.registry import registre
from temoin_agent.commands.run import run
from temoin_agent.commands.status import status
from temoin_sdk.cli.running import create_app
from temoin_sdk.cli.running import run as run_app

app = create_app(
    "Témoin : calcule sur place les indicateurs d'usage du DUI, les signe, les envoie et garde les preuves."
)
app.command()(compute)
app.command()(explain)
app.command()(run)
app.command()(push)
app.command()(status)
app.command()(registre)

_cles = create_app("Les clés de cette installation.")
_cles.command()(creer)
app.add_typer(_cles, name="cles")

_outbox = create_app("Les rapports signés : à envoyer, accusés, refusés, en quarantaine.")
_outbox.command("list")(list_)
_outbox.command()(show)
_outbox.command()(retry)
_outbox.command()(export)
app.add_typer(_outbox, name="outbox")

_evidence = create_app(
    "Les preuves gardées sur place : vérifier, remettre, ouvrir lors d'une visite, purger à l'échéance."
)
_evidence.command("list")(list_evidence)
_evidence.command()(check)
_evidence.command("export")(export_evidence)
_evidence.command()(tirage)
_evidence.command()(reveal)
_evidence.command()(trouver)
_evidence.command()(purge)
app.add_typer(_evidence, name="evidence")


def main() -> NoReturn:
    """Entry point of `temoin`."""
    run_app(app, "temoin")
