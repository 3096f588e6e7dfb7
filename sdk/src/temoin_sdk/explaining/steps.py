"""From kept rows to the counts of an indicator, one number after the other; and who is missing from the last one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from temoin_sdk.evidence.recount import BY_FLAG
from temoin_sdk.explaining.folding import count_group
from temoin_sdk.explaining.models import Absente, Ecartees, Etape
from temoin_sdk.explaining.reasons import REASONS, Raison, Trace
from temoin_sdk.explaining.sorting import Contexte
from temoin_sdk.explaining.wording import COMPTES, person_rule
from temoin_sdk.gathering.identities import Identity
from temoin_sdk.tally.establishment import flags_of
from temoin_sdk.tally.supply import needs
from temoin_sdk.vocabulary import Compte, Relation
from temoin_sdk.windows import jour_en_lettres
from temoin_sdk.wording import MOTIFS_NON_ELIGIBLE

OF_DAYS: Final[Mapping[Compte, tuple[Relation, str]]] = {
    Compte.MESSAGES_MSS: (Relation.MESSAGES_MSS, "messages retenus"),
    Compte.DOCUMENTS_DMP: (Relation.DEPOTS_DMP, "dépôts retenus"),
    Compte.PRESCRIPTIONS_IMPORTEES: (Relation.PRESCRIPTIONS, "prescriptions retenues"),
    Compte.ECHANGES_EPARCOURS: (Relation.ECHANGES_EPARCOURS, "échanges retenus"),
}
"""Counts of facts that have no person: the relation they come from, and what its kept rows are called."""


@dataclass(slots=True)
class Retenues:
    """Kept rows over all sources: how many per relation, and for stays and deposits of whom.

    `sejours` counts the stays by (space, site, identifier).
    """

    nombres: Counter[Relation] = field(default_factory=Counter)
    par_jour: Counter[Relation] = field(default_factory=Counter)
    sejours: set[tuple[str, str, str]] = field(default_factory=set, repr=False)


@dataclass(slots=True)
class Marche:
    """Walks from count to count over a settled group; every step is of the group's own persons."""

    c: Contexte
    retenues: Retenues
    traces: Mapping[Identity, Trace] = field(repr=False)
    comptes: dict[Compte, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.comptes = count_group(self.c.group, self.c.reglages)

    def steps(self, comptes: Iterable[Compte]) -> tuple[Etape, ...]:
        """Every step that leads to these counts, each once, in order."""
        found: dict[Compte, Etape] = {}
        for compte in comptes:
            for etape in self._to(compte):
                found.setdefault(etape.compte, etape)
        return tuple(found.values())

    def missing(self, numerateur: Compte, denominateur: Compte | None) -> tuple[Absente, ...] | None:
        """Who is counted below and not above, with the first rule that keeps each out; None if persons are not counted.

        A number of persons is compared with all personnes accompagnées.
        """
        if numerateur not in BY_FLAG or (denominateur is not None and not _of_persons(denominateur)):
            return None
        below = denominateur or Compte.PERSONNES_ACCOMPAGNEES
        found = []
        for who in self._members(below) - self._members(numerateur):
            raison = self._first_reason(who, numerateur)
            trace = self.traces[who]
            found.append(Absente(_named(who, trace), tuple(sorted(trace.sites)), raison.regle, self._told(who, raison)))
        return tuple(sorted(found, key=lambda one: (one.regle, [_natural(u) for u in one.usagers])))

    def _to(self, compte: Compte) -> Iterator[Etape]:
        if compte in OF_DAYS:
            yield self._days(compte)
        elif compte is Compte.PERSONNES_ACCOMPAGNEES:
            yield self._accompanied()
        elif Relation.SEJOURS not in needs(compte, self.c.reglages):
            yield self._anyone_fed()
        else:
            below, _ = REASONS[compte]
            yield from self._to(below)
            yield self._persons(below, compte)

    def _accompanied(self) -> Etape:
        rows, stays = self.retenues.nombres[Relation.SEJOURS], self.retenues.sejours
        persons = {(espace, usager) for espace, _, usager in stays}
        number = self.comptes[Compte.PERSONNES_ACCOMPAGNEES]
        dropped = {
            "autre_sejour": rows - len(stays),
            "autre_site": len(stays) - len(persons),
            "identifiants_reunis": len(persons) - number,
        }
        return self._etape(Compte.PERSONNES_ACCOMPAGNEES, "séjours retenus", rows, self._rules(dropped))

    def _days(self, compte: Compte) -> Etape:
        relation, depart = OF_DAYS[compte]
        rows = self.retenues.par_jour[relation]
        return self._etape(compte, depart, rows, self._rules({"meme_cle": rows - self.comptes[compte]}))

    def _anyone_fed(self) -> Etape:
        """DMP `sans_condition`: whoever a document was deposited for."""
        rows, number = self.retenues.nombres[Relation.DEPOTS_DMP], self.comptes[Compte.DMP_ALIMENTES]
        return self._etape(Compte.DMP_ALIMENTES, "dépôts retenus", rows, self._rules({"autre_depot": rows - number}))

    def _persons(self, below: Compte, compte: Compte) -> Etape:
        outside = self._members(below) - self._members(compte)
        tally = Counter(self._reason(who, compte).regle for who in outside)
        rules = tuple(Ecartees(code, self._libelle(code), number) for code, number in tally.most_common())
        return self._etape(compte, COMPTES[below], self.comptes[below], rules)

    def _etape(self, compte: Compte, depart: str, number: int, rules: tuple[Ecartees, ...]) -> Etape:
        return Etape(compte, depart, number, rules, COMPTES[compte], self.comptes[compte])

    def _rules(self, dropped: Mapping[str, int]) -> tuple[Ecartees, ...]:
        return tuple(Ecartees(code, person_rule(code, self.c), number) for code, number in dropped.items())

    def _libelle(self, code: str) -> str:
        motif = code.removeprefix("motif_")
        return f"non éligible : {MOTIFS_NON_ELIGIBLE[motif]}" if motif != code else person_rule(code, self.c)

    def _members(self, compte: Compte) -> set[Identity]:
        present = {who: one for who, one in self.c.group.personnes.items() if one.sejours}
        if compte is Compte.PERSONNES_ACCOMPAGNEES:
            return set(present)
        return {who for who, one in present.items() if flags_of(one, self.c.reglages) & BY_FLAG[compte].value}

    def _reason(self, who: Identity, compte: Compte) -> Raison:
        return REASONS[compte][1](self.traces[who], self.c.group.personnes[who], self.c)

    def _first_reason(self, who: Identity, compte: Compte) -> Raison:
        """The lowest count of the chain that she is not in says why."""
        below = REASONS[compte][0]
        if below in REASONS and who not in self._members(below) and self._asks(compte):
            return self._first_reason(who, below)
        return self._reason(who, compte)

    def _asks(self, compte: Compte) -> bool:
        return compte is not Compte.DMP_ALIMENTES or self.c.reglages.dmp != "sans_condition"

    def _told(self, who: Identity, raison: Raison) -> str:
        """The sentence, and that she has left: nobody can be reminded of her any more."""
        left = self.c.group.personnes[who].jour_ref
        if left is None or left >= self.c.fenetre.dernier_jour.toordinal():
            return raison.pourquoi
        day = jour_en_lettres(date.fromordinal(left))
        return raison.pourquoi if day in raison.pourquoi else f"{raison.pourquoi} ; sortie le {day}"


def _of_persons(compte: Compte) -> bool:
    return compte is Compte.PERSONNES_ACCOMPAGNEES or compte in BY_FLAG


def _named(who: Identity, trace: Trace) -> tuple[str, ...]:
    """The master first, if the software itself uses it here; then the identifiers that were joined with it."""
    others = sorted(trace.usagers - {who[1]}, key=_natural)
    return (who[1], *others) if who[1] in trace.usagers or not others else tuple(others)


def _natural(text: str) -> tuple[int, int, str]:
    """« 9 » before « 10 », numbers before words."""
    return (0, int(text), text) if text.isascii() and text.isdigit() else (1, 0, text)
