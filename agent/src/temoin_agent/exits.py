"""One exit code for a command that did several things: that of the most serious."""

from collections.abc import Iterable
from typing import Final

from temoin_sdk.errors import ExitCode

GRAVITY: Final = (
    ExitCode.OK,
    ExitCode.EN_ATTENTE,
    ExitCode.BLOQUE,
    ExitCode.SOURCE,
    ExitCode.CONFIGURATION,
    ExitCode.REFUSE,
    ExitCode.PREUVE,
    ExitCode.STOCKAGE,
    ExitCode.BUG,
)
"""From the mildest: what waits mends itself, what is refused or believed by nobody must be looked at first."""


def worst(codes: Iterable[int]) -> int:
    """The most serious of `codes`; OK for none."""
    return max(codes, key=GRAVITY.index, default=ExitCode.OK)
