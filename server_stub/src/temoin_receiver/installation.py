"""The folder of a receiver: its store, the keys of its receipts and of its ledger, the public halves to hand out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection

from temoin_receiver.clock import now
from temoin_receiver.ledger import Keeper, Published, append
from temoin_receiver.ledger.heads import seal
from temoin_receiver.ledger.issuing import Signatures
from temoin_receiver.reception import Receiver
from temoin_receiver.storage import Depot, Store, create_store
from temoin_sdk.durable import make_private_folder, replace_files
from temoin_sdk.envelope import PrivateKey, PublicKey, read_private_key, write_private_key, write_public_key
from temoin_sdk.errors import Acteur, ConfigurationError
from temoin_sdk.ledger import NoteKey
from temoin_sdk.ledger.entries import Ouverture
from temoin_sdk.report import spell_instant
from temoin_sdk.report.bounded import Origine

KEY: Final = "cle-recus.pem"
PUBLIC_KEY: Final = "cle-recus.jwk"
LEDGER_KEY: Final = "cle-registre.pem"
LEDGER_PUBLIC_KEY: Final = "cle-registre.txt"


@dataclass(frozen=True, slots=True)
class Created:
    """The public halves of a new receiver's keys."""

    recus: PublicKey
    registre: NoteKey


def create_receiver(folder: Path, origine: str, tete_publiee: Path | None = None) -> Created:
    """Create a receiver in `folder`: its keys, its store, and a ledger whose first head is published.

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
    for name in (KEY, LEDGER_KEY):
        if not (folder / name).exists():
            write_private_key(folder / name, PrivateKey.generate(), None)
    signatures = _read_signatures(folder, origine)
    created = Created(signatures.recus.public, NoteKey(origine, signatures.registre.public))
    ouverture = Ouverture(origine=origine, cle_recus=created.recus.kid, le=spell_instant(now()))

    def begin(connection: Connection) -> None:
        append(connection, ouverture)
        seal(connection)

    create_store(folder, origine, begin, tete_publiee)
    write_public_key(folder / PUBLIC_KEY, created.recus)
    replace_files({folder / LEDGER_PUBLIC_KEY: f"{created.registre.spell()}\n".encode("ascii")})
    with open_store(folder):
        return created


def keep_ledger(folder: Path) -> Callable[[Depot], Keeper]:
    """Who keeps the ledger of the store of `folder`, with the keys that stand there."""
    return lambda depot: Keeper(_read_signatures(folder, depot.origine), Published(depot.tete_publiee, depot.origine))


@contextmanager
def look_store(folder: Path) -> Iterator[Store]:
    """The store of `folder` whatever state its ledger is in, to be examined. Raises StorageError, KeyFileError."""
    store = Store.open(folder, keep_ledger(folder))
    try:
        yield store
    finally:
        store.close()


@contextmanager
def open_store(folder: Path) -> Iterator[Store]:
    """The store of `folder`, closed at the end. What a stop left unpublished is published first.

    Raises StorageError, KeyFileError, and LedgerError when the base does not continue the published ledger.
    """
    with look_store(folder) as store:
        store.writer.write(lambda _: None)
        yield store


@contextmanager
def open_receiver(folder: Path) -> Iterator[Receiver]:
    """The receiver of `folder`, its store closed at the end. Raises what `open_store` raises."""
    with open_store(folder) as store:
        yield Receiver(store, now)


def _read_signatures(folder: Path, origine: str) -> Signatures:
    return Signatures(
        origine,
        registre=read_private_key(folder / LEDGER_KEY, None),
        recus=read_private_key(folder / KEY, None),
    )
