"""A project put in a folder, whole or not at all, and never over a file that is there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from temoin_sdk.durable import storage_error
from temoin_sdk.errors import Acteur, ConfigurationError

_NAMED: Final = 5
"""Files in the way that the error names; more would hide the remedy."""


def write_project(dossier: Path, texts: Mapping[str, str]) -> None:
    """Write every file under `dossier`, which may exist: a repository just created, for example.

    Raises ConfigurationError `dossier_occupe` before anything is written if a file is in the way, StorageError if the
    system refuses; what was written until then is taken away again.
    """
    targets = {dossier / path: text for path, text in texts.items()}
    _check_free(dossier, list(targets))
    written: list[Path] = []
    for path, text in targets.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                written.append(path)
                stream.write(text)
        except OSError as error:
            for each in written:
                each.unlink(missing_ok=True)
            raise storage_error(error, path) from error


def _check_free(dossier: Path, targets: list[Path]) -> None:
    blocking = next((each for each in (dossier, *dossier.parents) if each.exists() and not each.is_dir()), None)
    if blocking is not None:
        raise _refused(dossier, f"{blocking} est un fichier, pas un dossier")
    present = [path.relative_to(dossier).as_posix() for path in targets if path.exists() or path.is_symlink()]
    if present:
        more = f" et {len(present) - _NAMED} autres" if len(present) > _NAMED else ""
        raise _refused(
            dossier, f"il contient déjà {', '.join(present[:_NAMED])}{more}, et aucun fichier n'est remplacé"
        )


def _refused(dossier: Path, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"Le projet ne peut pas être écrit dans {dossier} : {reason}.",
        remede="Donner par --dossier un dossier vide, ou qui n'existe pas encore.",
        ou="--dossier",
        code="dossier_occupe",
        acteur=Acteur.EDITEUR,
    )
