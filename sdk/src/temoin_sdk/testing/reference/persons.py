"""The decisions about one person at one establishment, one short function each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from temoin_sdk.contract.relations import PERSON_RELATIONS, SHAPES
from temoin_sdk.testing.reference.civil_days import day_of
from temoin_sdk.testing.reference.facts import Base, Etablissement
from temoin_sdk.testing.reference.words import Usager, code, masters_of, person, word
from temoin_sdk.vocabulary import MotifNonEligible, Relation, StatutProjet
from temoin_sdk.windows import Fenetre


@dataclass
class Personne:
    """What the calculator says of one personne accompagnée."""

    motif: MotifNonEligible | None
    jour_maj: date | None
    projet: StatutProjet | None
    evenement: bool
    jour_evenement: date | None
    jour_depot: date | None
    dmp: bool

    @property
    def eligible(self) -> bool:
        """Decision 9: no reason was kept against it."""
        return self.motif is None

    @property
    def actif(self) -> bool:
        """Decision 4: accompanied, and updated in the window."""
        return self.jour_maj is not None

    @property
    def actif_projet(self) -> bool:
        """Decision 5: only dossiers actifs are looked at, and only two states count."""
        return self.actif and self.projet in (StatutProjet.EN_PREPARATION, StatutProjet.ACTIF)

    @property
    def actif_agenda(self) -> bool:
        """Decision 6: only dossiers actifs are looked at."""
        return self.actif and self.evenement


class Lieu:
    """The rows of one establishment, all its sites together, dates read on its clock."""

    def __init__(self, base: Base, etablissement: Etablissement) -> None:
        self.base = base
        self.fuseau = etablissement.fuseau
        listed = {code(site) for site in base.sites}
        self.codes = {one for one in etablissement.codes if one in listed}
        masters = masters_of(base)
        self._about = {
            relation: [(person(row.usager, masters, base.espace), row) for row in self.rows(relation)]
            for relation in (Relation.SEJOURS, *PERSON_RELATIONS)
        }

    def rows(self, relation: Relation) -> list[Any]:
        """The rows of a relation that name one of the sites and whose dates exist: 30 February says nothing."""
        return [
            row for row in self.base.rows(relation) if code(row.code) in self.codes and self.is_readable(relation, row)
        ]

    def is_readable(self, relation: Relation, row: Any) -> bool:
        """Whether every date of a row is one, or none."""
        try:
            return bool([self.day(relation, getattr(row, name)) for name in SHAPES[relation].dates])
        except ValueError:
            return False

    def rows_about(self, relation: Relation, who: Usager) -> list[Any]:
        """The rows of one person."""
        return [row for somebody, row in self._about[relation] if somebody == who]

    def persons(self, relation: Relation) -> list[Usager]:
        """Distinct persons of a relation, whatever the dates."""
        return sorted({somebody for somebody, _ in self._about[relation] if somebody is not None})

    def day(self, relation: Relation, value: Any) -> date | None:
        """Decision 1: the civil day of a value on this establishment's clock."""
        return day_of(value, self.base.natures[relation], self.fuseau)

    def days_in_window(self, relation: Relation, rows: list[Any]) -> list[date]:
        """The days of those facts that fall in the window."""
        days = [self.day(relation, row.date_fait) for row in rows]
        return [day for day in days if day is not None and self.base.fenetre.contains(day)]


def last_day(fenetre: Fenetre) -> date:
    """The last day that is in the window."""
    return fenetre.fin - timedelta(days=1)


def period_of_persons(base: Base) -> Fenetre:
    """Decision 3: the window, or for the setting `annee` the twelve months that end with it."""
    if base.reglages.base_personnes == "fenetre":
        return base.fenetre
    fin = base.fenetre.fin
    before = date(fin.year - 1, 2, 28) if (fin.month, fin.day) == (2, 29) else fin.replace(year=fin.year - 1)
    return Fenetre(debut=before, fin=fin)


def stays(lieu: Lieu, who: Usager) -> list[tuple[date | None, str | None]]:
    """Decision 3: définitive exit (its day included) and reason of the stays that overlap the period."""
    period = period_of_persons(lieu.base)
    found = []
    for row in lieu.rows_about(Relation.SEJOURS, who):
        entree = lieu.day(Relation.SEJOURS, row.entree)
        sortie = lieu.day(Relation.SEJOURS, row.sortie)
        if entree is not None and entree < period.fin and (sortie is None or sortie >= period.debut):
            found.append((sortie, word(row.motif_non_eligible)))
    return found


