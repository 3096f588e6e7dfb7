"""From a measure to a signed report in the outbox: what was sent before decides whether there is anything to sign."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from temoin_agent.archive.completing import complete_files, whom_to_call
from temoin_agent.configuration import Configuration
from temoin_agent.installation import Installation
from temoin_agent.measuring import Measured, Place, build
from temoin_agent.outbox.chain import Maillon, write_chain
from temoin_agent.outbox.evidence import commit_evidence
from temoin_agent.outbox.store import Entry, Etat, Outbox, SignedReport, verify_own
from temoin_sdk.envelope import Typ, sign
from temoin_sdk.errors import StorageError
from temoin_sdk.evidence import engagement_cle
from temoin_sdk.report.building import Correction, same_figures
from temoin_sdk.report.models import Rapport
from temoin_sdk.report.octets import to_octets
from temoin_sdk.vocabulary import MotifCorrection

_NOT_FIGURES: Final = {
    "numero": True,
    "precedent": True,
    "calcule_le": True,
    "version": True,
    "remplace": True,
    "motif": True,
    "engagement_cle": True,
    "sources": True,
    "etablissements": {"__all__": {"racine", "feuilles_jours", "racine_jours"}},
    "og": {"feuilles_jours", "racine_jours"},
}


_SIGN_AGAIN: Final = frozenset({"horloge"})
"""Refusals of the signature's moment, not of its content: the same figures signed again are another matter."""


class Suite(StrEnum):
    """What a measure leads to."""

    SIGNE = "signé"
    INCHANGE = "inchangé"
    DEJA_REFUSE = "déjà refusé"
    A_CORRIGER = "à corriger"


@dataclass(frozen=True, slots=True)
class Step:
    """The result for one project: the report that was signed, or the earlier one that makes it needless.

    `preuves_changees`: the figures stand, but the records behind them are not the same any more.
    """

    suite: Suite
    entry: Entry
    report: SignedReport
    preuves_changees: bool = False


@dataclass(slots=True)
class Signer:
    """Signs reports one after the other; holds the last link of the chain. To be used under the lock."""

    configuration: Configuration
    installation: Installation
    outbox: Outbox
    chain: Maillon | None

    def draft(self, measured: Measured) -> Rapport:
        """The report of `measured` at the next place of the chain; a draft takes no place until it is signed.

        Raises PluginError, ReportError.
        """
        return build(self.configuration, measured, self._place(None))

    def settle(self, draft: Rapport, measured: Measured, en_cours: Path, motif: MotifCorrection | None) -> Step:
        """Sign, or say which earlier report makes it needless or forbids it without a reason for correction.

        `en_cours` holds the evidence that was counted into. Raises StorageError, EnvelopeError, ReportError.
        """
        kept, refused = self._earlier(draft)
        if kept is not None and _same_counts(draft, kept[1].rapport):
            moved = not same_figures(draft, kept[1].rapport)
            if motif is None or not moved:
                return Step(Suite.INCHANGE, *kept, preuves_changees=moved)
        for entry, report in refused:
            if same_figures(draft, report.rapport) and self._refusal_code(entry) not in _SIGN_AGAIN:
                return Step(Suite.DEJA_REFUSE, entry, report)
        if kept is None:
            return self._sign(draft, measured, en_cours)
        if motif is None:
            return Step(Suite.A_CORRIGER, *kept)
        correction = Correction(kept[1].rapport.version + 1, kept[1].empreinte, motif)
        return self._sign(build(self.configuration, measured, self._place(correction)), measured, en_cours)

    def _sign(self, rapport: Rapport, measured: Measured, en_cours: Path) -> Step:
        iat = int(measured.calcule_le.timestamp())
        jws = sign(to_octets(rapport), self.installation.signature, Typ.RAPPORT, iat)
        report = verify_own(jws, self.outbox.cle)
        appeler = whom_to_call(self.configuration, rapport)
        files = complete_files(rapport, jws, report.name.repere, measured.projet.campagne.octets, appeler)
        commit_evidence(self.outbox.dossier, en_cours, report.name, files)
        entry = self.outbox.store(report)
        self.chain = Maillon(numero=rapport.numero, empreinte=report.empreinte)
        write_chain(self.outbox.dossier, self.chain)
        return Step(Suite.SIGNE, entry, report)

    def _refusal_code(self, entry: Entry) -> str:
        try:
            return self.outbox.read_refusal(entry).probleme.code
        except StorageError:
            return ""

    def _place(self, correction: Correction | None) -> Place:
        return Place(
            installation=self.installation.identifiant,
            numero=1 if self.chain is None else self.chain.numero + 1,
            precedent=None if self.chain is None else self.chain.empreinte,
            engagement_cle=engagement_cle(self.installation.pseudonymes),
            correction=correction,
        )

    def _earlier(self, draft: Rapport) -> tuple[tuple[Entry, SignedReport] | None, list[tuple[Entry, SignedReport]]]:
        """The last version that was sent or is to be, and the refused ones, of the same measure for the same receiver.

        Raises EnvelopeError or ReportError when an earlier report cannot be read: its version would be signed twice.
        """
        kept: list[tuple[Entry, SignedReport]] = []
        refused: list[tuple[Entry, SignedReport]] = []
        for entry in self.outbox.all_entries():
            name = entry.name
            if (name.projet, name.fenetre, name.mesure) != (draft.projet, draft.fenetre, draft.mesure):
                continue
            report = self.outbox.read(entry)
            if report.rapport.destinataire == draft.destinataire:
                (refused if entry.etat is Etat.REFUSE else kept).append((entry, report))
        return max(kept, key=lambda pair: pair[1].rapport.version, default=None), refused


def _same_counts(one: Rapport, other: Rapport) -> bool:
    """True when every count, state, level, flag and indicator is the same, whatever records they follow from."""
    return one.model_dump(exclude=_NOT_FIGURES) == other.model_dump(exclude=_NOT_FIGURES)  # type: ignore[arg-type]
