"""The rows of a database in the making, and what the life of one establishment is written with."""

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from zoneinfo import ZoneInfo

from temoin_editor_sample.calendrier import Calendrier, Periode
from temoin_editor_sample.etablissements import Etablissement
from temoin_editor_sample.profils import Profil

Valeur = str | int | None


class Registre:
    """Rows per table, in the order of their creation: an id is a rank, so that one seed gives one database."""

    def __init__(self) -> None:
        self.tables: defaultdict[str, list[tuple[Valeur, ...]]] = defaultdict(list)

    def add(self, table: str, *valeurs: Valeur) -> int:
        """Append a row, in the order of the table's columns after `id`, and answer its id."""
        rows = self.tables[table]
        rang = len(rows) + 1
        rows.append((rang, *valeurs))
        return rang


@dataclass(frozen=True, slots=True)
class Automates:
    """Technical accounts: what they write is no use of the record."""

    reprise: int
    nuit: int
    facturation: int


@dataclass(slots=True)
class Sejour:
    """One stay; `periode.dernier` is the last day of the data while nobody has left."""

    id: int
    resident: int
    periode: Periode
    ouvert: bool


@dataclass(slots=True)
class Accompagnement:
    """One person in one establishment, under one or several record numbers."""

    residents: tuple[int, ...]
    sejours: list[Sejour]
    hors_projet: bool

    def presence(self, periode: Periode) -> list[Periode]:
        """When this person was there within `periode`."""
        return [commun for sejour in self.sejours if (commun := sejour.periode.common(periode)) is not None]


@dataclass(slots=True)
class Site:
    """One establishment while its life is being written."""

    fiche: Etablissement
    profil: Profil
    calendrier: Calendrier
    registre: Registre
    rng: Random
    automates: Automates
    id: int
    fuseau: ZoneInfo
    personnels: list[int] = field(default_factory=list)
    comptes: list[int] = field(default_factory=list)
    chambres: list[int] = field(default_factory=list)
    accompagnements: list[Accompagnement] = field(default_factory=list)

    @property
    def en_service(self) -> Periode:
        """From go-live to the last day of the data: nothing is written outside of it."""
        vie = self.calendrier.vie
        return Periode(max(vie.premier, self.fiche.mise_en_service), vie.dernier)

    def quarters(self) -> list[tuple[int, Periode]]:
        """The part of each quarter in service, with how many quarters ago it was."""
        quarters = self.calendrier.quarters()
        found = [(len(quarters) - 1 - rang, quarter.common(self.en_service)) for rang, quarter in enumerate(quarters)]
        return [(age, periode) for age, periode in found if periode is not None]

    def any_account(self) -> int:
        """Somebody of the staff."""
        return self.comptes[int(self.rng.random() * len(self.comptes))]


def ramp(age: int) -> float:
    """Usage grew: the share of today's usage that stood `age` quarters ago."""
    return max(0.5, 1 - 0.07 * age)
