"""Every project that `temoin-sdk new` can write, and the fresh environment in which an editor would install it."""

from projects.combinations import COMBINATIONS, Combination
from projects.environment import Environment, build_wheel, environment, outside, pinned

__all__ = ["COMBINATIONS", "Combination", "Environment", "build_wheel", "environment", "outside", "pinned"]
