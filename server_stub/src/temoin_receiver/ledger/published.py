"""The head that was shown to others, kept apart from the base: a base restored from a backup does not bring it back.

It is the signed checkpoint itself, as public tools read it. It only advances, by compare-and-swap under its own lock:
another receiver on a copy of the base, or a base that went back, is seen instead of written over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from temoin_receiver.ledger.heads import Head
from temoin_sdk.durable import replace_files, storage_error
from temoin_sdk.envelope import PrivateKey
from temoin_sdk.errors import EnvelopeError, LedgerError, StorageError
from temoin_sdk.ledger import Checkpoint, NoteKey, read_checkpoint, sign_checkpoint

LOCK_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Published:
    """The file of the published head of one ledger."""

    path: Path
    origine: str

    def text(self) -> str | None:
        """The signed checkpoint as it is handed out; None before the first. Raises StorageError."""
        try:
            return self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise (storage_error(error, self.path) if isinstance(error, OSError) else self._unreadable()) from error

    def read(self, cle: PrivateKey) -> Checkpoint | None:
        """The published head, believed. Raises LedgerError `tete_publiee_illisible`, StorageError."""
        text = self.text()
        if text is None:
            return None
        try:
            return read_checkpoint(text, NoteKey(self.origine, cle.public))
        except EnvelopeError as error:
            raise self._unreadable() from error

    def advance(self, head: Head, root_at: Callable[[int], bytes], cle: PrivateKey) -> None:
        """Publish `head`, if what is published is the same ledger and not larger; `root_at` answers for our own.

        Raises LedgerError: `tete_publiee_absente`, `tete_publiee_illisible`, `registre_en_retard`, `registre_divise`;
        StorageError.
        """
        try:
            with FileLock(self.path.with_name(f"{self.path.name}.verrou"), timeout=LOCK_SECONDS):
                known = self.read(cle)
                self.check(known, head, root_at)
                if known is None or known.taille < head[0]:
                    note = sign_checkpoint(Checkpoint(self.origine, *head), cle)
                    replace_files({self.path: note.spell().encode()})
        except OSError as error:
            raise storage_error(error, self.path) from error
        except Timeout as error:
            raise StorageError(
                "Un autre programme tient la tête publiée du registre depuis trop longtemps.",
                ou=str(self.path),
                remede="Attendre qu'il ait fini, ou arrêter ce programme, puis recommencer.",
            ) from error

    def check(self, known: Checkpoint | None, head: Head, root_at: Callable[[int], bytes]) -> None:
        """Refuse a base that does not continue what was published."""
        taille, _ = head
        if known is None:
            if taille > 1:
                raise LedgerError(
                    "Le fichier de la tête publiée du registre a disparu : plus rien ne dit jusqu'où ce registre a été "
                    "montré aux organismes, et une base restaurée trop ancienne passerait inaperçue.",
                    ou=str(self.path),
                    code="tete_publiee_absente",
                    remede="Remettre ce fichier à sa place, tel qu'il était, et non une copie plus ancienne.",
                )
            return
        if known.taille > taille:
            missing = f"{known.taille - taille} entrée{'s' if known.taille - taille > 1 else ''}"
            raise LedgerError(
                f"Cette base s'arrête à {taille} entrées, alors que le registre en a publié {known.taille} : elle "
                f"vient sans doute d'une sauvegarde plus ancienne. Il lui manque {missing}, dont des "
                "organismes peuvent tenir l'accusé. Le récepteur ne s'ouvre pas, pour ne pas donner deux fois le "
                "même rang.",
                ou=str(self.path),
                code="registre_en_retard",
                remede="Remettre la base la plus récente (avec ses fichiers -wal et -shm). Ne pas effacer la tête "
                "publiée : elle est la seule trace de ce qui manque. Si aucune base plus récente n'existe, garder les "
                "deux et prévenir les organismes : leurs rapports et accusés archivés disent ce qui a été reçu.",
            )
        if root_at(known.taille) != known.racine:
            raise LedgerError(
                f"Cette base n'est pas la suite du registre publié : ses {known.taille} premières entrées ne sont pas "
                "celles qui ont été montrées. La base a été modifiée, ou c'est celle d'un autre récepteur, ou deux "
                "récepteurs tournent sur deux copies.",
                ou=str(self.path),
                code="registre_divise",
                remede="N'en effacer aucune. Arrêter les récepteurs, lancer « temoin-receiver fsck » sur chaque base, "
                "et remettre celle qui va avec cette tête publiée.",
            )

    def _unreadable(self) -> LedgerError:
        return LedgerError(
            "La tête publiée du registre ne se lit pas, ou n'est pas signée par la clé de ce registre.",
            ou=str(self.path),
            code="tete_publiee_illisible",
            remede="Remettre ce fichier tel qu'il était, et la clé du registre qui va avec cette base.",
        )
