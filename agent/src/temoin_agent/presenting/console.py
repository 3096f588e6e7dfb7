"""Where output goes: a terminal decides its width and colours, anything else gets a fixed width and none."""

import sys
from typing import Final

from rich.console import Console

FIXED_WIDTH: Final = 118


def output() -> Console:
    """The console for what a command has to say."""
    return _console(stderr=False)


def errors() -> Console:
    """The console for what went wrong, and for remarks beside data meant for a machine."""
    return _console(stderr=True)


def is_screen() -> bool:
    """Whether somebody reads the output, and nothing keeps it."""
    return sys.stdout.isatty()


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    terminal = stream.isatty()
    # Words come from configurations and other machines: never markup, never guessed highlights.
    return Console(
        file=stream,
        width=None if terminal else FIXED_WIDTH,
        no_color=None if terminal else True,
        markup=False,
        highlight=False,
        emoji=False,
    )
