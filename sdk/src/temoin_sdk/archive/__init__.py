"""The archive of a signed run: its layout, its manifest, its checking, and its exported form in one file."""

from temoin_sdk.archive.checking import Bilan, Cles, check_archive, read_days, read_leaves
from temoin_sdk.archive.contents import Contents, FolderContents, ZipContents, is_export, open_export, pack
from temoin_sdk.archive.faults import Faute
from temoin_sdk.archive.manifest import (
    EtatFichier,
    Ligne,
    list_folder,
    parse_manifest,
    spell_manifest,
    with_files,
)
from temoin_sdk.archive.recounting import Difference, Recompte, SiteRecompte, VerdictComptes, recount_report

__all__ = [
    "Bilan",
    "Cles",
    "Contents",
    "Difference",
    "EtatFichier",
    "Faute",
    "FolderContents",
    "Ligne",
    "Recompte",
    "SiteRecompte",
    "VerdictComptes",
    "ZipContents",
    "check_archive",
    "is_export",
    "list_folder",
    "open_export",
    "pack",
    "parse_manifest",
    "read_days",
    "read_leaves",
    "recount_report",
    "spell_manifest",
    "with_files",
]
