"""`temoin outbox retry`: send again what was refused or set aside, the same bytes."""

from typing import Annotated

import typer

from temoin_agent.commands.options import CONFIG, ConfigOption, find_entries, held_outbox, load, recover_and_show
from temoin_agent.commands.push import push_and_show
from temoin_agent.outbox.recovery import bring_back
from temoin_agent.outbox.store import Etat
from temoin_agent.presenting.console import output
from temoin_agent.presenting.outcomes import describe_name
from temoin_sdk.errors import ConfigurationError

_STOPPED = (Etat.REFUSE, Etat.QUARANTAINE)


def retry(
    reperes: Annotated[list[str] | None, typer.Argument(help="Repères des rapports à renvoyer.")] = None,
    every: Annotated[bool, typer.Option("--tous", help="Renvoie tout ce qui est refusé ou en quarantaine.")] = False,
    config: ConfigOption = CONFIG,
) -> int:
    """Remet à envoyer des rapports refusés ou en quarantaine, tels qu'ils ont été signés, puis les envoie."""
    if bool(reperes) == every:
        raise ConfigurationError(
            "Il faut dire quels rapports renvoyer.",
            remede="Donnez leurs repères (« temoin outbox list »), ou --tous, mais pas les deux.",
            code="repere_absent",
        )
    configuration = load(config)
    with held_outbox(configuration, "outbox retry") as outbox:
        recover_and_show(outbox)
        if every:
            entries = [entry for etat in _STOPPED for entry in outbox.entries(etat)]
        else:
            entries = find_entries(outbox, reperes or [], _STOPPED)
        for entry in entries:
            bring_back(outbox, entry)
            output().print(f"De nouveau à envoyer : {describe_name(entry.name)}")
        return push_and_show(configuration, outbox)
