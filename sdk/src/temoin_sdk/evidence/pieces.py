"""Documents that ready-made figures are taken from: copied into the evidence folder of the run, under one digest.

    pieces/<preuve>/fichiers/<digest>-<name>    the documents, each content once
    pieces/<preuve>/sites.csv                   fichier;site: of which site a document speaks (empty: of several)
    pieces/<preuve>/SHA256SUMS                  the digest of every other file, as `sha256sum -c` reads it

`preuve`, which the report carries, is the SHA-256 of SHA256SUMS: it commits to every document, to its name and to the
site it speaks of. Copies are digested while they are made, so that what is kept is what was committed to. A document
may name persons: nothing here leaves the site by itself.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final
from uuid import uuid4

from temoin_sdk.contract.sources import Piece
from temoin_sdk.durable import create_exclusive, make_private_folder, storage_error, sync_folder
from temoin_sdk.errors import Acteur, SourceError

PIECES: Final = "pieces"
MANIFESTE: Final = "SHA256SUMS"

_CHUNK: Final = 1 << 20
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


def archive_pieces(pieces: Iterable[Piece], dossier: Path) -> str | None:
    """Copy these documents under `dossier` and give their common digest; None when there is none.

    The digest depends on the documents alone, not on their order or place. Raises SourceError `piece_illisible` for a
    document that is absent, empty or unreadable, StorageError for the evidence folder.
    """
    listed = sorted(pieces, key=lambda piece: (piece.code or "", str(piece.chemin)))
    if not listed:
        return None
    en_cours = dossier / PIECES / f".en-cours-{uuid4().hex}"
    make_private_folder(en_cours / "fichiers")
    try:
        names = {path: _copy(path, en_cours / "fichiers") for path in dict.fromkeys(p.chemin for p in listed)}
        kept = _one_name_each(names, en_cours / "fichiers")
        return _commit(en_cours, sorted({(kept[p.chemin], p.code or "") for p in listed}))
    finally:
        shutil.rmtree(en_cours, ignore_errors=True)


def _copy(path: Path, folder: Path) -> str:
    """Copy one document; its name there is its digest, followed by the name people know it by."""
    digest, temporary = hashlib.sha256(), folder / uuid4().hex
    try:
        source = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error.strerror or type(error).__name__) from error
    with source:
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as copy:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    copy.write(chunk)
                copy.flush()
                os.fsync(copy.fileno())
                if not copy.tell():
                    raise _unreadable(path, "il est vide")
            name = f"{digest.hexdigest()}-{_UNSAFE.sub('_', path.name)[-80:]}"
            temporary.replace(folder / name)
        except OSError as error:
            raise storage_error(error, temporary) from error
    return name


def _one_name_each(names: Mapping[Path, str], folder: Path) -> dict[Path, str]:
    """The same content under two names is kept once, under the first of them."""
    first: dict[str, str] = {}
    for name in sorted(set(names.values())):
        if first.setdefault(name[:64], name) != name:
            (folder / name).unlink()
    return {path: first[name[:64]] for path, name in names.items()}


def _commit(en_cours: Path, rows: list[tuple[str, str]]) -> str:
    sites = "".join(["fichier;site\n", *(f"{name};{_UNSAFE.sub('_', code)}\n" for name, code in rows)]).encode("ascii")
    sums = {f"fichiers/{name}": name[:64] for name, _ in rows} | {"sites.csv": hashlib.sha256(sites).hexdigest()}
    manifest = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode("ascii")
    preuve = hashlib.sha256(manifest).hexdigest()
    folder = en_cours.with_name(preuve)
    try:
        create_exclusive(en_cours / "sites.csv", sites)
        create_exclusive(en_cours / MANIFESTE, manifest)
        sync_folder(en_cours / "fichiers")
        sync_folder(en_cours)
        if not folder.exists():  # two sources may rest on the same documents
            en_cours.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise storage_error(error, folder) from error
    return preuve


def _unreadable(path: Path, reason: str) -> SourceError:
    return SourceError(
        f"La pièce {path.name} ne se lit pas ({reason}) : les chiffres qui en sont tirés n'ont plus de preuve.",
        remede="Remettre ce document à sa place, ou corriger son chemin, puis relancer.",
        ou=str(path),
        code="piece_illisible",
        acteur=Acteur.GESTIONNAIRE,
    )
