"""The source of this distribution."""

from temoin_saisie.source import SaisieSource
from temoin_sdk.contract import Source, hookimpl


@hookimpl
def temoin_sources() -> list[type[Source]]:
    """Source classes."""
    return [SaisieSource]
