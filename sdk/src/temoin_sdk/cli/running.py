"""How every command of Témoin ends: a French sentence, an exit code a scheduler can use, no traceback unasked.

The three command lines share it, so that the same mishap is said in the same words everywhere.
"""

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

import typer
from typer.exceptions import TyperException

from temoin_sdk.cli.usage import explain_usage, speak_french
from temoin_sdk.durable import storage_error
from temoin_sdk.errors import ExitCode, TemoinError

INTERROMPU: Final = 130
"""Ended by Ctrl-C, as shells say it."""

SORTIE_FERMEE: Final = 141
"""Whoever read our output closed it, as shells say it."""

_DEBUG: Final = "--debug"
_EPILOGUE: Final = "Partout : --debug montre la trace complète d'une erreur (à relire avant de la transmettre)."


def create_app(aide: str) -> typer.Typer:
    """An application with the settings that all our command lines share; `aide` says in French what it is for."""
    return typer.Typer(
        help=aide,
        epilog=_EPILOGUE,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )


def run(app: typer.Typer, name: str) -> NoReturn:
    """Run the command line that was typed, and end the process with its exit code. `name` is the command's own."""
    sys.exit(execute(app, name, sys.argv[1:]))


def execute(app: typer.Typer, name: str, arguments: Sequence[str]) -> int:
    """Run one command and answer its exit code: the number it returned or exited with, else that of its error.

    `--debug` is understood anywhere before `--`. Whatever goes wrong is told on stderr.
    """
    kept, debug = _take_debug(arguments)
    try:
        code = _invoke(app, name, kept)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 # the outermost door: nothing may leave as a traceback
        if debug and not isinstance(error, (TyperException, typer.Exit)):
            traceback.print_exception(error)
        return _explain(error, debug=debug)
    return code


def _take_debug(arguments: Sequence[str]) -> tuple[list[str], bool]:
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    options = [argument for argument in arguments[:end] if argument != _DEBUG]
    return [*options, *arguments[end:]], len(options) < end


def _invoke(app: typer.Typer, name: str, arguments: list[str]) -> int:
    command = typer.main.get_command(app)
    speak_french(typer.Context(command, info_name=name))
    # Not command(...): it would turn Ctrl-C and a closed output into exit codes of its own before we see them.
    with command.make_context(name, arguments) as context:
        answer = command.invoke(context)
    return answer if isinstance(answer, int) else ExitCode.OK


def _explain(error: BaseException, *, debug: bool) -> int:
    """Tell what happened and answer the exit code. Raises what is not ours to handle (SystemExit and the like)."""
    match error:
        case typer.Exit():
            return error.exit_code
        case TyperException():
            _tell(explain_usage(error))
            return ExitCode.USAGE
        case TemoinError():
            _tell(f"Erreur : {error.phrase()}")
            return error.exit_code
        case KeyboardInterrupt() | typer.Abort():
            _tell("Interrompu.")
            return INTERROMPU
        case OSError():
            return _explain_system(error, debug=debug)
        case Exception():
            return _explain_defect(error, debug=debug)
    raise error


def _explain_system(error: OSError, *, debug: bool) -> int:
    if error.errno == errno.EPIPE:
        # Else Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SORTIE_FERMEE
    if error.errno in {errno.ENOSPC, errno.EDQUOT} or error.filename is not None:
        stored = storage_error(error, Path(os.fsdecode(error.filename or "la sortie")))
        _tell(f"Erreur : {stored.phrase()}")
        return stored.exit_code
    return _explain_defect(error, debug=debug)


def _explain_defect(error: Exception, *, debug: bool) -> int:
    # The text of an unforeseen error may quote data: only its kind is shown unasked.
    again = "" if debug else " Relancer la même commande avec --debug pour voir la trace,"
    _tell(
        f"Défaut de Témoin : une situation imprévue a arrêté la commande ({type(error).__name__}).\n"
        f"  Que faire :{again} relire la trace (elle peut citer des données) puis la transmettre aux mainteneurs.\n"
        "  Code : defaut"
    )
    return ExitCode.BUG


def _tell(text: str) -> None:
    if text:
        print(text, file=sys.stderr)  # noqa: T201 # the one place where commands speak of errors
