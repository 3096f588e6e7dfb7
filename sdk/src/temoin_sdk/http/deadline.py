"""One deadline over a whole read, whatever part of it the other side draws out."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Timer
from typing import Any
from weakref import WeakSet


class Deadline:
    """Ends a read `seconds` after its first request.

    The library's own timeouts start again with each byte, and it gives its caller no turn while headers come in: only
    shutting the sockets down reaches it. What ends so may look like a whole answer: ask `passed` after each.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end: float | None = None
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._lock = Lock()
        self._timer: Timer | None = None

    def start(self) -> None:
        """Begin to count; does nothing once begun."""
        if self._end is None:
            self._end = self._clock() + self.seconds
            self._timer = Timer(self.seconds, self._shut)
            self._timer.daemon = True
            self._timer.start()

    def remaining(self) -> float:
        """Seconds left, 0 when none is."""
        return self.seconds if self._end is None else max(0.0, self._end - self._clock())

    @property
    def passed(self) -> bool:
        """True once no time is left."""
        return self.remaining() <= 0.0

    def follow(self, event: str, info: dict[str, Any]) -> None:
        """Learn, from the library's account of what it does, which socket it reads: plain, then secured."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            with self._lock:
                self._sockets.add(info["return_value"].get_extra_info("socket"))
            if self.passed:
                self._shut()

    def stop(self) -> None:
        """Forget the deadline: nothing is read any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _shut(self) -> None:
        with self._lock:
            for each in list(self._sockets):
                # One that has ended by itself is no trouble. TLS is shut below TLS: its own shutdown forgets the
                # session, which the thread that reads still uses.
                with suppress(OSError):
                    socket.socket.shutdown(each, socket.SHUT_RDWR)
