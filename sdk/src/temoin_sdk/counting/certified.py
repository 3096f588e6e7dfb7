"""The certificate of each plugin that was read: its digest for the report, its text for the evidence of the run.

certificats/<digest>.jws    the certificate as it stood beside the plugin, so that it can be shown later
"""

from pathlib import Path
from typing import Final

from temoin_sdk.certificates import find_certificat
from temoin_sdk.counting.reading import Read
from temoin_sdk.durable import make_private_folder, place_files
from temoin_sdk.figures import Avertissement

CERTIFICATS: Final = "certificats"


def note_certificat(read: Read, dossier: Path) -> Avertissement | None:
    """Say in `read.lue` which certificate its plugin has, and keep it under `dossier`; a warning when it does not hold.

    Raises StorageError for the evidence folder, and nothing for the certificate: no figure depends on it.
    """
    found = find_certificat(read.plan.found, read.plan.source, read.plan.demande.nom)
    if found.jws is not None:
        folder = dossier / CERTIFICATS
        make_private_folder(folder)
        place_files({folder / f"{found.empreinte}.jws": found.jws.encode("ascii")})
        read.lue = read.lue.model_copy(update={"certificat": found.empreinte})
    return found.avertissement
