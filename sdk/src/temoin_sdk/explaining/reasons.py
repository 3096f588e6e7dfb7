"""Why a person who is in one count is not in the next: the rule, and a sentence that says it of that very person.

The rule may be shown and counted; the sentence has days of a person's life in it, and stays with whoever asked for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from temoin_sdk.explaining.lines import Ligne
from temoin_sdk.explaining.sorting import STATUTS, Contexte
from temoin_sdk.gathering.persons import Personne
from temoin_sdk.tally.establishment import STANDS
from temoin_sdk.vocabulary import Auteur, Compte, MotifNonEligible, Relation, StatutProjet
from temoin_sdk.windows import jour_en_lettres
from temoin_sdk.wording import MOTIFS_NON_ELIGIBLE


@dataclass(frozen=True, slots=True)
class Jugee:
    """A row and the rule that dropped it, None if it was kept."""

    ligne: Ligne
    regle: str | None


@dataclass(slots=True)
class Trace:
    """All that was read of one person: her identifiers, her sites, her rows by relation."""

    usagers: set[str] = field(default_factory=set, repr=False)
    sites: set[str] = field(default_factory=set)
    jugees: dict[Relation, list[Jugee]] = field(default_factory=dict, repr=False)

    def of(self, relation: Relation, *regles: str | None) -> list[Ligne]:
        """Her rows of a relation that one of these rules dropped."""
        return [each.ligne for each in self.jugees.get(relation, ()) if each.regle in regles]


@dataclass(frozen=True, slots=True)
class Raison:
    """The rule, and what it means for one person."""

    regle: str
    pourquoi: str = field(repr=False)


Reason = Callable[[Trace, Personne, Contexte], Raison]


def not_eligible(_trace: Trace, personne: Personne, _c: Contexte) -> Raison:
    """The reason of her stays, one that the campaign admits."""
    motif = MotifNonEligible(personne.motif or MotifNonEligible.AUTRE).name.lower()
    return Raison(f"motif_{motif}", f"non éligible : {MOTIFS_NON_ELIGIBLE[motif]}")


def not_active(trace: Trace, _personne: Personne, c: Contexte) -> Raison:
    """Nobody wrote in her record within the window."""
    relation = Relation.MISES_A_JOUR
    if machines := trace.of(relation, "automate"):
        last = _latest(machines)
        when = f", la dernière le {_jour(last)}" if last else ""
        return Raison(
            "automates_seuls", f"dans la fenêtre, seulement des écritures automatiques (import, facturation…){when}"
        )
    if trace.of(relation, "auteur_inconnu"):
        return Raison("auteur_inconnu", "dans la fenêtre, l'auteur des écritures n'est ni « humain » ni « automate »")
    what = "aucune mise à jour par une personne dans la fenêtre"
    humans = (None, Auteur.HUMAIN.value)
    before = [one for one in trace.of(relation, "avant") if one.mot in humans]
    after = [one for one in trace.of(relation, "apres") if one.mot in humans]
    return _missing(trace, relation, "aucune_mise_a_jour", what, (before, after))


def no_project(trace: Trace, personne: Personne, c: Contexte) -> Raison:
    """No project en préparation or actif stood on the day that counts for her."""
    relation = Relation.PROJETS
    begin, end = c.days_of_project(personne)
    when = "dans la fenêtre" if c.reglages.projet == "un_jour" else _the_day(end, c)
    rows = trace.of(relation, "statut_ne_compte_pas")
    standing = max((one for one in rows if _stands(one, begin, end)), key=_statut, default=None)
    if standing is not None and _statut(standing) == StatutProjet.SUSPENDU:
        since = f" depuis le {_jour(standing.debut)}" if standing.debut else ""
        return Raison("projet_suspendu", f"projet suspendu{since}, encore {when}")
    dropped = trace.of(relation, "fini_avant", "avant")
    ended = [one.fin for one in dropped if one.fin is not None and _statut(one) in STANDS]
    if ended:
        return Raison("projet_termine", f"projet terminé le {_jour(max(ended))}, avant {_plain_day(end, c)}")
    later = [one.debut for one in trace.of(relation, "commence_apres", "apres") if one.debut and _statut(one) in STANDS]
    if later:
        return Raison("projet_a_venir", f"projet commencé le {_jour(min(later))}, après {_plain_day(end, c)}")
    if rows:
        cancelled = all(_statut(one) == StatutProjet.ANNULE for one in rows)
        return _closed(standing, cancelled=cancelled)
    if trace.of(relation, "statut_inconnu"):
        return Raison("statut_inconnu", "un projet existe, mais son statut est inconnu ou absent")
    if trace.of(relation, "date_illisible"):
        return Raison("date_illisible", "un projet existe, mais une de ses dates est illisible")
    return Raison("aucun_projet", "aucun projet personnalisé")


def _closed(standing: Ligne | None, *, cancelled: bool) -> Raison:
    if cancelled:
        return Raison("projet_annule", "projet annulé")
    since = f" depuis le {_jour(standing.debut)}" if standing is not None and standing.debut else ""
    return Raison("projet_termine", f"projet terminé{since}")


def no_event(trace: Trace, _personne: Personne, c: Contexte) -> Raison:
    """No event of her agenda counts."""
    relation = Relation.EVENEMENTS
    where = "jusqu'à la fin de la fenêtre" if c.reglages.agenda == "tout" else "dans la fenêtre"
    if trace.of(relation, "annule"):
        return Raison("evenements_annules", f"tous ses événements {where} sont annulés")
    if trace.of(relation, "statut_inconnu"):
        return Raison("statut_inconnu", f"ses événements {where} ont un statut inconnu")
    sides = (trace.of(relation, "avant"), trace.of(relation, "apres"))
    return _missing(trace, relation, "aucun_evenement", f"aucun événement {where}", sides)


def no_deposit(trace: Trace, _personne: Personne, _c: Contexte) -> Raison:
    """No document entered her DMP within the window."""
    relation = Relation.DEPOTS_DMP
    sides = (trace.of(relation, "avant"), trace.of(relation, "apres"))
    return _missing(trace, relation, "aucun_depot", "aucun dépôt au DMP dans la fenêtre", sides)


REASONS: Final[Mapping[Compte, tuple[Compte, Reason]]] = {
    Compte.PERSONNES_ELIGIBLES: (Compte.PERSONNES_ACCOMPAGNEES, not_eligible),
    Compte.DOSSIERS_ACTIFS: (Compte.PERSONNES_ACCOMPAGNEES, not_active),
    Compte.DOSSIERS_ACTIFS_PROJET: (Compte.DOSSIERS_ACTIFS, no_project),
    Compte.DOSSIERS_ACTIFS_AGENDA: (Compte.DOSSIERS_ACTIFS, no_event),
    Compte.DMP_ALIMENTES: (Compte.PERSONNES_ELIGIBLES, no_deposit),
}
"""For a count of persons: the count it is taken from, and why somebody of that one is not in it."""


def _missing(
    trace: Trace, relation: Relation, regle: str, what: str, sides: tuple[Sequence[Ligne], Sequence[Ligne]]
) -> Raison:
    """Nothing in the window: what comes nearest to it, before or after, shows whether something was forgotten."""
    before, after = _latest(sides[0]), _latest(sides[1])
    if before is not None:
        latest = "la dernière" if relation is Relation.MISES_A_JOUR else "le dernier"
        return Raison(regle, f"{what} ({latest} avant elle : le {_jour(before)})")
    if after is not None:
        return Raison(regle, f"{what} (seulement après elle : le {_jour(after)})")
    if trace.of(relation, "date_illisible"):
        return Raison(regle, f"{what} (une date est illisible)")
    return Raison(regle, what)


def _latest(lignes: Iterable[Ligne]) -> int | None:
    return max((one.debut for one in lignes if one.debut is not None), default=None)


def _statut(ligne: Ligne) -> int:
    return STATUTS.get(ligne.mot or "", 0)


def _stands(ligne: Ligne, begin: int, end: int) -> bool:
    return (ligne.debut is None or ligne.debut <= end) and (ligne.fin is None or ligne.fin >= begin)


def _jour(ordinal: int | None) -> str:
    return "?" if ordinal is None else jour_en_lettres(date.fromordinal(ordinal))


def _the_day(ordinal: int, c: Contexte) -> str:
    """The reference day of a person, named for what it is."""
    if ordinal == c.fenetre.dernier_jour.toordinal():
        return "le dernier jour de la fenêtre"
    return f"le jour de la sortie ({_jour(ordinal)})"


def _plain_day(end: int, c: Contexte) -> str:
    if c.reglages.projet == "un_jour":
        return "la fenêtre"
    return f"{_the_day(end, c)}"
