"""The command line of the sdk as plain data: commands, options, arguments in their order, exit codes."""

from collections.abc import Iterator
from typing import Any, Final

import typer

from temoin_sdk.cli import app
from temoin_sdk.errors import ExitCode

OBLIGATOIRE: Final = "obligatoire"
FACULTATIF: Final = "facultatif"


def dump_commands() -> Iterator[tuple[str, Any]]:
    """Paths and values, as in the rest of the dump."""
    yield from _command(typer.main.get_command(app), "commandes/temoin-sdk")
    for name, code in vars(ExitCode).items():
        if name.isupper():
            yield f"sorties/{name}", code


def _command(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, "commande"
    place = 0
    for one in command.params:
        need = OBLIGATOIRE if one.required else FACULTATIF
        if one.param_type_name == "argument":
            place += 1
            yield f"{path}/{one.name}", [need, f"argument {place}"]
        else:
            yield from ((f"{path}/{spelt}", [need]) for spelt in (*one.opts, *one.secondary_opts))
    for name, inner in getattr(command, "commands", {}).items():
        yield from _command(inner, f"{path}/{name}")
