"""One file out of an archive, to hand over: only what may leave, under a manifest of its own."""

from collections.abc import Mapping

from temoin_agent.archive.finding import Run
from temoin_sdk.archive import FolderContents, Ligne, pack, spell_manifest
from temoin_sdk.archive.layout import MANIFESTE, Sort, sort_of


def export_run(run: Run, sorts: frozenset[Sort]) -> bytes:
    """The bytes of the exported file. The same archive gives the same bytes. Raises StorageError."""
    contents = FolderContents(run.folder)
    names = sorted(name for name in contents.names() if name != MANIFESTE and sort_of(name) in sorts)
    files: Mapping[str, bytes] = {name: contents.read(name) for name in names}
    return pack({**files, MANIFESTE: spell_manifest(Ligne.of(name, data) for name, data in files.items())})
