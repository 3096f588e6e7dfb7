"""Témoin for DUI editors.

An editor imports from here what a plugin needs: a source class, the natures of dates, the hook. Everything else
(counting, evidence, report, signature) stands in sub-packages that the agent and the receiver use.
"""

from temoin_sdk.contract import *  # noqa: F403 # the contract's names are this package's public face
from temoin_sdk.contract import __all__ as __all__
from temoin_sdk.vocabulary import Compte, Drapeau, Niveau, Relation

__version__ = "0.1.0"
