"""A RecordSource, read: each generator's rows filtered to their interval and folded in memory, per establishment.

Says in Python exactly what the branches of the statement say in SQL; projects keep their intervals. What was folded is
spilled now and then, so that memory is bounded whatever the order of the rows, and little is spilled twice when they
come sorted by establishment.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any, Final

from temoin_sdk.campaigns import Reglages
from temoin_sdk.civil import MARGIN, day_reader
from temoin_sdk.contract.natures import spell_nature
from temoin_sdk.contract.relations import DAY_CODES, ROWS, SHAPES
from temoin_sdk.contract.sources import RecordSource
from temoin_sdk.errors import MappingError, PluginError
from temoin_sdk.gathering.from_sql import settings_that_count
from temoin_sdk.gathering.groups import COUNTED_ROWS, FIELDS, Astray
from temoin_sdk.gathering.identities import Identity
from temoin_sdk.gathering.persons import Personne
from temoin_sdk.gathering.settling import settle_code, settle_key, settle_usager, settle_word
from temoin_sdk.gathering.spool import Kind, Spool
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

_HELD: Final = 50_000
"""Persons folded in memory before they are spilled: some twenty-five megabytes."""

_HUMAIN: Final = Auteur.HUMAIN.value
_ANNULE: Final = StatutEvenement.ANNULE.value
_AUTEURS: Final = frozenset(a.value for a in Auteur)
_EVENEMENTS: Final = frozenset(s.value for s in StatutEvenement)
MESSAGE_CODES: Final[Mapping[str | None, int]] = {
    Destinataire.PROFESSIONNEL.value: RelationJour.MESSAGES_MSS_PROFESSIONNEL.value,
    Destinataire.USAGER.value: RelationJour.MESSAGES_MSS_USAGER.value,
}

Days = Callable[[object], int | None]


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


@dataclass(slots=True)
class _Place:
    """One establishment being folded, and the clock its rows are read on."""

    finess: str
    fuseau: str
    personnes: dict[str, Personne] = field(default_factory=dict)
    jours: dict[tuple[int, int], int] = field(default_factory=dict)


class RecordFold:
    """Folds the rows of one RecordSource into groups."""

    def __init__(self, source: RecordSource, question: RecordQuestion, spool: Spool, astray: Astray) -> None:
        self.source = source
        self.question = question
        self._spool = spool
        self._astray = astray
        self._held = 0
        self._unknown = _Place(UNKNOWN_SITE, question.fuseau_og)
        self._og = _Place(OF_THE_OG, question.fuseau_og)
        places: dict[tuple[str, str], _Place] = {}
        self._places: dict[object, _Place | None] = {
            code: None if known is None else places.setdefault(known, _Place(*known))
            for code, known in question.carte.items()
        }
        fenetre = question.fenetre
        self._debut, self._fin = fenetre.debut.toordinal(), fenetre.fin.toordinal()
        self._connus_de = question.personnes.debut.toordinal()
        self._connus_a = question.personnes.fin.toordinal()
        admitted = question.reglages.motifs_admis
        self._motifs = {m.name.lower(): m.value for m in MotifNonEligible if m.name.lower() in admitted}
        self._tout = question.reglages.agenda == "tout"
        self._statuts = {s.name.lower(): s.value for s in StatutProjet}

    def gather(self, wanted: frozenset[Relation]) -> None:
        """Fold every wanted relation that the source supplies."""
        source, periode = self.source, self.question.periode
        agenda = self._periode_agenda()
        for relation, facts, add in (
            (Relation.SEJOURS, source.sejours, self._sejour),
            (Relation.MISES_A_JOUR, source.mises_a_jour, self._mise_a_jour),
            (Relation.PROJETS, source.projets, self._projet),
            (Relation.EVENEMENTS, source.evenements, self._evenement),
            (Relation.DEPOTS_DMP, source.depots_dmp, self._depot),
            (Relation.MESSAGES_MSS, source.messages_mss, None),
            (Relation.PRESCRIPTIONS, source.prescriptions, None),
            (Relation.ECHANGES_EPARCOURS, source.echanges_eparcours, None),
        ):
            if relation not in self.source.relations_fournies() & wanted:
                continue
            rows = facts(agenda if relation is Relation.EVENEMENTS else periode)
            if add is None:
                self._fold_days(relation, rows)
            else:
                self._fold_persons(relation, rows, add)
        self._spill()

    def _periode_agenda(self) -> Fenetre:
        periode = self.question.periode
        return Fenetre(debut=date.min, fin=periode.fin) if self.question.reglages.agenda == "tout" else periode

    def _fold_persons(
        self, relation: Relation, facts: Iterable[Any], add: Callable[[Any, Personne, Any, _Place], bool]
    ) -> None:
        counted = attrgetter(COUNTED_ROWS[relation])
        days = {fuseau: self._days(relation, fuseau) for fuseau in self._zones()}
        for fact in facts:
            try:
                place = self._place(fact.code)
                if place is None:
                    continue
                usager = settle_usager(fact.usager)
                if usager is None or place is self._unknown:
                    add(fact, lost := Personne(), days[place.fuseau], place)
                    self._lose(relation, place, counted(lost))
                    continue
                personne = place.personnes.get(usager)
                if personne is not None:
                    add(fact, personne, days[place.fuseau], place)
                elif add(fact, new := Personne(), days[place.fuseau], place):
                    place.personnes[usager] = new
                    self._held += 1
                    if self._held >= _HELD:
                        self._spill()
            except (AttributeError, TypeError) as error:
                raise wrong_row(relation, fact) from error

    def _fold_days(self, relation: Relation, facts: Iterable[Any]) -> None:
        days = {fuseau: self._days(relation, fuseau)["date_fait"] for fuseau in self._zones()}
        messages = relation is Relation.MESSAGES_MSS
        plain = DAY_CODES[relation].value
        for fact in facts:
            try:
                place = self._og if messages and fact.code is None else self._place(fact.code)
                if place is None:
                    continue
                try:
                    jour = days[place.fuseau](fact.date_fait)
                except MappingError:
                    tally = self._astray.jours_illisibles
                    tally[relation] = tally.get(relation, 0) + 1
                    continue
                if jour is None or not self._debut <= jour < self._fin:
                    continue
                if place is self._unknown:
                    self._lose(relation, place, 1)
                    continue
                code = MESSAGE_CODES.get(settle_word(fact.destinataire), plain) if messages else plain
                self._add_day(place, relation, code, jour, settle_key(fact.cle))
            except (AttributeError, TypeError) as error:
                raise wrong_row(relation, fact) from error

    def _zones(self) -> set[str]:
        return {self.question.fuseau_og, *(p.fuseau for p in self._places.values() if p is not None)}

    def _days(self, relation: Relation, fuseau: str) -> dict[str, Days]:
        columns = SHAPES[relation].dates
        return {name: day_reader(self.source.nature_of(relation, name), fuseau) for name in columns}

    def _place(self, code: object) -> _Place | None:
        """Where a row belongs; None out of scope. Sites that the source does not list stand apart."""
        try:
            return self._places[code]
        except KeyError:
            return self._places.get(settle_code(code), self._unknown)

    def _lose(self, relation: Relation, place: _Place, number: int) -> None:
        """Rows that count, of an unknown site or of nobody: counted per relation, so that the wrong mapping shows."""
        if number:
            tally = self._astray.sites_inconnus if place is self._unknown else self._astray.usagers_absents
            tally[relation] = tally.get(relation, 0) + number

    def _sejour(self, fact: Any, personne: Personne, days: Mapping[str, Days], _place: _Place) -> bool:
        try:
            entree, sortie = days["entree"](fact.entree), days["sortie"](fact.sortie)
        except MappingError:
            entree = sortie = None
        if entree is None:
            personne.sejours_illisibles += 1
            return True
        if entree >= self._connus_a or (sortie is not None and sortie < self._connus_de):
            return False
        word = settle_word(fact.motif_non_eligible)
        last = self._fin - 1
        personne.add_stay(last if sortie is None else min(sortie, last), self._motifs.get(word or "", 0))
        personne.motifs_inconnus += word is not None and word not in self._motifs
        return True

    def _mise_a_jour(self, fact: Any, personne: Personne, days: Mapping[str, Days], _place: _Place) -> bool:
        try:
            jour = days["date_fait"](fact.date_fait)
        except MappingError:
            personne.maj_illisibles += 1
            return True
        if jour is None or not self._debut <= jour < self._fin:
            return False
        personne.maj += 1
        auteur = settle_word(fact.auteur)
        if auteur is None:
            personne.maj_sans_auteur += 1
        elif auteur not in _AUTEURS:
            personne.maj_inconnus += 1
            return True
        elif auteur != _HUMAIN:
            return True
        if personne.maj_jour is None or jour > personne.maj_jour:
            personne.maj_jour = jour
        return True

    def _projet(self, fact: Any, personne: Personne, days: Mapping[str, Days], _place: _Place) -> bool:
        try:
            debut, fin = days["debut"](fact.debut), days["fin"](fact.fin)
        except MappingError:
            personne.projets_illisibles += 1
            return True
        if (
            (debut is not None and debut >= self._fin)
            or (fin is not None and fin < self._connus_de)
            or (debut is not None and fin is not None and debut > fin)
        ):
            return False
        statut = self._statuts.get(settle_word(fact.statut) or "")
        personne.projets += 1
        if statut is None:
            personne.projets_inconnus += 1
        else:
            personne.periodes += ((statut, debut, fin),)
        return True

    def _evenement(self, fact: Any, personne: Personne, days: Mapping[str, Days], _place: _Place) -> bool:
        try:
            jour = days["date_fait"](fact.date_fait)
        except MappingError:
            personne.evenements_illisibles += 1
            return True
        if jour is None or jour >= self._fin or (jour < self._debut and not self._tout):
            return False
        personne.evenements += 1
        statut = settle_word(fact.statut)
        if statut is not None and statut not in _EVENEMENTS:
            personne.evenements_inconnus += 1
        elif statut != _ANNULE:
            personne.evenements_retenus += 1
            if jour >= self._debut and (personne.evenement_jour is None or jour > personne.evenement_jour):
                personne.evenement_jour = jour
        return True

    def _depot(self, fact: Any, personne: Personne, days: Mapping[str, Days], place: _Place) -> bool:
        try:
            jour = days["date_fait"](fact.date_fait)
        except MappingError:
            personne.depots_illisibles += 1
            return True
        if jour is None or not self._debut <= jour < self._fin:
            return False
        personne.depots += 1
        if personne.depot_jour is None or jour > personne.depot_jour:
            personne.depot_jour = jour
        if place is not self._unknown:
            code = RelationJour.DOCUMENTS_DMP.value
            self._add_day(place, Relation.DEPOTS_DMP, code, jour, settle_key(fact.cle))
        return True

    def _add_day(self, place: _Place, relation: Relation, code: int, jour: int, cle: str | None) -> None:
        if cle is None:
            place.jours[code, jour] = place.jours.get((code, jour), 0) + 1
        else:
            self._spool.waiting(Kind.CLE)[place.finess].append((relation.value, cle, code, jour))
            self._spool.added(1)

    def _spill(self) -> None:
        """Hand over what was folded so far; what comes later about the same persons is merged when they are counted."""
        persons, days = self._spool.waiting(Kind.PERSONNE), self._spool.waiting(Kind.JOUR)
        for place in {id(p): p for p in (self._og, *self._places.values()) if p is not None}.values():
            if place.personnes:
                persons[place.finess] += [(usager, *FIELDS(one)) for usager, one in place.personnes.items()]
            if place.jours:
                days[place.finess] += [(*key, number) for key, number in place.jours.items()]
            self._spool.added(len(place.personnes) + len(place.jours))
            place.personnes, place.jours = {}, {}
        self._held = 0


def wrong_row(relation: Relation, fact: object) -> PluginError:
    """A row of another shape; what it holds is not said."""
    return PluginError(
        f"La relation {relation.value} rend une ligne de type {type(fact).__name__}, "
        "ou dont une valeur n'a pas le type attendu.",
        remede=f"Rendre des {ROWS[relation].__name__} du contrat : {', '.join(SHAPES[relation].columns)}.",
        ou=f"relation {relation.value}",
        code="plugin_ligne",
    )


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
