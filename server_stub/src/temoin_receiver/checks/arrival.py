"""A report that has just arrived: verified, read, and not yet judged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from temoin_receiver.register.reading import EnrolledKey, Rattachement, Registre
from temoin_sdk.envelope import Verified
from temoin_sdk.report import EcarteRapport, EtablissementRapport, Rapport


@dataclass(frozen=True, slots=True)
class Arrival:
    """All that a check may look at. `instant` is the receiver's own aware clock; nothing in the report is believed."""

    jws: str
    verified: Verified
    cle: EnrolledKey
    rapport: Rapport
    registre: Registre
    origine: str
    instant: datetime

    def sites(self) -> Iterator[EtablissementRapport | EcarteRapport]:
        """Every establishment the report speaks of."""
        return sites_of(self.rapport)

    def rattachement(self, finess: str) -> Rattachement | None:
        """The establishment as the report's organisme ran it in the report's window, if it did."""
        return self.registre.of(finess, self.rapport.ej, self.rapport.fenetre)


def sites_of(rapport: Rapport) -> Iterator[EtablissementRapport | EcarteRapport]:
    """Every establishment a report speaks of: those with figures, then those set aside."""
    yield from rapport.etablissements
    yield from rapport.ecartes
