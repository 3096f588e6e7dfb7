"""How long and how often an API is asked."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Attempts per request, and seconds: waits between them (exponential with jitter, never above `longest`), to
    connect, between two bytes. A Retry-After is waited for instead, if the deadline of the read leaves the time.
    """

    attempts: int = 5
    first: float = 1.0
    longest: float = 30.0
    connect: float = 15.0
    step: float = 60.0
    sleep: Callable[[float], None] = time.sleep
