"""The two sources offered to an installed agent, without anything being installed.

Entry points are read from the metadata of distributions found on the path: a folder with that metadata is enough.
"""

from pathlib import Path

from reel.records import Lignes
from reel.statements import Tables
from temoin_sdk import Source, hookimpl


@hookimpl
def temoin_sources() -> list[type[Source]]:
    """Both mappings of the same facts."""
    return [Lignes, Tables]


def write_distribution(folder: Path) -> None:
    """Metadata of a distribution of this module alone; `folder` then goes on PYTHONPATH."""
    metadata = folder / "temoin_reel-0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: temoin-reel\nVersion: 0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(f"[temoin]\nreel = {__name__}\n", encoding="utf-8")
