"""A RecordSource, read: each generator's rows filtered to their interval and folded in memory, per establishment."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, repeat
from typing import Any, Final

from temoin_sdk.campaigns import Reglages
from temoin_sdk.civil import MARGIN
from temoin_sdk.collecting import seldom_collected
from temoin_sdk.contract.natures import spell_nature
from temoin_sdk.contract.relations import DAY_CODES, ROWS, SHAPES
from temoin_sdk.contract.sources import RecordSource
from temoin_sdk.errors import PluginError
from temoin_sdk.gathering.from_sql import settings_that_count
from temoin_sdk.gathering.groups import Astray
from temoin_sdk.gathering.identities import Identity
from temoin_sdk.gathering.record_batches import Batches, Columns
from temoin_sdk.gathering.record_days import UNREADABLE as UNREADABLE
from temoin_sdk.gathering.record_persons import Persons
from temoin_sdk.gathering.record_places import Place, Places
from temoin_sdk.gathering.record_rules import Rule, Rules
from temoin_sdk.gathering.settling import settle_code, settle_usager, settle_word
from temoin_sdk.gathering.spool import Spool
from temoin_sdk.vocabulary import Destinataire, Relation, RelationJour
from temoin_sdk.windows import Fenetre

_BATCH: Final = 1_000
"""Rows turned into columns together."""

MESSAGE_CODES: Final[Mapping[str | None, int]] = {
    Destinataire.PROFESSIONNEL.value: RelationJour.MESSAGES_MSS_PROFESSIONNEL.value,
    Destinataire.USAGER.value: RelationJour.MESSAGES_MSS_USAGER.value,
}


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

    def __init__(self, source: RecordSource, question: RecordQuestion, spool: Spool, astray: Astray) -> None:
        self.source = source
        self.question = question
        self._debut, self._fin = question.fenetre.debut.toordinal(), question.fenetre.fin.toordinal()
        self._places = Places(question.carte, question.fuseau_og, spool, astray)

    def gather(self, wanted: frozenset[Relation]) -> None:
        """Fold every wanted relation that the source supplies."""
        source, question = self.source, self.question
        rules = Rules(question.fenetre, question.personnes, question.reglages, self._places)
        supplied, periode = source.relations_fournies() & wanted, question.periode
        for relation, facts, rule in (
            (Relation.SEJOURS, source.sejours, rules.sejours),
            (Relation.MISES_A_JOUR, source.mises_a_jour, rules.mises_a_jour),
            (Relation.PROJETS, source.projets, rules.projets),
            (Relation.EVENEMENTS, source.evenements, rules.evenements),
            (Relation.DEPOTS_DMP, source.depots_dmp, rules.depots_dmp),
            (Relation.MESSAGES_MSS, source.messages_mss, None),
            (Relation.PRESCRIPTIONS, source.prescriptions, None),
            (Relation.ECHANGES_EPARCOURS, source.echanges_eparcours, None),
        ):
            if relation in supplied:
                whole = relation is Relation.EVENEMENTS and question.reglages.agenda == "tout"
                with seldom_collected():
                    self._fold(relation, facts(Fenetre(debut=date.min, fin=periode.fin) if whole else periode), rule)
        self._places.spill()

    def _fold(self, relation: Relation, facts: Iterable[Any], rule: Rule | None) -> None:
        rows, batches = iter(facts), Batches(relation, self.source, self._places)
        persons = Persons(relation, self._places)
        while batch := list(islice(rows, _BATCH)):  # outside of what follows: an error in here is the plugin's own
            try:
                for places, columns in batches.read(batch):
                    if rule is None:
                        self._fold_days(relation, places, columns)
                    else:
                        self._fold_persons(rule, persons, places, columns)
            except (AttributeError, TypeError) as error:
                raise wrong_row(relation, batch) from error

    def _fold_persons(self, rule: Rule, persons: Persons, places: Sequence[Place], columns: Columns) -> None:
        _, usagers, *others = columns
        rule(zip(persons.find(places, usagers), places, *others, strict=True))
        persons.settle()

    def _fold_days(self, relation: Relation, places: Sequence[Place], columns: Columns) -> None:
        """Facts without a person, by day; messages are told apart by their recipient."""
        plain, unknown = DAY_CODES[relation].value, self._places.unknown
        _, jours, *words, cles = columns
        for place, jour, word, cle in zip(places, jours, words[0] if words else repeat(None), cles, strict=False):
            if jour == UNREADABLE:
                self._places.unreadable_day(relation)
            elif jour is None or not self._debut <= jour < self._fin:
                continue
            elif place is unknown:
                self._places.lose(relation, place, 1)
            else:
                self._places.add_day(place, relation, MESSAGE_CODES.get(settle_word(word), plain), jour, cle)


def wrong_row(relation: Relation, batch: Sequence[Any]) -> PluginError:
    """A row of another shape; what it holds is not said."""
    row = ROWS[relation]
    odd = next((fact for fact in batch if type(fact) is not row), batch[0])
    return PluginError(
        f"La relation {relation.value} rend une ligne de type {type(odd).__name__}, "
        "ou dont une valeur n'a pas le type attendu.",
        remede=f"Rendre des {row.__name__} du contrat : {', '.join(SHAPES[relation].columns)}.",
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
