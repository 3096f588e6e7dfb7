"""One clock over a whole read, kept on our side: an engine's own timeout may start anew at every fetch."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from temoin_sdk.errors import SourceError

_AGAIN: Final = 0.5
"""Seconds between two interruptions: one that falls between two queries stops neither."""

_PATIENCE: Final = 5.0
"""Seconds that an engine has to obey before its connection is cut."""


class Deadline:
    """When the read must be over, and the thread that sees to it."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self._end - time.monotonic())

    def passed(self) -> bool:
        """Whether the read took longer than allowed."""
        return time.monotonic() > self._end

    def error(self, ou: str) -> SourceError:
        """What to say when it passed."""
        return SourceError(
            f"La lecture a dépassé le délai de {self.seconds} s et a été arrêtée ; rien n'a été compté.",
            remede="Lancer le calcul à une heure creuse, augmenter « delai », ou demander à l'éditeur un index sur "
            "les dates.",
            ou=ou,
            code="delai_depasse",
            retryable=True,
        )

    @contextmanager
    def watch(self, interrupt: Callable[[], None], sever: Callable[[], None]) -> Iterator[None]:
        """Call `interrupt` from another thread once the time is over, and `sever` if that is not obeyed.

        Neither is called any more once this is left, so that the connection may then be closed.
        """
        over = threading.Event()

        def guard() -> None:
            if over.wait(self.remaining()):
                return
            until = time.monotonic() + _PATIENCE
            while True:
                with suppress(Exception):  # the read that is being stopped tells what happened
                    (interrupt if time.monotonic() < until else sever)()
                if over.wait(_AGAIN):
                    return

        thread = threading.Thread(target=guard, name="temoin-delai", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
