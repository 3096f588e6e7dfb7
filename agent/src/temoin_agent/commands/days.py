"""Dates as they are typed on the command line."""

from datetime import date

from temoin_sdk.errors import WindowError


def read_day(text: str | None) -> date | None:
    """A civil date AAAA-MM-JJ. Raises WindowError `date_illisible`."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WindowError(
            f"« {text} » n'est pas une date.",
            ou="option --on",
            remede="Écrivez la date ainsi : 2026-11-01.",
            code="date_illisible",
        ) from error
