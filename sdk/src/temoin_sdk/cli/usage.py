"""French for what typer says in English: its help, and the mistakes of whoever typed the command."""

import re
from typing import Final

import typer
from typer import rich_utils
from typer.exceptions import TyperException

_PHRASES: Final = (
    (r"No such option: (\S+) \(Possible options: (.+)\)", r"L'option \1 n'existe pas ; peut-être \2."),
    (r"No such option: (.+)", r"L'option \1 n'existe pas."),
    (r"No such command (.+)\. Did you mean (.+)\?", r"La commande \1 n'existe pas ; peut-être \2."),
    (r"No such command (.+)\.", r"La commande \1 n'existe pas."),
    (r"Missing command\.", r"Il manque la commande."),
    (r"Missing option (.+?)\..*", r"Il manque l'option \1."),
    (r"Missing argument (.+?)\..*", r"Il manque l'argument \1."),
    (r"Got unexpected extra argument\(s\) \((.+)\)", r"Argument en trop : \1."),
    (r"Option (.+) requires an argument\.", r"L'option \1 demande une valeur."),
    (r"Option (.+) does not take a value\.", r"L'option \1 ne prend pas de valeur."),
    (r"Invalid value for (.+?): (?:.*, )?(.+) is not one of (.+)\.", r"\1 : \2 n'est pas l'une des valeurs \3."),
    (r"Invalid value for (.+?): (.+)", r"Valeur refusée pour \1 : \2"),
)


def explain_usage(error: TyperException) -> str:
    """The mistake in French, and where help is. Empty when the help itself was already shown."""
    message = error.format_message().strip()
    if not message:
        return ""
    for pattern, phrase in _PHRASES:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            message = found.expand(phrase)
            break
    context = getattr(error, "ctx", None)
    return f"{message}\n  Aide : {context.command_path} --help" if context is not None else message


def speak_french(context: typer.Context) -> None:
    """Replace the few English words in the help of the context's command and of all that are under it."""
    rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
    rich_utils.DEFAULT_STRING = "[défaut : {}]"
    rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"
    rich_utils.ENVVAR_STRING = "[variable d'environnement : {}]"
    pending = [context.command]
    while pending:
        command = pending.pop()
        option = command.get_help_option(context)
        if option is not None:
            option.help = "Affiche cette aide."
        pending += getattr(command, "commands", {}).values()
