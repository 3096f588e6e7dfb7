"""Opening a few records to prove a target: how many suffice, and which ones, in a way both sides can recompute."""

from temoin_sdk.sampling.drawing import draw, draw_leaves, draw_seed, engagement_secret
from temoin_sdk.sampling.sizing import CONFIANCE, Taille, sizes, smallest_sample

__all__ = [
    "CONFIANCE",
    "Taille",
    "draw",
    "draw_leaves",
    "draw_seed",
    "engagement_secret",
    "sizes",
    "smallest_sample",
]
