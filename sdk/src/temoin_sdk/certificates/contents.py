"""What a certificate covers: the files of a plugin, under one hash that is the same wherever they are installed.

    a package     SHA-256 of one line « <digest>  <path> » per file of its top-level folder, ordered by path
    a module      SHA-256 of its file
    a mapping     SHA-256 of the TOML file

The lines are those that `sha256sum` writes, so anybody can compute the hash of a package without Témoin. Certificates
are left out, since they are written after, and `__pycache__`, which Python writes; nothing else is.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from temoin_sdk.durable import storage_error
from temoin_sdk.errors import CertificateError
from temoin_sdk.vocabulary import ContenuCertifie

CERTIFICAT: Final = "certificat.jws"
SUFFIXE: Final = ".certificat.jws"
_CACHE: Final = "__pycache__"


@dataclass(frozen=True, slots=True)
class Contenu:
    """What is hashed: `chemin` is the folder of a package, or one file."""

    nature: ContenuCertifie
    chemin: Path

    def empreinte(self) -> str:
        """The content hash, in hexadecimal.

        Raises StorageError, CertificateError `certificat_contenu` for a package whose content depends on the machine.
        """
        try:
            if self.nature is not ContenuCertifie.PAQUET:
                return _digest(self.chemin)
            lines = [f"{_digest(path)}  {name}\n" for name, path in sorted(_files(self.chemin))]
        except OSError as error:
            raise storage_error(error, Path(error.filename or self.chemin)) from error
        return hashlib.sha256("".join(lines).encode("utf-8")).hexdigest()

    def places(self, plugin: str) -> tuple[Path, Path] | tuple[Path]:
        """Where the certificate of the source `plugin` may stand, first the place that is its alone."""
        if self.nature is ContenuCertifie.PAQUET:
            return self.chemin / f"{plugin}{SUFFIXE}", self.chemin / CERTIFICAT
        return (self.chemin.with_name(f"{self.chemin.stem}{SUFFIXE}"),)


def contenu_of_file(fichier: Path) -> Contenu:
    """The content of a source that is a mapping file."""
    return Contenu(ContenuCertifie.MAPPING, fichier)


def contenu_of_module(module: str) -> Contenu:
    """The content of the plugin whose entry point names `module`: its top-level package, or its only file.

    A namespace that several distributions share is no package of anybody: the first real one under it is taken.
    Raises CertificateError `certificat_module` for a module without files of its own.
    """
    parts = module.split(".")
    for size in range(1, len(parts) + 1):
        spec = _find(".".join(parts[:size]))
        if spec is None:
            break
        if spec.has_location and spec.origin is not None and Path(spec.origin).is_file():
            origin = Path(spec.origin).resolve()
            if spec.submodule_search_locations is None:
                return Contenu(ContenuCertifie.MODULE, origin)
            return Contenu(ContenuCertifie.PAQUET, origin.parent)
    raise CertificateError(
        f"Le module « {module} » n'a pas de fichiers sur ce disque : son contenu n'a pas d'empreinte.",
        remede="Installer le plugin avec pip dans cet environnement (pip install -e . suffit), puis recommencer.",
        code="certificat_module",
    )


def _find(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return None


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file with its path from `folder`, in the one spelling of all systems."""
    pending = [folder]
    while pending:
        for path in pending.pop().iterdir():
            name = path.relative_to(folder).as_posix()
            if path.is_symlink() or "\n" in name:
                # A link may lead elsewhere on another machine; a line end would make two listings read the same.
                raise CertificateError(
                    f"« {name!a} » est un lien symbolique, ou son nom est impossible : ce contenu n'a pas d'empreinte.",
                    ou=str(folder),
                    remede="Mettre un vrai fichier à sa place dans le paquet du plugin, sous un nom ordinaire.",
                    code="certificat_contenu",
                )
            if path.is_dir():
                if path.name != _CACHE:
                    pending.append(path)
            elif not _is_certificate(name):
                yield name, path


def _is_certificate(name: str) -> bool:
    return "/" not in name and (name == CERTIFICAT or name.endswith(SUFFIXE))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
