"""The folder of a receiver: its store, the key that signs its receipts, and the public half to hand out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from temoin_receiver.clock import now
from temoin_receiver.reception import Receiver
from temoin_receiver.storage import Store, create_store
from temoin_sdk.durable import make_private_folder
from temoin_sdk.envelope import PrivateKey, PublicKey, read_private_key, write_private_key, write_public_key
from temoin_sdk.errors import Acteur, ConfigurationError
from temoin_sdk.report.bounded import Origine

KEY: Final = "cle-recus.pem"
PUBLIC_KEY: Final = "cle-recus.jwk"


def create_receiver(folder: Path, origine: str) -> PublicKey:
    """Create a receiver in `folder` and answer the public half of its receipt key.

    A key left by an interrupted creation is kept: it may have been handed out already. Raises ConfigurationError
    `origine`, StorageError.
    """
    try:
        TypeAdapter(Origine).validate_python(origine)
    except ValidationError as error:
        raise ConfigurationError(
            f"« {origine} » ne peut pas nommer un récepteur.",
            code="origine",
            acteur=Acteur.ARS,
            remede="Écrire un nom en minuscules, sans accent ni espace, par exemple ars.exemple/temoin-2026.",
        ) from error
    make_private_folder(folder)
    path = folder / KEY
    if not path.exists():
        write_private_key(path, PrivateKey.generate(), None)
    public = read_private_key(path, None).public
    create_store(folder, origine)
    write_public_key(folder / PUBLIC_KEY, public)
    return public


@contextmanager
def open_store(folder: Path) -> Iterator[Store]:
    """The store of `folder`, closed at the end. Raises StorageError."""
    store = Store.open(folder)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def open_receiver(folder: Path) -> Iterator[Receiver]:
    """The receiver of `folder`, its store closed at the end. Raises StorageError, KeyFileError."""
    with open_store(folder) as store:
        yield Receiver(store, read_private_key(folder / KEY, None), now)
