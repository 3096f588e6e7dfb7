"""Options and first steps that several commands share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from temoin_agent import clock
from temoin_agent.configuration import Configuration, Projet, load_configuration
from temoin_agent.configuration.problems import nearest
from temoin_agent.installation import read_public_key
from temoin_agent.outbox.chain import Maillon
from temoin_agent.outbox.lock import hold
from temoin_agent.outbox.recovery import recover
from temoin_agent.outbox.store import Entry, Etat, Outbox
from temoin_agent.presenting.console import output
from temoin_agent.presenting.outcomes import show_error
from temoin_sdk.contract.loading import Catalogue, load_plugins
from temoin_sdk.errors import ConfigurationError

ConfigOption = Annotated[
    Path,
    typer.Option("--config", envvar="TEMOIN_CONFIG", help="Fichier de configuration.", show_default=True),
]
ProjectOption = Annotated[str | None, typer.Option("--project", help="Code du projet ; sans lui, tous les projets.")]
DayOption = Annotated[
    str | None,
    typer.Option("--on", metavar="AAAA-MM-JJ", help="Date de mesure : la fenêtre finit la veille de ce jour."),
]
CONFIG = Path("temoin.toml")


def load(config: Path) -> Configuration:
    """The configuration alone: for commands that read no source."""
    return load_configuration(config)


def load_with_plugins(config: Path) -> tuple[Configuration, Catalogue]:
    """The configuration with the settings of its sources checked against the installed plugins."""
    catalogue = load_plugins()
    return load_configuration(config, catalogue), catalogue


def select_projects(configuration: Configuration, code: str | None) -> tuple[Projet, ...]:
    """The project of that code, or all. Raises ConfigurationError `projet_inconnu`."""
    if code is None:
        return configuration.projets
    found = tuple(projet for projet in configuration.projets if projet.code == code)
    if not found:
        raise ConfigurationError(
            f"Le projet « {code} » n'est pas dans la configuration.",
            ou=str(configuration.fichier),
            remede=nearest(code, [projet.code for projet in configuration.projets]),
            code="projet_inconnu",
        )
    return found


def open_outbox(configuration: Configuration) -> Outbox:
    """The outbox, to look at."""
    return Outbox(configuration.dossier, read_public_key(configuration))


@contextmanager
def held_outbox(configuration: Configuration, commande: str) -> Iterator[Outbox]:
    """The outbox, to change: no other agent works in it meanwhile."""
    with hold(configuration.dossier, commande, clock.now()):
        yield open_outbox(configuration)


def recover_and_show(outbox: Outbox) -> Maillon | None:
    """Mend what the last agent left half done, and say what could not be; the last link of the chain."""
    return recover(outbox, lambda error: show_error(output(), error))


def find_entries(outbox: Outbox, reperes: list[str], etats: tuple[Etat, ...]) -> list[Entry]:
    """The reports that `reperes` name, each by the start of its digest (4 digits at least) or by its file name.

    Raises ConfigurationError: `repere_inconnu`, `repere_ambigu`.
    """
    entries = [entry for etat in etats for entry in outbox.entries(etat)]
    return [_find_one(entries, repere) for repere in reperes]


def _find_one(entries: list[Entry], repere: str) -> Entry:
    text = repere.strip().removesuffix(".jws")
    found = [
        entry
        for entry in entries
        if text == entry.name.stem or (len(text) >= 4 and entry.name.repere.startswith(text.lower()[:16]))
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ConfigurationError(
            f"Aucun rapport ici n'a pour repère « {repere} ».",
            remede="« temoin outbox list » donne les repères ; quatre caractères au moins.",
            code="repere_inconnu",
        )
    raise ConfigurationError(
        f"Plusieurs rapports commencent par « {repere} ».",
        remede=f"Donnez plus de caractères : {', '.join(entry.name.repere for entry in found)}.",
        code="repere_ambigu",
    )
