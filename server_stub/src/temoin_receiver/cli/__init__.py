"""The command `temoin-receiver`, for whoever runs a receiver at the ARS."""

from typing import NoReturn

from temoin_receiver.cli import certificat_charger, editeur_enroler, editeur_revoquer
from temoin_receiver.cli.audit_recompter import recompter
from temoin_receiver.cli.audit_tirage import tirage
from temoin_receiver.cli.certificat_lister import lister
from temoin_receiver.cli.certificat_revoquer import revoquer as revoquer_certificat
from temoin_receiver.cli.cle_enroler import enroler
from temoin_receiver.cli.cle_revoquer import revoquer
from temoin_receiver.cli.fsck import fsck
from temoin_receiver.cli.init import init
from temoin_receiver.cli.registre_charger import charger
from temoin_receiver.cli.servir import servir
from temoin_receiver.cli.verifier import verifier
from temoin_sdk.cli.running import create_app, run

app = create_app("Récepteur de Témoin : reçoit les rapports signés, les recalcule, répond par un accusé signé.")
registre = create_app("Le registre de l'ARS : organismes, établissements, projets.")
cle = create_app("Les clés des organismes gestionnaires.")
editeur = create_app("Les clés des éditeurs dont les certificats de plugins sont crus.")
certificat = create_app("Les certificats de plugins, montrés à côté des chiffres sans en changer aucun.")
audit = create_app("Ce qu'un gestionnaire remet : recompter ses preuves, dire combien de dossiers ouvrir et lesquels.")
app.command()(init)
app.add_typer(registre, name="registre")
registre.command()(charger)
app.add_typer(cle, name="cle")
cle.command()(enroler)
# One kid in sixty-four begins with a dash: it is no option.
cle.command(context_settings={"ignore_unknown_options": True})(revoquer)
app.add_typer(editeur, name="editeur")
editeur.command()(editeur_enroler.enroler)
editeur.command(context_settings={"ignore_unknown_options": True})(editeur_revoquer.revoquer)
app.add_typer(certificat, name="certificat")
certificat.command()(certificat_charger.charger)
certificat.command()(revoquer_certificat)
certificat.command()(lister)
app.add_typer(audit, name="audit")
audit.command()(recompter)
audit.command()(tirage)
app.command()(servir)
app.command()(verifier)
app.command()(fsck)


def main() -> NoReturn:
    """Entry point of `temoin-receiver`."""
    run(app, "temoin-receiver")


__all__ = ["app", "main"]
