"""`temoin cles creer`: the keys of this installation, made once."""

from temoin_agent import clock
from temoin_agent.commands.options import CONFIG, ConfigOption, load
from temoin_agent.installation import create_installation
from temoin_agent.outbox.lock import hold
from temoin_agent.presenting.console import output
from temoin_sdk.errors import ExitCode


def creer(config: ConfigOption = CONFIG) -> int:
    """Crée, une seule fois, les clés de cette installation et la clé publique à faire inscrire par l'ARS."""
    configuration = load(config)
    with hold(configuration.dossier, "cles creer", clock.now()):
        made = create_installation(configuration)
    console = output()
    console.print("Clés créées. Elles ne sont nulle part ailleurs : sauvegardez ce dossier en lieu sûr.")
    console.print(f"  Dossier : {made.jwk.parent}", soft_wrap=True)
    console.print(f"  Installation : {made.identifiant}")
    console.print(f"  Clé publique à envoyer à l'ARS : {made.jwk}", soft_wrap=True)
    console.print(f"  Nom de la clé (kid) : {made.cle.kid}")
    console.print(f"  Empreinte à lire au téléphone : {made.cle.fingerprint()}")
    console.print(
        "Suite : envoyez la clé publique à l'ARS, comparez l'empreinte au téléphone, puis « temoin run ».", style="bold"
    )
    return ExitCode.OK
