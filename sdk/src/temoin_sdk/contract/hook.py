"""The pluggy hook: the only door between the agent and plugins."""

from typing import Final

import pluggy

from temoin_sdk.contract.sources import Source

PROJECT: Final = "temoin"
"""Name of the pluggy project and of the entry point group."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Hooks:
    """What a plugin module may implement."""

    @hookspec
    def temoin_sources(self) -> list[type[Source]]:  # type: ignore[empty-body] # a specification has no body
        """The source classes of this distribution; classes, not instances: nothing is opened when they are listed."""
