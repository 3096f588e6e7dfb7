"""What the rows of each relation tell of a person: in Python exactly what the branches of the statement say in SQL."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from temoin_sdk.campaigns import Reglages
from temoin_sdk.gathering.record_days import UNREADABLE
from temoin_sdk.gathering.record_places import Places
from temoin_sdk.gathering.settling import settle_word
from temoin_sdk.vocabulary import Auteur, MotifNonEligible, Relation, RelationJour, StatutEvenement, StatutProjet
from temoin_sdk.windows import Fenetre

_HUMAIN: Final = Auteur.HUMAIN.value
_ANNULE: Final = StatutEvenement.ANNULE.value
_AUTEURS: Final = frozenset(a.value for a in Auteur)
_RETENUS: Final = frozenset(s.value for s in StatutEvenement) - {_ANNULE} | {None}
_STATUTS: Final = {s.name.lower(): s.value for s in StatutProjet}
_DOCUMENT: Final = RelationJour.DOCUMENTS_DMP.value

PersonRows = Iterable[tuple[Any, ...]]
"""Whom a row speaks of (`Personne`), where (`Place`), then the other columns of its relation, dates as ordinals."""

Rule = Callable[[PersonRows], None]


class Rules:
    """One rule per relation. Each takes many rows, because a call of ours per row costs more than what it says."""

    def __init__(self, fenetre: Fenetre, personnes: Fenetre, reglages: Reglages, places: Places) -> None:
        self._debut, self._fin = fenetre.debut.toordinal(), fenetre.fin.toordinal()
        self._connus_de, self._connus_a = personnes.debut.toordinal(), personnes.fin.toordinal()
        admitted = reglages.motifs_admis
        self._motifs = {m.name.lower(): m.value for m in MotifNonEligible if m.name.lower() in admitted}
        self._agenda_de = 0 if reglages.agenda == "tout" else self._debut
        self._places = places

    def sejours(self, rows: PersonRows) -> None:
        """Columns entree, sortie, motif_non_eligible."""
        motifs, last = self._motifs, self._fin - 1
        for personne, _, entree, sortie, motif in rows:
            if entree is None or UNREADABLE in (entree, sortie):
                personne.sejours_illisibles += 1
            elif entree < self._connus_a and (sortie is None or sortie >= self._connus_de):
                word = settle_word(motif)
                personne.add_stay(last if sortie is None else min(sortie, last), motifs.get(word or "", 0))
                personne.motifs_inconnus += word is not None and word not in motifs

    def mises_a_jour(self, rows: PersonRows) -> None:
        """Columns date_fait, auteur."""
        debut, fin = self._debut, self._fin
        for personne, _, jour, auteur in rows:
            if jour is None or not debut <= jour < fin:
                personne.maj_illisibles += jour == UNREADABLE
                continue
            personne.maj += 1
            if auteur != _HUMAIN:
                word = settle_word(auteur)
                if word is None:
                    personne.maj_sans_auteur += 1
                elif word != _HUMAIN:
                    personne.maj_inconnus += word not in _AUTEURS
                    continue
            if personne.maj_jour is None or jour > personne.maj_jour:
                personne.maj_jour = jour

    def projets(self, rows: PersonRows) -> None:
        """Columns statut, debut, fin."""
        for personne, _, statut, debut, fin in rows:
            if UNREADABLE in (debut, fin):
                personne.projets_illisibles += 1
                continue
            if (
                (debut is not None and debut >= self._fin)
                or (fin is not None and fin < self._connus_de)
                or (debut is not None and fin is not None and debut > fin)
            ):
                continue
            code = _STATUTS.get(settle_word(statut) or "")
            personne.projets += 1
            if code is None:
                personne.projets_inconnus += 1
            else:
                personne.periodes += ((code, debut, fin),)

    def evenements(self, rows: PersonRows) -> None:
        """Columns date_fait, statut."""
        debut, fin, first = self._debut, self._fin, self._agenda_de
        for personne, _, jour, statut in rows:
            if jour is None or not first <= jour < fin:
                personne.evenements_illisibles += jour == UNREADABLE
                continue
            personne.evenements += 1
            if statut not in _RETENUS:
                word = settle_word(statut)
                if word not in _RETENUS:
                    personne.evenements_inconnus += word != _ANNULE
                    continue
            personne.evenements_retenus += 1
            if jour >= debut and (personne.evenement_jour is None or jour > personne.evenement_jour):
                personne.evenement_jour = jour

    def depots_dmp(self, rows: PersonRows) -> None:
        """Columns date_fait, cle. A deposit counts on its day too."""
        debut, fin, places = self._debut, self._fin, self._places
        for personne, place, jour, cle in rows:
            if jour is None or not debut <= jour < fin:
                personne.depots_illisibles += jour == UNREADABLE
                continue
            personne.depots += 1
            if personne.depot_jour is None or jour > personne.depot_jour:
                personne.depot_jour = jour
            if place is not places.unknown:
                places.add_day(place, Relation.DEPOTS_DMP, _DOCUMENT, jour, cle)
