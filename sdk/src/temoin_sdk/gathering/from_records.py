"""A RecordSource, read: each generator's rows filtered to their interval and folded in memory, per establishment.

Says in Python exactly what the branches of the statement say in SQL; stays and projects keep their intervals.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from temoin_sdk.campaigns import Reglages
from temoin_sdk.civil import MARGIN, local_day
from temoin_sdk.contract import relations as rows
from temoin_sdk.contract.natures import spell_nature
from temoin_sdk.contract.relations import DAY_CODES
from temoin_sdk.contract.sources import RecordSource
from temoin_sdk.errors import MappingError
from temoin_sdk.gathering.from_sql import COUNTED_ROWS, settings_that_count
from temoin_sdk.gathering.identities import Identity, settle_usager
from temoin_sdk.gathering.persons import DayKey, Gathered, PeriodeProjet, PersonKey, Personne
from temoin_sdk.statement.columns import OF_THE_OG, UNKNOWN_SITE
from temoin_sdk.vocabulary import (
    Auteur,
    Destinataire,
    MotifNonEligible,
    Relation,
    RelationJour,
    StatutEvenement,
    StatutProjet,
)
from temoin_sdk.windows import Fenetre

_MESSAGE_CODES: Mapping[str | None, RelationJour] = {
    Destinataire.PROFESSIONNEL.value: RelationJour.MESSAGES_MSS_PROFESSIONNEL,
    Destinataire.USAGER.value: RelationJour.MESSAGES_MSS_USAGER,
}


def settle_word(value: str | None) -> str | None:
    """A word of a closed list: trimmed, ASCII lower case as every engine's lower() does, None when empty."""
    if value is None:
        return None
    text = value.strip(" ")
    return "".join(c.lower() if c.isascii() else c for c in text) or None


def settle_code(value: object) -> str | None:
    """A site code as trimmed text."""
    return None if value is None else str(value).strip(" ")


def settle_key(value: object) -> str | None:
    """The key of a fact as trimmed text; None when empty, or all facts without a key would be one."""
    return settle_code(value) or None


@dataclass(frozen=True, slots=True)
class RecordQuestion:
    """What a fold depends on. `carte` maps sites to (finess, fuseau); sites out of scope map to None."""

    fenetre: Fenetre
    personnes: Fenetre
    reglages: Reglages
    carte: Mapping[str, tuple[str, str] | None]
    fuseau_og: str

    @property
    def periode(self) -> Fenetre:
        """Days outside of which no row can count, margins for zones included."""
        return Fenetre(debut=self.personnes.debut - MARGIN, fin=self.fenetre.fin + MARGIN)


