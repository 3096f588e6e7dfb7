"""Whether the ledger of a receiver only grew since this installation looked last.

It sees a ledger that went back or was written again **from this installation's own view**. A receiver that shows
another ledger to somebody else is not seen from here.
"""

from pathlib import Path
from typing import Final

from temoin_agent.configuration.models import Recepteur
from temoin_agent.registry.asking import Registry
from temoin_agent.registry.memory import Souvenir, keep_both, read_memory, write_memory
from temoin_sdk.errors import EnvelopeError, LedgerError
from temoin_sdk.ledger import Checkpoint, InclusionText, read_checkpoint, verify_consistency
from temoin_sdk.report.receipt import Recu

_TELL_ARS: Final = (
    "Vous n'avez rien à refaire : ce qui attend sera renvoyé, ne supprimez rien. Prévenez l'ARS et envoyez-lui le "
    "fichier indiqué : il contient les deux états du registre, signés par elle."
)


class Watch:
    """The memory of one ledger, moved on by heads that continue it. To be used under the lock of the folder."""

    def __init__(self, dossier: Path, recepteur: Recepteur, registry: Registry) -> None:
        self.dossier = dossier
        self.recepteur = recepteur
        self.registry = registry
        self._looked = False

    def look(self) -> Checkpoint:
        """Ask for the published head and believe it if it continues the one remembered; once for each command.

        Raises LedgerError `registre_recule`, `registre_divise`, `registre_illisible`, and what asking raises.
        """
        if not self._looked:
            self._follow(self.registry.checkpoint(), shown_now=True)
            self._looked = True
        return self.memory()[1]

    def believe(self, recu: Recu) -> None:
        """Believe the head of a receipt that was verified, if it is of one ledger with the one remembered.

        An old receipt has an old head: it must be a part of the ledger of today. Raises as `look`.
        """
        self.look()
        self._follow(InclusionText.parse(recu.registre.preuve).point_de_controle, shown_now=False)

    def memory(self) -> tuple[Souvenir, Checkpoint]:
        """What is remembered. Raises StorageError; LookupError before the first look."""
        found = read_memory(self.dossier, self.recepteur.registre)
        if found is None:
            raise LookupError(self.recepteur.origine)
        return found

    def _follow(self, note: str, *, shown_now: bool) -> None:
        try:
            head = read_checkpoint(note, self.recepteur.registre)
        except EnvelopeError as error:
            raise self._unbelievable(error) from error
        known = read_memory(self.dossier, self.recepteur.registre)
        if known is None:
            write_memory(self.dossier, head.origine, Souvenir(point_de_controle=note))
            return
        souvenir, seen = known
        if shown_now and head.taille < seen.taille:
            raise self._went_back(souvenir, seen, note, head)
        smaller, larger = sorted((seen, head), key=lambda one: one.taille)
        path = [] if smaller.taille == larger.taille else self.registry.consistency(smaller.taille, larger.taille)
        try:
            verify_consistency(smaller.taille, larger.taille, path, smaller.racine, larger.racine)
        except EnvelopeError as error:
            raise self._forked(souvenir, note) from error
        if head.taille > seen.taille:
            write_memory(self.dossier, head.origine, souvenir.model_copy(update={"point_de_controle": note}))

    def _went_back(self, souvenir: Souvenir, seen: Checkpoint, note: str, head: Checkpoint) -> LedgerError:
        kept = keep_both(self.dossier, head.origine, souvenir.point_de_controle, note)
        return LedgerError(
            f"Le registre du récepteur « {self.recepteur.code} » est revenu en arrière : il montre {head.taille} "
            f"entrées, cet agent en avait vu {seen.taille}. C'est le plus souvent une sauvegarde qui a été remise. Vos "
            "rapports et vos accusés sont intacts chez vous ; rien n'est perdu.",
            ou=str(kept),
            code="registre_recule",
            remede=_TELL_ARS,
        )

    def _forked(self, souvenir: Souvenir, note: str) -> LedgerError:
        kept = keep_both(self.dossier, self.recepteur.origine, souvenir.point_de_controle, note)
        return LedgerError(
            f"Le registre du récepteur « {self.recepteur.code} » n'est pas la suite de celui que cet agent avait vu : "
            "des entrées ont été changées. Vos rapports et vos accusés sont intacts chez vous ; rien n'est perdu.",
            ou=str(kept),
            code="registre_divise",
            remede=_TELL_ARS,
        )

    def _unbelievable(self, error: EnvelopeError) -> LedgerError:
        return LedgerError(
            f"La tête du registre du récepteur « {self.recepteur.code} » ne peut pas être crue : {error.message}",
            code="registre_illisible",
            remede="Le rapport attend. Comparez au téléphone avec l'ARS l'empreinte de la clé de son registre "
            f"(registre = … de [[recepteurs]] « {self.recepteur.code} ») ; si elle est juste, transmettez-lui ce "
            "message.",
        )
