"""The sources of this distribution."""

from temoin_sdk.contract import Source, hookimpl


@hookimpl
def temoin_sources() -> list[type[Source]]:
    """Source classes."""
    return []
