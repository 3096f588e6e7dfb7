"""The receiver's clock: the only one that counts."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, aware."""
    return datetime.now(UTC)
