"""One establishment counted: plain data in and out, so that several processes can share a run."""

from dataclasses import dataclass

from temoin_sdk.collecting import nothing_collected
from temoin_sdk.figures import Figures
from temoin_sdk.gathering.groups import bring_together
from temoin_sdk.gathering.identities import read_masters
from temoin_sdk.gathering.spool import Block
from temoin_sdk.tally.establishment import EvidencePlace, Supplied, build_figures
from temoin_sdk.tally.observed import Observed


@dataclass(frozen=True, slots=True)
class Commons:
    """What every establishment of a run is counted with."""

    place: EvidencePlace


@dataclass(frozen=True, slots=True)
class Job:
    """One establishment to count; `supplied` is None for one that is set aside: its rows are only looked at.

    `masters` is what the identity map says of its persons.
    """

    finess: str
    supplied: Supplied | None
    blocks: tuple[Block, ...]
    masters: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job; the evidence is on disk."""

    finess: str
    figures: Figures | None
    observed: Observed
    joined: int


def count_establishment(job: Job, commons: Commons) -> Outcome:
    """Bring the persons together, write the evidence, count. Raises StorageError."""
    with nothing_collected():
        return _count(job, commons)


def _count(job: Job, commons: Commons) -> Outcome:
    place = commons.place
    group = bring_together(job.blocks, read_masters(job.masters), place.reglages, place.fenetre)
    observed = Observed()
    observed.add_group(group)
    figures = None if job.supplied is None else build_figures(job.supplied, group, place)
    return Outcome(job.finess, figures, observed, group.joined)
