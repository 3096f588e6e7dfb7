"""Secrets never reach a log: a library that logs a header or an address it was answered is masked on the way.

A server may repeat the key it was given, in a redirection, a `next` link or a cookie, and the HTTP library logs what it
receives at DEBUG. Each client tells its secrets to a mask that lives as long as it does.
"""

import base64
import logging
from typing import Final
from urllib.parse import quote, quote_plus
from weakref import WeakSet

_SHORTEST: Final = 4  # masking « a » everywhere would hide nothing and make every line unreadable
_MASK: Final = "•••"
_LOGGERS: Final = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)


class Masque:
    """The secrets of one client, in every form they take on the wire."""

    def __init__(self) -> None:
        self._formes: set[str] = set()
        _ALIVE.add(self)

    def add(self, secret: str) -> None:
        """Mask this secret from now on, raw, percent-encoded, escaped and as a Basic credential."""
        if len(secret) >= _SHORTEST:
            encoded = base64.b64encode(secret.encode()).decode()
            escaped = repr(secret.encode())[2:-1]
            self._formes |= {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), encoded, escaped}

    def clean(self, text: str) -> str:
        """`text` without any of the secrets, the longest first: one may contain another."""
        for forme in sorted(self._formes, key=len, reverse=True):
            text = text.replace(forme, _MASK)
        return text


_ALIVE: Final[WeakSet[Masque]] = WeakSet()


class _Filter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes, its text masked."""
        text = clean = record.getMessage()
        for masque in list(_ALIVE):
            clean = masque.clean(clean)
        if clean != text:
            record.msg, record.args = clean, ()
        return True


_FILTER: Final = _Filter()


def guard_logs() -> None:
    """Put the filter on the HTTP library's loggers; a filter that is there already is not put twice."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
