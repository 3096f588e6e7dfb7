"""What stays on site stays unreadable without the site's key: Fernet, one token per file."""

import base64

from cryptography.fernet import Fernet, InvalidToken

from temoin_sdk.errors import StorageError


def seal(data: bytes, site_key: bytes, label: str) -> bytes:
    """Encrypt and authenticate `data` together with `label`, which says what the file is and whose.

    `site_key` is 32 random bytes.
    """
    return _fernet(site_key).encrypt(_head(label) + data)


def unseal(token: bytes, site_key: bytes, label: str, ou: str) -> bytes:
    """What `seal` was given under the same `label`.

    Raises StorageError `preuve_scellee` (another key, or altered bytes) or `preuve_etiquette` (a sealed file of another
    kind or establishment was put in its place); `ou` names the file.
    """
    try:
        data = _fernet(site_key).decrypt(token)
    except InvalidToken as error:
        raise StorageError(
            "Ce fichier chiffré ne s'ouvre pas avec la clé de site donnée, ou il est abîmé.",
            remede="Vérifier que la clé de site est celle de cette installation ; sinon restaurer le fichier.",
            ou=ou,
            code="preuve_scellee",
            retryable=False,
        ) from error
    head = _head(label)
    if not data.startswith(head):
        raise StorageError(
            "Ce fichier chiffré est celui d'un autre établissement ou d'un autre usage.",
            remede="Remettre chaque fichier de preuve à sa place, ou restaurer le dossier depuis une sauvegarde.",
            ou=ou,
            code="preuve_etiquette",
            retryable=False,
        )
    return data[len(head) :]


def _fernet(site_key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(site_key))


def _head(label: str) -> bytes:
    return f"{label}\n".encode()
