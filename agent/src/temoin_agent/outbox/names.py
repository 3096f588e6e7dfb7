"""Names of report files: what a person can read in a folder, and enough to find a report without opening any."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

from temoin_sdk.report.models import Rapport
from temoin_sdk.vocabulary import Mesure
from temoin_sdk.windows import Fenetre

REPERE_SIZE: Final = 16
"""Digits of the content digest in a name: enough for a name never to meet another."""

_STEM: Final = re.compile(
    r"(?P<projet>[a-z0-9][a-z0-9-]{0,63})_(?P<debut>\d{4}-\d\d-\d\d)_au_(?P<dernier>\d{4}-\d\d-\d\d)"
    r"_(?P<mesure>[a-z]+)_v(?P<version>[1-9]\d{0,8})_(?P<repere>[0-9a-f]{16})"
)


@dataclass(frozen=True, slots=True, order=True)
class ReportName:
    """Project, window, kind of measure, version, and the first digits of `empreinte_rapport` (« repère »)."""

    projet: str
    debut: date
    fin: date
    mesure: Mesure
    version: int
    repere: str

    @classmethod
    def of(cls, rapport: Rapport, empreinte: str) -> Self:
        """The name of `rapport`, whose payload has the digest `empreinte`."""
        fenetre = rapport.fenetre
        return cls(rapport.projet, fenetre.debut, fenetre.fin, rapport.mesure, rapport.version, empreinte[:REPERE_SIZE])

    @classmethod
    def parse(cls, stem: str) -> Self | None:
        """The name that `stem` spells, or None when it is not one of ours."""
        found = _STEM.fullmatch(stem)
        if found is None:
            return None
        try:
            debut, dernier = date.fromisoformat(found["debut"]), date.fromisoformat(found["dernier"])
            fenetre = Fenetre(debut=debut, fin=dernier + timedelta(days=1))
            mesure = Mesure(found["mesure"])
        except (ValueError, OverflowError):
            return None
        return cls(found["projet"], fenetre.debut, fenetre.fin, mesure, int(found["version"]), found["repere"])

    @property
    def stem(self) -> str:
        """Window as people say it: both days included."""
        fenetre = self.fenetre
        return (
            f"{self.projet}_{fenetre.debut}_au_{fenetre.dernier_jour}_{self.mesure.value}_v{self.version}_{self.repere}"
        )

    @property
    def fenetre(self) -> Fenetre:
        """The window, half open."""
        return Fenetre(debut=self.debut, fin=self.fin)