class RecordFold:
    """Folds the rows of one RecordSource into groups."""

    def __init__(self, source: RecordSource, question: RecordQuestion, into: Gathered) -> None:
        self.source = source
        self.question = question
        self.into = into
        reglages = question.reglages
        self._motifs = {m.name.lower(): m.value for m in MotifNonEligible if m.name.lower() in reglages.motifs_admis}
        self._statuts = {s.name.lower(): s.value for s in StatutProjet}

    def gather(self, wanted: frozenset[Relation]) -> None:
        """Fold every wanted relation that the source supplies."""
        periode = self.question.periode
        source, supplied = self.source, self.source.relations_fournies() & wanted
        if Relation.SEJOURS in supplied:
            self._fold(Relation.SEJOURS, source.sejours(periode), self._sejour)
        if Relation.MISES_A_JOUR in supplied:
            self._fold(Relation.MISES_A_JOUR, source.mises_a_jour(periode), self._mise_a_jour)
        if Relation.PROJETS in supplied:
            self._fold(Relation.PROJETS, source.projets(periode), self._projet)
        if Relation.EVENEMENTS in supplied:
            self._fold(Relation.EVENEMENTS, source.evenements(self._periode_agenda()), self._evenement)
        if Relation.DEPOTS_DMP in supplied:
            self._fold(Relation.DEPOTS_DMP, source.depots_dmp(periode), self._depot)
        if Relation.MESSAGES_MSS in supplied:
            self._fold_days(Relation.MESSAGES_MSS, source.messages_mss(periode))
        if Relation.PRESCRIPTIONS in supplied:
            self._fold_days(Relation.PRESCRIPTIONS, source.prescriptions(periode))
        if Relation.ECHANGES_EPARCOURS in supplied:
            self._fold_days(Relation.ECHANGES_EPARCOURS, source.echanges_eparcours(periode))

    def _periode_agenda(self) -> Fenetre:
        periode = self.question.periode
        return Fenetre(debut=date.min, fin=periode.fin) if self.question.reglages.agenda == "tout" else periode

    def _fold(self, relation: Relation, facts: Iterable[Any], add: Any) -> None:
        for fact in facts:
            site = self._site(fact.code)
            if site is None:
                continue
            usager = settle_usager(fact.usager)
            finess, fuseau = site
            if finess == UNKNOWN_SITE or usager is None:
                add(fact, fuseau, lost := Personne())
                self._lose(relation, finess, getattr(lost, COUNTED_ROWS[relation]))
            else:
                key = PersonKey(finess, self.source.espace_usagers, usager)
                new = key not in self.into.personnes
                personne = self.into.person(key)
                add(fact, fuseau, personne)
                if new and personne == Personne():
                    del self.into.personnes[key]

    def _site(self, code: object) -> tuple[str, str] | None:
        """Where a row belongs and the clock it is read on; None out of scope. Sites nobody lists stand apart."""
        return self.question.carte.get(settle_code(code) or "", (UNKNOWN_SITE, self.question.fuseau_og))

    def _lose(self, relation: Relation, finess: str, number: int) -> None:
        """Rows that count, of an unknown site or of nobody: counted per relation, so that the wrong mapping shows."""
        if number:
            tally = self.into.sites_inconnus if finess == UNKNOWN_SITE else self.into.usagers_absents
            tally[relation] = tally.get(relation, 0) + number

    def _day(self, relation: Relation, column: str, value: Any, fuseau: str) -> date | None:
        return local_day(value, self.source.nature_of(relation, column), fuseau)

    def _sejour(self, fact: rows.Sejour, fuseau: str, personne: Personne) -> None:
        question = self.question
        try:
            entree = self._day(Relation.SEJOURS, "entree", fact.entree, fuseau)
            sortie = self._day(Relation.SEJOURS, "sortie", fact.sortie, fuseau)
        except MappingError:
            entree = None
        if entree is None:
            personne.sejours_illisibles += 1
            return
        if entree >= question.personnes.fin or (sortie is not None and sortie < question.personnes.debut):
            return
        word = settle_word(fact.motif_non_eligible)
        last = question.fenetre.dernier_jour
        personne.add_stay(last if sortie is None else min(sortie, last), self._motifs.get(word or "", 0))
        personne.motifs_inconnus += word is not None and word not in self._motifs

    def _mise_a_jour(self, fact: rows.MiseAJour, fuseau: str, personne: Personne) -> None:
        jour = self._fact_day(Relation.MISES_A_JOUR, fact.date_fait, fuseau, personne, "maj_illisibles")
        if jour is None or not self.question.fenetre.contains(jour):
            return
        auteur = settle_word(fact.auteur)
        personne.maj += 1
        if auteur in (None, Auteur.HUMAIN.value):
            personne.maj_jour = jour if personne.maj_jour is None else max(personne.maj_jour, jour)
        personne.maj_sans_auteur += auteur is None
        personne.maj_inconnus += auteur is not None and auteur not in set(Auteur)

    def _projet(self, fact: rows.Projet, fuseau: str, personne: Personne) -> None:
        try:
            debut = self._day(Relation.PROJETS, "debut", fact.debut, fuseau)
            fin = self._day(Relation.PROJETS, "fin", fact.fin, fuseau)
        except MappingError:
            personne.projets_illisibles += 1
            return
        first, last = debut or date.min, fin or date.max
        if first >= self.question.fenetre.fin or last < self.question.personnes.debut or first > last:
            return
        statut = self._statuts.get(settle_word(fact.statut) or "")
        personne.projets += 1
        personne.projets_inconnus += statut is None
        if statut is not None:
            personne.periodes.append(PeriodeProjet(statut, debut, fin))

    def _evenement(self, fact: rows.Evenement, fuseau: str, personne: Personne) -> None:
        fenetre = self.question.fenetre
        jour = self._fact_day(Relation.EVENEMENTS, fact.date_fait, fuseau, personne, "evenements_illisibles")
        if jour is None or jour >= fenetre.fin or (jour < fenetre.debut and self.question.reglages.agenda != "tout"):
            return
        statut = settle_word(fact.statut)
        known = statut is None or statut in set(StatutEvenement)
        personne.evenements += 1
        personne.evenements_inconnus += not known
        if known and statut != StatutEvenement.ANNULE.value:
            personne.evenements_retenus += 1
            if jour >= fenetre.debut and (personne.evenement_jour is None or jour > personne.evenement_jour):
                personne.evenement_jour = jour

    def _depot(self, fact: rows.DepotDmp, fuseau: str, personne: Personne) -> None:
        jour = self._fact_day(Relation.DEPOTS_DMP, fact.date_fait, fuseau, personne, "depots_illisibles")
        if jour is None or not self.question.fenetre.contains(jour):
            return
        personne.depots += 1
        personne.depot_jour = jour if personne.depot_jour is None else max(personne.depot_jour, jour)
        site = self._site(fact.code)
        if site is not None and site[0] != UNKNOWN_SITE:
            self._add_day(site[0], Relation.DEPOTS_DMP, RelationJour.DOCUMENTS_DMP.value, jour, settle_key(fact.cle))

    def _fact_day(
        self, relation: Relation, value: Any, fuseau: str, personne: Personne, unreadable: str
    ) -> date | None:
        try:
            return self._day(relation, "date_fait", value, fuseau)
        except MappingError:
            setattr(personne, unreadable, getattr(personne, unreadable) + 1)
            return None

    def _fold_days(self, relation: Relation, facts: Iterable[Any]) -> None:
        for fact in facts:
            if fact.code is None and relation is Relation.MESSAGES_MSS:
                site: tuple[str, str] | None = (OF_THE_OG, self.question.fuseau_og)
            else:
                site = self._site(fact.code)
            if site is None:
                continue
            try:
                jour = self._day(relation, "date_fait", fact.date_fait, site[1])
            except MappingError:
                self.into.jours_illisibles[relation] = self.into.jours_illisibles.get(relation, 0) + 1
                continue
            if jour is None or not self.question.fenetre.contains(jour):
                continue
            if site[0] == UNKNOWN_SITE:
                self._lose(relation, UNKNOWN_SITE, 1)
            else:
                self._add_day(site[0], relation, self._day_code(relation, fact), jour, settle_key(fact.cle))

    def _day_code(self, relation: Relation, fact: Any) -> int:
        if relation is Relation.MESSAGES_MSS:
            return _MESSAGE_CODES.get(settle_word(fact.destinataire), RelationJour.MESSAGES_MSS_INCONNU).value
        return DAY_CODES[relation].value

    def _add_day(self, finess: str, relation: Relation, code: int, jour: date, cle: str | None) -> None:
        if cle is None:
            self.into.add_day(DayKey(finess, code, jour), 1)
        else:
            self.into.add_keyed(finess, relation, cle, code, jour)


def record_sites(source: RecordSource) -> list[str]:
    """Codes of every site the source knows."""
    return sorted({code for raw in source.etablissements() if (code := settle_code(raw))})


def record_identities(source: RecordSource) -> Iterable[tuple[Identity, Identity]]:
    """Pairs of the identity map."""
    if Relation.IDENTITES not in source.relations_fournies():
        return
    for fact in source.identites():
        one, master = settle_usager(fact.usager), settle_usager(fact.usager_maitre)
        if one and master:
            yield (fact.espace, one), (fact.espace_maitre, master)


def fingerprint_records(source: RecordSource, version: str) -> str:
    """SHA-256 over class, version of its distribution, natures and settings: code has no texts to compare."""
    natures = sorted(f"{name}={spell_nature(nature)}" for name, nature in source.dates_par_colonne.items())
    parts = [
        "temoin/lignes/1",
        type(source).__qualname__,
        version,
        spell_nature(source.dates),
        *natures,
        repr(settings_that_count(source)),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
