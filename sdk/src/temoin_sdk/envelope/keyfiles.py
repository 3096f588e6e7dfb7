"""Keys and secrets on disk: created once, private to one account, never overwritten.

Private keys are PKCS#8 PEM, so that openssl reads them; secrets are exactly 32 random bytes; public keys, which are for
anybody, are JWK.
"""

import json
import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from temoin_sdk.durable import create_exclusive, make_private_folder, replace_files, storage_error, sync_folder
from temoin_sdk.envelope.keys import PrivateKey
from temoin_sdk.envelope.otherkeys import Key, key_from_jwk
from temoin_sdk.errors import ConfigurationError, KeyFileError

SECRET_SIZE = 32
_MAX_FILE_SIZE = 64 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_REMEDE_RESTORE = "Restaurer ce fichier depuis une sauvegarde ; à défaut, en créer un autre et le déclarer à l'ARS."


def write_private_key(path: Path, key: PrivateKey, passphrase: str | None) -> None:
    """Write the key to a new file, encrypted under `passphrase` when there is one.

    Raises KeyFileError `cle_existante` rather than overwrite, `cle_phrase_vide` for an empty passphrase; StorageError
    when the disk is full or refuses.
    """
    encryption: KeySerializationEncryption = NoEncryption()
    if passphrase is not None:
        if not passphrase:
            raise _error(
                path,
                "cle_phrase_vide",
                "La phrase secrète est vide.",
                "Choisir une phrase secrète, ou n'en mettre aucune.",
            )
        encryption = BestAvailableEncryption(passphrase.encode("utf-8"))
    _create(path, key.secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))


def read_private_key(path: Path, passphrase: str | None) -> PrivateKey:
    """The key of this file.

    Raises KeyFileError: `cle_absente`, `cle_illisible`, `cle_droits` (group or others have any right on it),
    `cle_phrase_absente`, `cle_phrase_fausse`, `cle_phrase_inutile`, `cle_format`, `cle_type` (not Ed25519).
    """
    data = read_private_file(path)
    _check_passphrase(path, passphrase, encrypted=b"BEGIN ENCRYPTED PRIVATE KEY" in data)
    try:
        key = load_pem_private_key(data, None if passphrase is None else passphrase.encode("utf-8"))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if passphrase is not None:
            raise _error(
                path,
                "cle_phrase_fausse",
                f"La phrase secrète n'ouvre pas la clé {path.name}, ou ce fichier est abîmé.",
                "Vérifier la phrase secrète (majuscules, espaces) ; si elle est juste, restaurer une sauvegarde.",
            ) from error
        raise _error(path, "cle_format", f"{path.name} n'est pas une clé privée lisible.", _REMEDE_RESTORE) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _error(
            path,
            "cle_type",
            f"{path.name} contient une clé d'un autre type qu'Ed25519.",
            "Indiquer le fichier de la clé créée par Témoin, ou en créer une.",
        )
    return PrivateKey(key)


def write_public_key(path: Path, key: Key) -> None:
    """Write the public JWK to hand out, over an older copy of it. Raises StorageError."""
    replace_files({path: json.dumps(key.to_jwk(), indent=2).encode("ascii") + b"\n"})


def read_public_key(path: Path) -> Key:
    """The key of a public JWK file.

    Raises StorageError when it cannot be read, ConfigurationError `jwk_illisible` when it is no JWK, EnvelopeError
    `enveloppe_cle…` when it is one that must not be believed.
    """
    try:
        found = json.loads(path.read_bytes()[:_MAX_FILE_SIZE].decode("utf-8"))
    except OSError as error:
        raise storage_error(error, path) from error
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ConfigurationError(
            "Ce fichier n'est pas une clé publique JWK.",
            ou=str(path),
            code="jwk_illisible",
            remede="Demander à son propriétaire le fichier de clé publique (.jwk) écrit par Témoin.",
        )
    return key_from_jwk(found)


def write_secret(path: Path) -> bytes:
    """Create a file of 32 random bytes and return them. Raises as `write_private_key` does."""
    secret = secrets.token_bytes(SECRET_SIZE)
    _create(path, secret)
    return secret


def read_secret(path: Path) -> bytes:
    """The 32 bytes of this file.

    Raises KeyFileError: `cle_absente`, `cle_illisible`, `cle_droits`, `cle_taille` (not exactly 32 bytes).
    """
    data = read_private_file(path)
    if len(data) != SECRET_SIZE:
        raise _error(
            path,
            "cle_taille",
            f"{path.name} doit contenir exactement {SECRET_SIZE} octets ; il n'a pas cette taille.",
            _REMEDE_RESTORE,
        )
    return data


def _check_passphrase(path: Path, passphrase: str | None, *, encrypted: bool) -> None:
    if encrypted and not passphrase:
        raise _error(
            path,
            "cle_phrase_absente",
            f"La clé {path.name} est protégée par une phrase secrète, et aucune n'est donnée.",
            "Indiquer où Témoin doit lire la phrase secrète de cette clé.",
        )
    if not encrypted and passphrase is not None:
        raise _error(
            path,
            "cle_phrase_inutile",
            f"Une phrase secrète est donnée, mais la clé {path.name} n'est pas chiffrée.",
            "Vérifier que c'est le bon fichier ; sinon retirer la phrase secrète de la configuration.",
        )


def _create(path: Path, data: bytes) -> None:
    make_private_folder(path.parent)
    try:
        create_exclusive(path, data)
        sync_folder(path.parent)
    except FileExistsError as error:
        raise _error(
            path,
            "cle_existante",
            f"{path.name} existe déjà : une clé n'est jamais écrasée.",
            "Garder ce fichier, ou le déplacer dans une sauvegarde avant d'en créer un autre.",
        ) from error
    except OSError as error:
        raise storage_error(error, path) from error


def read_private_file(path: Path) -> bytes:
    """What a file that no other account may touch holds, up to 64 KiB.

    Raises KeyFileError: `cle_absente`, `cle_illisible`, `cle_droits`.
    """
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            _check_rights(path, os.fstat(file.fileno()).st_mode)
            return file.read(_MAX_FILE_SIZE)
    except FileNotFoundError as error:
        raise _error(path, "cle_absente", f"Le fichier de clé {path.name} n'existe pas.", _REMEDE_RESTORE) from error
    except OSError as error:
        raise _error(
            path,
            "cle_illisible",
            f"Le fichier de clé {path.name} ne peut pas être lu ({error.strerror or error}).",
            "Donner ce fichier au compte qui lance Témoin : chown, puis chmod 600.",
        ) from error


def _check_rights(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise _error(
            path, "cle_illisible", f"{path.name} n'est pas un fichier.", "Indiquer le chemin d'un fichier de clé."
        )
    if mode & _OTHERS:
        raise _error(
            path,
            "cle_droits",
            f"D'autres comptes peuvent lire ou modifier {path.name} (droits {stat.S_IMODE(mode):04o}).",
            f"Le réserver au compte qui lance Témoin : chmod 600 {path}. S'il a pu être copié, changer de clé.",
        )


def _error(path: Path, code: str, message: str, remede: str) -> KeyFileError:
    return KeyFileError(message, remede=remede, ou=str(path), code=code)
