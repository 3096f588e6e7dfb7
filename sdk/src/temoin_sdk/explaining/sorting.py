"""Which rule drops a row, in the order in which the definitions apply (domain decisions 3 to 9).

One function per relation answers the code of the rule, None for a row that is kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from temoin_sdk.campaigns import Reglages
from temoin_sdk.explaining.lines import Ligne
from temoin_sdk.gathering.groups import Group
from temoin_sdk.gathering.identities import Identity
from temoin_sdk.gathering.persons import Personne
from temoin_sdk.statement.lone_rows import Sort
from temoin_sdk.tally.establishment import STANDS
from temoin_sdk.vocabulary import Auteur, Relation, StatutEvenement, StatutProjet
from temoin_sdk.windows import Fenetre

STATUTS: Final[Mapping[str, int]] = {s.name.lower(): s.value for s in StatutProjet}
_EVENEMENTS: Final = frozenset(s.value for s in StatutEvenement)

OF_THE_PERSON: Final = frozenset(
    {None, "sans_sejour", "non_eligible", "statut_ne_compte_pas", "fini_avant", "commence_apres"}
)
"""Rules that look at the person and not at the row: the row itself is a fact of the window, known of that person."""


@dataclass(slots=True)
class Contexte:
    """What rows are judged by: the window, the rules of the campaign, what is known of the persons so far.

    `personnes` is the interval in which a stay makes a personne accompagnée. `listed` are the sites of the
    establishment that the source being judged lists.
    """

    fenetre: Fenetre
    personnes: Fenetre
    reglages: Reglages
    fuseau: str
    masters: Mapping[Identity, Identity] = field(default_factory=dict, repr=False)
    group: Group = field(default_factory=Group, repr=False)
    espace: str = ""
    listed: frozenset[str] = frozenset()

    def who(self, ligne: Ligne) -> Identity | None:
        """The person a row speaks of, the identity map followed."""
        if ligne.usager is None:
            return None
        key = (self.espace, ligne.usager)
        return self.masters.get(key, key)

    def known(self, ligne: Ligne) -> Personne | None:
        """What is known of that person, if she has a stay."""
        who = self.who(ligne)
        personne = None if who is None else self.group.personnes.get(who)
        return personne if personne is not None and personne.sejours else None

    def days_of_project(self, personne: Personne) -> tuple[int, int]:
        """The days on which a project must stand: the window with `un_jour`, else the person's reference day."""
        last = self.fenetre.dernier_jour.toordinal()
        if self.reglages.projet == "un_jour":
            return self.fenetre.debut.toordinal(), last
        day = last if personne.jour_ref is None else personne.jour_ref
        return day, day


def _row(ligne: Ligne, c: Contexte) -> str | None:
    """What every relation asks first: a site the source lists, dates that can be read, the window."""
    if ligne.site not in c.listed:
        return "site_non_liste"
    return {
        Sort.ABSENTE: "sans_date",
        Sort.ILLISIBLE: "date_illisible",
        Sort.AVANT: "avant",
        Sort.APRES: "apres",
        Sort.DEDANS: None,
    }[ligne.sort]


def drop_stay(ligne: Ligne, c: Contexte) -> str | None:
    """Decision 3: a stay overlaps the interval, its last day included."""
    if (dropped := _row(ligne, c)) is not None:
        return dropped
    if ligne.debut is not None and ligne.debut >= c.personnes.fin.toordinal():
        return "apres"
    if ligne.fin is not None and ligne.fin < c.personnes.debut.toordinal():
        return "avant"
    return "sans_usager" if ligne.usager is None else None


def drop_update(ligne: Ligne, c: Contexte) -> str | None:
    """Decision 4: a human wrote, or somebody of whom the source says nothing."""
    dropped = _row(ligne, c) or ("sans_usager" if ligne.usager is None else None)
    if dropped is not None:
        return dropped
    if ligne.mot == Auteur.AUTOMATE.value:
        return "automate"
    if ligne.mot not in (None, Auteur.HUMAIN.value):
        return "auteur_inconnu"
    return "sans_sejour" if c.known(ligne) is None else None


def drop_project(ligne: Ligne, c: Contexte) -> str | None:
    """Decision 5: en préparation or actif, standing on the day that counts for this person."""
    if (dropped := _row(ligne, c)) is not None:
        return dropped
    first, last = ligne.debut, ligne.fin
    if first is not None and last is not None and first > last:
        return "jamais"
    if first is not None and first >= c.fenetre.fin.toordinal():
        return "apres"
    if last is not None and last < c.personnes.debut.toordinal():
        return "avant"
    if ligne.usager is None:
        return "sans_usager"
    return _drop_state(ligne, c)


def _drop_state(ligne: Ligne, c: Contexte) -> str | None:
    statut = STATUTS.get(ligne.mot or "")
    if statut is None:
        return "statut_inconnu"
    if statut not in STANDS:
        return "statut_ne_compte_pas"
    personne = c.known(ligne)
    if personne is None:
        return "sans_sejour"
    begin, end = c.days_of_project(personne)
    if ligne.fin is not None and ligne.fin < begin:
        return "fini_avant"
    return "commence_apres" if ligne.debut is not None and ligne.debut > end else None


def drop_event(ligne: Ligne, c: Contexte) -> str | None:
    """Decision 6: neither cancelled nor of an unknown state."""
    dropped = _row(ligne, c) or ("sans_usager" if ligne.usager is None else None)
    if dropped is not None:
        return dropped
    if ligne.mot == StatutEvenement.ANNULE.value:
        return "annule"
    if ligne.mot is not None and ligne.mot not in _EVENEMENTS:
        return "statut_inconnu"
    return "sans_sejour" if c.known(ligne) is None else None


def drop_deposit(ligne: Ligne, c: Contexte) -> str | None:
    """Decision 8: of an eligible person, or of anyone with `sans_condition`."""
    dropped = _row(ligne, c) or ("sans_usager" if ligne.usager is None else None)
    if dropped is not None or c.reglages.dmp == "sans_condition":
        return dropped
    personne = c.known(ligne)
    if personne is None:
        return "sans_sejour"
    return "non_eligible" if personne.motif else None


Drop = Callable[[Ligne, Contexte], str | None]

BY_PERSON: Final[Mapping[Relation, Drop]] = {
    Relation.SEJOURS: drop_stay,
    Relation.MISES_A_JOUR: drop_update,
    Relation.PROJETS: drop_project,
    Relation.EVENEMENTS: drop_event,
    Relation.DEPOTS_DMP: drop_deposit,
}
"""Relations whose rows count by the person they speak of, stays first: the others ask for them."""

BY_DAY: Final[Drop] = _row
"""Rows that count by themselves: messages, documents, prescriptions, exchanges."""
