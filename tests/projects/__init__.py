"""Every project that `temoin-sdk new` can write, and the fresh environment in which an editor would install it."""

from projects.combinations import COMBINATIONS, Combination
from projects.environment import Environment, environment

__all__ = ["COMBINATIONS", "Combination", "Environment", "environment"]
