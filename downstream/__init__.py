"""What those who stand on Témoin keep from one release to the next: the API, old signatures, plugins as installed."""

from pathlib import Path
from typing import Final

RACINE: Final = Path(__file__).resolve().parents[1]
"""The checkout."""
DOSSIER: Final = Path(__file__).resolve().parent
