"""The sources of this distribution."""

from temoin_sdk.contract import Source, hookimpl
from temoin_tddui.source import TdduiSource


@hookimpl
def temoin_sources() -> list[type[Source]]:
    """Source classes."""
    return [TdduiSource]
