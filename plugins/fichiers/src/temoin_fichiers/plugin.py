"""The sources of this distribution: exports that list facts, and exports that give totals."""

from temoin_fichiers.lists import FichiersSource
from temoin_fichiers.totals import TotauxSource
from temoin_sdk.contract import Source, hookimpl


@hookimpl
def temoin_sources() -> list[type[Source]]:
    """Source classes."""
    return [FichiersSource, TotauxSource]
