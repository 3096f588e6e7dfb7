"""What the folder of evidence holds besides what was counted: versions, LISEZMOI, and the manifest over all of it."""

import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from temoin_agent.configuration import Configuration
from temoin_sdk.archive import Ligne, list_folder, parse_manifest, spell_manifest, with_files
from temoin_sdk.archive.layout import CAMPAGNE, LISEZMOI, MANIFESTE, RAPPORT, RECU, VERSIONS
from temoin_sdk.archive.lisezmoi import write_lisezmoi
from temoin_sdk.errors import ReportError
from temoin_sdk.report.models import Rapport

_OURS = ("temoin-agent", "temoin-sdk")


def complete_files(
    rapport: Rapport, jws: str, repere: str, campagne: bytes, appeler: Iterable[str]
) -> dict[str, bytes]:
    """The files that a signed report adds to what was counted, by name."""
    return {
        CAMPAGNE: campagne,
        RAPPORT: jws.encode("ascii"),
        VERSIONS: spell_versions(rapport),
        LISEZMOI: write_lisezmoi(rapport, repere, appeler),
    }


def manifest_of(en_cours: Path, files: Mapping[str, bytes]) -> bytes:
    """The manifest of a folder as it will stand once `files` are in it. Raises StorageError."""
    counted = {ligne.chemin: ligne for ligne in list_folder(en_cours)}
    return spell_manifest({**counted, **{name: Ligne.of(name, data) for name, data in files.items()}}.values())


def with_receipt(folder: Path, recu: bytes) -> dict[Path, bytes]:
    """The files to put in place together for a receipt; the manifest first: a receipt that is there is in it.

    Lines of other files stay as they are. A manifest that is gone or spoilt is left for `temoin evidence check` to
    name: a receipt is kept all the same.
    """
    path = folder / MANIFESTE
    try:
        manifest = with_files(parse_manifest(path.read_bytes()), {RECU: recu})
    except (OSError, ReportError):
        return {folder / RECU: recu}
    return {path: manifest, folder / RECU: recu}


def spell_versions(rapport: Rapport) -> bytes:
    """Programs of this site, then plugins and software as the report names them: JSON for people and programs."""
    content = {
        "programmes": {name: _version(name) for name in _OURS},
        "python": platform.python_version(),
        "systeme": platform.system(),
        "sources": [
            {
                "source": source.source,
                "plugin": source.plugin,
                "plugin_version": source.plugin_version,
                "logiciel": source.logiciel,
                "logiciel_version": source.logiciel_version,
                "empreinte_requetes": source.empreinte_requetes,
            }
            for source in rapport.sources
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")


def whom_to_call(configuration: Configuration, rapport: Rapport) -> Iterator[str]:
    """Lines of the LISEZMOI: who answers for the figures, who receives them, who made the software."""
    if configuration.preuves.contact is not None:
        yield f"Pour cet organisme gestionnaire : {configuration.preuves.contact}"
    else:
        yield "Pour cet organisme gestionnaire : son DPO, et qui lance Témoin (aucun contact n'est configuré)."
    yield f"Pour la réception et l'accusé : l'ARS qui tient le récepteur {rapport.destinataire}"
    for source in rapport.sources:
        plugin = f"{source.plugin} {source.plugin_version}"
        yield f"Pour la lecture du logiciel {source.logiciel} : l'éditeur du plugin {plugin}"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
