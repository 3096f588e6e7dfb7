"""When the garbage collector looks for cycles: it counts what is made, and we make millions of things without any."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = 20_000
"""New objects between two looks, instead of a few hundred: some megabytes of a plugin's own cycles wait at most."""


@contextmanager
def nothing_collected() -> Iterator[None]:
    """For code of ours that makes no cycle: looking for some costs a tenth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def seldom_collected() -> Iterator[None]:
    """For long reads in which a plugin's code runs too: its cycles are still found, less often."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _SELDOM) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