def motif(lieu: Lieu, who: Usager) -> MotifNonEligible | None:
    """Decision 9: eligible, unless the source says otherwise, at every stay, with a reason the campaign admits."""
    reasons = [reason for _, reason in stays(lieu, who)]
    if all(reason in lieu.base.reglages.motifs_admis for reason in reasons):
        return min(MotifNonEligible[str(reason).upper()] for reason in reasons)
    return None


def reference_day(lieu: Lieu, who: Usager) -> date:
    """Decision 5: the last day of the window, or of the person's last stay if that is earlier."""
    last = last_day(lieu.base.fenetre)
    return max(last if sortie is None else min(sortie, last) for sortie, _ in stays(lieu, who))


def projet(lieu: Lieu, who: Usager) -> StatutProjet | None:
    """Decision 5: the state on the reference day, or with `un_jour` on any day of the window; the highest wins."""
    first = last = reference_day(lieu, who)
    if lieu.base.reglages.projet == "un_jour":
        first, last = lieu.base.fenetre.debut, last_day(lieu.base.fenetre)
    return max(
        (statut for statut, debut, fin in projets(lieu, who) if max(debut, first) <= min(fin, last)), default=None
    )


def projets(lieu: Lieu, who: Usager) -> Iterator[tuple[StatutProjet, date, date]]:
    """Known states with their first and last day; a missing bound is unbounded."""
    known = {statut.name.lower(): statut for statut in StatutProjet}
    for row in lieu.rows_about(Relation.PROJETS, who):
        if (statut := known.get(word(row.statut) or "")) is not None:
            debut = lieu.day(Relation.PROJETS, row.debut) or date.min
            yield statut, debut, lieu.day(Relation.PROJETS, row.fin) or date.max


def jour_maj(lieu: Lieu, who: Usager) -> date | None:
    """Decision 4: latest day of the window on which a human wrote, or somebody of whom the source says nothing."""
    rows = [row for row in lieu.rows_about(Relation.MISES_A_JOUR, who) if word(row.auteur) in (None, "humain")]
    return max(lieu.days_in_window(Relation.MISES_A_JOUR, rows), default=None)


def evenements(lieu: Lieu, who: Usager) -> list[Any]:
    """Decision 6: planned, confirmed or held, or of a state the source does not tell; neither cancelled nor unknown."""
    kept = (None, "planifie", "valide", "termine")
    return [row for row in lieu.rows_about(Relation.EVENEMENTS, who) if word(row.statut) in kept]


def has_evenement(lieu: Lieu, who: Usager) -> bool:
    """Decision 6: an event in the window, or with `tout` at any time before its end."""
    rows = evenements(lieu, who)
    if lieu.base.reglages.agenda == "fenetre":
        return bool(lieu.days_in_window(Relation.EVENEMENTS, rows))
    days = [lieu.day(Relation.EVENEMENTS, row.date_fait) for row in rows]
    return any(day is not None and day < lieu.base.fenetre.fin for day in days)


def jour_evenement(lieu: Lieu, who: Usager) -> date | None:
    """The latest event of the window, whatever the setting: a détail holds days of the window only."""
    return max(lieu.days_in_window(Relation.EVENEMENTS, evenements(lieu, who)), default=None)


def jour_depot(lieu: Lieu, who: Usager) -> date | None:
    """Decision 8: latest day of the window on which a document entered the person's DMP."""
    return max(lieu.days_in_window(Relation.DEPOTS_DMP, lieu.rows_about(Relation.DEPOTS_DMP, who)), default=None)


def is_dmp_fed(base: Base, *, eligible: bool, depot: date | None) -> bool:
    """Decision 8: an eligible person's DMP, or anyone's with the setting `sans_condition`."""
    return depot is not None and (eligible or base.reglages.dmp == "sans_condition")


def personne(lieu: Lieu, who: Usager) -> Personne:
    """All that is said of one personne accompagnée."""
    reason, depot = motif(lieu, who), jour_depot(lieu, who)
    return Personne(
        motif=reason,
        jour_maj=jour_maj(lieu, who),
        projet=projet(lieu, who),
        evenement=has_evenement(lieu, who),
        jour_evenement=jour_evenement(lieu, who),
        jour_depot=depot,
        dmp=is_dmp_fed(lieu.base, eligible=reason is None, depot=depot),
    )


def personnes(lieu: Lieu) -> dict[Usager, Personne]:
    """Decision 3: each personne accompagnée once, whatever the number of stays, sites and records."""
    present = [who for who in lieu.persons(Relation.SEJOURS) if stays(lieu, who)]
    return {who: personne(lieu, who) for who in present}
