"""What one run has found so far: what was read, what was set aside, what was counted."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from temoin_sdk.counting.models import Demande, ErreurSource
from temoin_sdk.counting.reading import Read
from temoin_sdk.errors import TemoinError
from temoin_sdk.figures import Avertissement, Ecarte, Figures
from temoin_sdk.gathering.spool import Block
from temoin_sdk.tally.jobs import Outcome
from temoin_sdk.tally.observed import Observed
from temoin_sdk.vocabulary import MotifEcart, Relation


@dataclass(slots=True)
class Run:
    """What one run has found so far."""

    demande: Demande
    reads: list[Read] = field(default_factory=list)
    erreurs: list[ErreurSource] = field(default_factory=list)
    ecartes: dict[str, Ecarte] = field(default_factory=dict)
    avertissements: list[Avertissement] = field(default_factory=list)
    first_error: TemoinError | None = None

    def holds(self, finess: str) -> bool:
        """Whether anything was read about an establishment, or under the mark of the OG; nothing is opened for it."""
        return any(read.spool.holds(finess) for read in self.reads if read.spool)

    def blocks(self, finess: str) -> tuple[Block, ...]:
        """Everything that was read about an establishment, or under the mark of the OG."""
        return tuple(block for read in self.reads if read.spool for block in read.spool.blocks(finess))

    def set_aside(self, error: TemoinError, source: str, finess: Iterable[str], motif: MotifEcart) -> None:
        self.first_error = self.first_error or error
        self.erreurs.append(
            ErreurSource(
                source=source,
                code=error.code,
                message=error.message,
                remede=error.remede,
                ou=error.ou,
                acteur=error.acteur,
                retryable=error.retryable,
            )
        )
        for one in finess:
            self.ecartes.setdefault(
                one,
                Ecarte(finess=one, motif=motif, message=error.message, remede=error.remede, acteur=error.acteur),
            )


@dataclass(slots=True)
class Counted:
    """Figures by FINESS, with what each establishment was supplied, and what all of them looked like together."""

    supplied: dict[str, frozenset[Relation]] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=dict)
    observed: Observed = field(default_factory=Observed)
    joined: int = 0

    def add(self, outcome: Outcome) -> None:
        self.observed.merge(outcome.observed)
        self.joined += outcome.joined
        if outcome.figures is not None:
            self.figures[outcome.finess] = outcome.figures
