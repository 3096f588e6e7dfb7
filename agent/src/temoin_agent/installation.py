"""What makes this installation one: its identifier, its signing key, and the two keys that never leave the site."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from temoin_agent.configuration import Configuration
from temoin_agent.configuration.secrets import read_secret_value
from temoin_sdk.durable import create_exclusive, make_private_folder, storage_error, sync_folder
from temoin_sdk.envelope import (
    PrivateKey,
    PublicKey,
    read_private_key,
    read_secret,
    write_private_key,
    write_public_key,
    write_secret,
)
from temoin_sdk.errors import KeyFileError

IDENTIFIANT: Final = "installation"
JWK: Final = ".jwk"


@dataclass(frozen=True, slots=True)
class Installation:
    """The secrets in memory, for the time of one command."""

    identifiant: str
    signature: PrivateKey
    pseudonymes: bytes
    site: bytes


@dataclass(frozen=True, slots=True)
class Creation:
    """What `create_installation` made, for the person who must now have the public key enrolled."""

    identifiant: str
    cle: PublicKey
    jwk: Path


def public_key_path(configuration: Configuration) -> Path:
    """The public half, beside the private key: what the ARS enrols, and what this agent reads its own reports with."""
    return configuration.cles.signature.with_suffix(JWK)


def create_installation(configuration: Configuration) -> Creation:
    """Make the keys and the identifier, once and for all; what a stopped attempt left is completed, never replaced.

    Raises KeyFileError: `installation_existante`, `installation_incomplete` (a key of a working installation is gone:
    a new one would break the chain of its reports), and those of the key files; SecretError for the passphrase.
    """
    cles = configuration.cles
    paths = (cles.signature, cles.pseudonymes, cles.site)
    missing = [path for path in paths if not path.exists()]
    if (configuration.dossier / IDENTIFIANT).exists():
        raise _existing(configuration, missing)
    phrase = _passphrase(configuration)
    if cles.signature in missing:
        write_private_key(cles.signature, PrivateKey.generate(), phrase)
    for path in (cles.pseudonymes, cles.site):
        if path in missing:
            write_secret(path)
    cle = read_private_key(cles.signature, phrase).public
    jwk = public_key_path(configuration)
    write_public_key(jwk, cle)
    return Creation(_write_identifier(configuration.dossier), cle, jwk)


def open_installation(configuration: Configuration) -> Installation:
    """The secrets of this installation. Raises KeyFileError, SecretError."""
    identifiant = read_identifier(configuration.dossier)
    cles = configuration.cles
    signature = read_private_key(cles.signature, _passphrase(configuration))
    if signature.public != read_public_key(configuration):
        raise KeyFileError(
            "La clé privée de signature et la clé publique à côté d'elle ne vont pas ensemble.",
            ou=str(cles.signature),
            remede="Restaurez les deux fichiers d'une même sauvegarde du dossier des clés.",
            code="cles_depareillees",
        )
    return Installation(identifiant, signature, read_secret(cles.pseudonymes), read_secret(cles.site))


def read_public_key(configuration: Configuration) -> PublicKey:
    """The public key of this installation. Raises KeyFileError, EnvelopeError."""
    read_identifier(configuration.dossier)
    path = public_key_path(configuration)
    try:
        jwk = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KeyFileError(
            f"La clé publique {path.name} est absente ou illisible.",
            ou=str(path),
            remede="Restaurez ce fichier depuis une sauvegarde du dossier des clés.",
            code="cle_publique_absente",
        ) from error
    return PublicKey.from_jwk(jwk if isinstance(jwk, dict) else {})


def read_identifier(dossier: Path) -> str:
    """The UUID of this installation. Raises KeyFileError `installation_absente` before `temoin cles creer`."""
    path = dossier / IDENTIFIANT
    try:
        return str(UUID(path.read_text(encoding="ascii").strip()))
    except FileNotFoundError as error:
        raise KeyFileError(
            "Cette installation n'a pas encore de clés.",
            ou=str(path),
            remede="Lancez « temoin cles creer » une fois, puis faites inscrire la clé publique par l'ARS. "
            "Si ce dossier en avait, restaurez-le depuis une sauvegarde.",
            code="installation_absente",
        ) from error
    except OSError as error:
        raise storage_error(error, path) from error
    except ValueError as error:
        raise KeyFileError(
            "L'identifiant de cette installation est abîmé.",
            ou=str(path),
            remede="Restaurez ce fichier depuis une sauvegarde.",
            code="installation_illisible",
        ) from error


def _passphrase(configuration: Configuration) -> str | None:
    phrase = configuration.cles.phrase
    return None if phrase is None else read_secret_value(phrase, configuration.fichier.parent)


def _write_identifier(dossier: Path) -> str:
    """Last of all: its presence says that nothing is missing."""
    path = dossier / IDENTIFIANT
    identifiant = str(uuid4())
    make_private_folder(dossier)
    try:
        create_exclusive(path, f"{identifiant}\n".encode("ascii"))
        sync_folder(dossier)
    except OSError as error:
        raise storage_error(error, path) from error
    return identifiant


def _existing(configuration: Configuration, missing: list[Path]) -> KeyFileError:
    if not missing:
        return KeyFileError(
            "Cette installation a déjà ses clés : elles ne sont jamais écrasées.",
            ou=str(configuration.cles.signature.parent),
            remede=f"Rien à faire. La clé publique à faire inscrire est {public_key_path(configuration)}.",
            code="installation_existante",
        )
    return KeyFileError(
        f"Il manque une clé de cette installation ({', '.join(path.name for path in missing)}).",
        ou=str(missing[0]),
        remede="Restaurez-la depuis une sauvegarde : une autre romprait le lien avec les rapports déjà signés.",
        code="installation_incomplete",
    )
