"""What is known of one person in one establishment, gathered from one or several sources.

Days are proleptic ordinals (`date.toordinal`): whole numbers pass from a database to a leaf without being made dates.
"""

from dataclasses import dataclass

from temoin_sdk.campaigns import Reglages
from temoin_sdk.windows import Fenetre

Periode = tuple[int, int | None, int | None]
"""A projet personnalisé in one state: code of StatutProjet, first and last day included, None unbounded."""


@dataclass(slots=True)
class Personne:
    """Counts and latest days of one person in one establishment; the first fields are the person columns of the
    statement.

    `motif` is 0 when at least one stay is eligible, None before any stay is known. `maj_jour` is the latest day a human
    wrote. `evenements_retenus` matters where events of any day count. `projet` is the state of projects that stood all
    along, `periodes` are those that began or ended on the way.
    """

    sejours: int = 0
    jour_ref: int | None = None
    motif: int | None = None
    maj: int = 0
    maj_jour: int | None = None
    projets: int = 0
    projet: int | None = None
    evenements: int = 0
    evenement_jour: int | None = None
    evenements_retenus: int = 0
    depots: int = 0
    depot_jour: int | None = None
    maj_sans_auteur: int = 0
    motifs_inconnus: int = 0
    maj_inconnus: int = 0
    projets_inconnus: int = 0
    evenements_inconnus: int = 0
    sejours_illisibles: int = 0
    maj_illisibles: int = 0
    projets_illisibles: int = 0
    evenements_illisibles: int = 0
    depots_illisibles: int = 0
    periodes: tuple[Periode, ...] = ()

    def add_stay(self, jour_ref: int, motif: int) -> None:
        """One more stay; its last day within the window may move the reference day."""
        self.sejours += 1
        self.jour_ref = latest(self.jour_ref, jour_ref)
        self.motif = motif if self.motif is None else min(self.motif, motif)

    def merge(self, other: "Personne") -> None:
        """Take in what another source, another identifier or an earlier spill knows of the same person.

        Field by field: this is done for every person of a large source of rows, and a loop over names costs four times
        as much.
        """
        self.sejours += other.sejours
        self.motifs_inconnus += other.motifs_inconnus
        self.sejours_illisibles += other.sejours_illisibles
        self.maj += other.maj
        self.maj_sans_auteur += other.maj_sans_auteur
        self.maj_inconnus += other.maj_inconnus
        self.maj_illisibles += other.maj_illisibles
        self.projets += other.projets
        self.projets_inconnus += other.projets_inconnus
        self.projets_illisibles += other.projets_illisibles
        self.evenements += other.evenements
        self.evenements_retenus += other.evenements_retenus
        self.evenements_inconnus += other.evenements_inconnus
        self.evenements_illisibles += other.evenements_illisibles
        self.depots += other.depots
        self.depots_illisibles += other.depots_illisibles
        self.jour_ref = latest(self.jour_ref, other.jour_ref)
        self.maj_jour = latest(self.maj_jour, other.maj_jour)
        self.evenement_jour = latest(self.evenement_jour, other.evenement_jour)
        self.depot_jour = latest(self.depot_jour, other.depot_jour)
        if other.motif is not None:
            self.motif = other.motif if self.motif is None else min(self.motif, other.motif)
        if other.projet is not None:
            self.projet = other.projet if self.projet is None else max(self.projet, other.projet)
        self.periodes += other.periodes

    def settle_project(self, reglages: Reglages, fenetre: Fenetre) -> None:
        """State of the project on the reference day, or over the window with `un_jour` (domain decision 5)."""
        if reglages.projet == "un_jour":
            first, last = fenetre.debut.toordinal(), fenetre.dernier_jour.toordinal()
        elif self.jour_ref is not None:
            first = last = self.jour_ref
        else:
            return
        for statut, debut, fin in self.periodes:
            if (debut is None or debut <= last) and (fin is None or fin >= first):
                self.projet = statut if self.projet is None else max(self.projet, statut)


def latest(one: int | None, other: int | None) -> int | None:
    """The later of two days, either of which may be missing."""
    if one is None or other is None:
        return one if other is None else other
    return max(one, other)
