"""What is known of one person in one establishment, gathered from one or several sources."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from temoin_sdk.campaigns import Reglages
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre


class PeriodeProjet(NamedTuple):
    """A projet personnalisé in one state (code of StatutProjet), both days included, None unbounded."""

    statut: int
    debut: date | None
    fin: date | None


@dataclass(slots=True)
class Personne:
    """Counts and latest days of one person in one establishment; the fields mirror the person columns of the statement.

    `motif` is 0 when at least one stay is eligible, None before any stay is known. `maj_jour` is the latest day a human
    wrote. `periodes` stays empty when the state of the project was already settled in SQL.
    """

    sejours: int = 0
    jour_ref: date | None = None
    motif: int | None = None
    motifs_inconnus: int = 0
    sejours_illisibles: int = 0
    maj: int = 0
    maj_jour: date | None = None
    maj_sans_auteur: int = 0
    maj_inconnus: int = 0
    maj_illisibles: int = 0
    projets: int = 0
    projet: int | None = None
    projets_inconnus: int = 0
    projets_illisibles: int = 0
    evenements: int = 0
    evenement_jour: date | None = None
    evenements_retenus: int = 0
    evenements_inconnus: int = 0
    evenements_illisibles: int = 0
    depots: int = 0
    depot_jour: date | None = None
    depots_illisibles: int = 0
    periodes: list[PeriodeProjet] = field(default_factory=list)

    def add_stay(self, jour_ref: date, motif: int) -> None:
        """One more stay; its last day within the window may move the reference day."""
        self.sejours += 1
        self.jour_ref = latest(self.jour_ref, jour_ref)
        self.motif = motif if self.motif is None else min(self.motif, motif)

    def merge(self, other: "Personne") -> None:
        """Take in what another source, or another identifier, knows of the same person."""
        for name in _SUMMED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _LATEST:
            setattr(self, name, latest(getattr(self, name), getattr(other, name)))
        if other.motif is not None:
            self.motif = other.motif if self.motif is None else min(self.motif, other.motif)
        if other.projet is not None:
            self.projet = other.projet if self.projet is None else max(self.projet, other.projet)
        self.periodes += other.periodes

    def settle_project(self, reglages: Reglages, fenetre: Fenetre) -> None:
        """State of the project on the reference day, or over the window with `un_jour` (domain decision 5)."""
        standing = [p.statut for p in self.periodes if self._stands(p, reglages, fenetre)]
        if standing:
            self.projet = max(standing) if self.projet is None else max(self.projet, *standing)

    def _stands(self, periode: PeriodeProjet, reglages: Reglages, fenetre: Fenetre) -> bool:
        if reglages.projet == "un_jour":
            return (periode.debut is None or periode.debut < fenetre.fin) and (
                periode.fin is None or periode.fin >= fenetre.debut
            )
        day = self.jour_ref
        return (
            day is not None
            and (periode.debut is None or periode.debut <= day)
            and (periode.fin is None or periode.fin >= day)
        )


_SUMMED = (
    "sejours",
    "motifs_inconnus",
    "sejours_illisibles",
    "maj",
    "maj_sans_auteur",
    "maj_inconnus",
    "maj_illisibles",
    "projets",
    "projets_inconnus",
    "projets_illisibles",
    "evenements",
    "evenements_retenus",
    "evenements_inconnus",
    "evenements_illisibles",
    "depots",
    "depots_illisibles",
)
_LATEST = ("jour_ref", "maj_jour", "evenement_jour", "depot_jour")


def latest(one: date | None, other: date | None) -> date | None:
    """The later of two days, either of which may be missing."""
    if one is None or other is None:
        return one or other
    return max(one, other)


class PersonKey(NamedTuple):
    """One person in one establishment: the identifier only means something in its space."""

    finess: str
    espace: str
    usager: str


class DayKey(NamedTuple):
    """Facts of one kind on one day; `code` is that of the day leaf, `finess` may be the OG's mark."""

    finess: str
    code: int
    jour: date


@dataclass(slots=True)
class Gathered:
    """Everything one or several sources said, grouped; nothing of it leaves the site but counts and hashes.

    `cles` holds, per establishment and relation, facts that carry a key, to be counted once across sources.
    `sites_inconnus` and `usagers_absents` count rows per relation that could be placed nowhere.
    """

    personnes: dict[PersonKey, Personne] = field(default_factory=dict)
    jours: dict[DayKey, int] = field(default_factory=dict)
    cles: dict[tuple[str, Relation, str], tuple[int, date]] = field(default_factory=dict)
    sites_inconnus: dict[Relation, int] = field(default_factory=dict)
    usagers_absents: dict[Relation, int] = field(default_factory=dict)
    jours_illisibles: dict[Relation, int] = field(default_factory=dict)

    def person(self, key: PersonKey) -> Personne:
        """The person of this key, created at first sight."""
        found = self.personnes.get(key)
        if found is None:
            found = self.personnes[key] = Personne()
        return found

    def add_day(self, key: DayKey, nombre: int) -> None:
        """`nombre` more facts on that day."""
        self.jours[key] = self.jours.get(key, 0) + nombre

    def add_keyed(self, finess: str, relation: Relation, cle: str, code: int, jour: date) -> None:
        """A fact that carries a key: however often it is logged it counts once, on its first day."""
        seen = self.cles.get((finess, relation, cle))
        self.cles[finess, relation, cle] = (code, jour) if seen is None else (min(seen[0], code), min(seen[1], jour))

    def merge(self, other: "Gathered") -> None:
        """Take in another source's groups."""
        for key, personne in other.personnes.items():
            if key in self.personnes:
                self.personnes[key].merge(personne)
            else:
                self.personnes[key] = personne
        for day, nombre in other.jours.items():
            self.add_day(day, nombre)
        for (finess, relation, cle), (code, jour) in other.cles.items():
            self.add_keyed(finess, relation, cle, code, jour)
        for mine, theirs in self._tallies(other):
            for relation, nombre in theirs.items():
                mine[relation] = mine.get(relation, 0) + nombre

    def _tallies(self, other: "Gathered") -> Iterable[tuple[dict[Relation, int], dict[Relation, int]]]:
        yield self.sites_inconnus, other.sites_inconnus
        yield self.usagers_absents, other.usagers_absents
        yield self.jours_illisibles, other.jours_illisibles

    def settle(self, reglages: Reglages, fenetre: Fenetre) -> None:
        """Close the gathering: keyed facts become days, projects get their state on the reference day."""
        for (finess, _relation, _cle), (code, jour) in self.cles.items():
            self.add_day(DayKey(finess, code, jour), 1)
        self.cles.clear()
        for personne in self.personnes.values():
            if personne.periodes:
                personne.settle_project(reglages, fenetre)
