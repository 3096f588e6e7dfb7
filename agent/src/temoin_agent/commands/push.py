"""`temoin push`: send what waits."""

from temoin_agent import clock
from temoin_agent.commands.options import CONFIG, ConfigOption, held_outbox, load, recover_and_show
from temoin_agent.configuration import Configuration
from temoin_agent.exits import worst
from temoin_agent.installation import read_identifier, read_public_key
from temoin_agent.outbox.store import Outbox
from temoin_agent.presenting.console import output
from temoin_agent.presenting.outcomes import show_next, show_outcome
from temoin_agent.registry.reviewing import Identity
from temoin_agent.sending.pushing import push as push_all
from temoin_agent.sending.retrying import Patience


def push(config: ConfigOption = CONFIG) -> int:
    """Envoie les rapports qui attendent et garde leurs accusés."""
    configuration = load(config)
    with held_outbox(configuration, "push") as outbox:
        recover_and_show(outbox)
        return push_and_show(configuration, outbox)


def identity_of(configuration: Configuration) -> Identity:
    """What a ledger may say of us without surprise. Raises KeyFileError."""
    gestionnaire = configuration.gestionnaire
    return Identity(
        gestionnaire.ej,
        read_identifier(configuration.dossier),
        read_public_key(configuration).kid,
        gestionnaire.autres_installations,
    )


def push_and_show(configuration: Configuration, outbox: Outbox) -> int:
    """Send everything that waits, say what came of each, and answer the exit code. Under the lock, after recovery."""
    console = output()
    outcomes = push_all(outbox, configuration.recepteurs, identity_of(configuration), Patience(), clock.now)
    codes = [show_outcome(console, outcome, configuration.gestionnaire.fuseau) for outcome in outcomes]
    show_next(console, outcomes)
    return worst(codes)
