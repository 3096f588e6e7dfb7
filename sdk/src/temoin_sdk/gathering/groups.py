"""Everything that is known about one establishment, brought together from every source that was read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Final

from temoin_sdk.campaigns import Reglages
from temoin_sdk.gathering.identities import Identity
from temoin_sdk.gathering.persons import Personne
from temoin_sdk.gathering.spool import Block, Kind, Row
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre

COUNTED_ROWS: Final[Mapping[Relation, str]] = {
    Relation.SEJOURS: "sejours",
    Relation.MISES_A_JOUR: "maj",
    Relation.PROJETS: "projets",
    Relation.EVENEMENTS: "evenements",
    Relation.DEPOTS_DMP: "depots",
}
"""The field of `Personne` that counts the readable rows of a relation."""

UNREADABLE: Final[Mapping[Relation, str]] = {relation: f"{name}_illisibles" for relation, name in COUNTED_ROWS.items()}

UNKNOWN_WORDS: Final[Mapping[Relation, str]] = {
    Relation.SEJOURS: "motifs_inconnus",
    Relation.MISES_A_JOUR: "maj_inconnus",
    Relation.PROJETS: "projets_inconnus",
    Relation.EVENEMENTS: "evenements_inconnus",
}

FIELDS: Final = attrgetter(*(one.name for one in fields(Personne)))
"""A person as a row of the spool, less his identifier."""


@dataclass(slots=True)
class Astray:
    """Rows per relation that could be placed nowhere: the signs of a wrong mapping."""

    sites_inconnus: dict[Relation, int] = field(default_factory=dict)
    usagers_absents: dict[Relation, int] = field(default_factory=dict)
    jours_illisibles: dict[Relation, int] = field(default_factory=dict)

    def merge(self, other: "Astray") -> None:
        """Take in another source's."""
        for mine, theirs in (
            (self.sites_inconnus, other.sites_inconnus),
            (self.usagers_absents, other.usagers_absents),
            (self.jours_illisibles, other.jours_illisibles),
        ):
            for relation, nombre in theirs.items():
                mine[relation] = mine.get(relation, 0) + nombre


@dataclass(slots=True)
class Group:
    """One establishment: its persons by identity, its days by (code of the day leaf, ordinal).

    `cles` holds facts that carry a key: however often one is logged it counts once, on its first day.
    """

    personnes: dict[Identity, Personne] = field(default_factory=dict)
    jours: dict[tuple[int, int], int] = field(default_factory=dict)
    cles: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    joined: int = 0
    """Identifiers that were brought together with another by the identity map."""

    def add_persons(self, espace: str, rows: Iterable[Row], masters: Mapping[Identity, Identity]) -> None:
        """Persons as spooled, each under its master; two of one key are one person."""
        personnes = self.personnes
        for usager, *known_of in rows:
            key = (espace, usager)
            if key in masters:
                key = masters[key]
            personne = Personne(*known_of)
            known = personnes.setdefault(key, personne)
            if known is not personne:
                known.merge(personne)

    def add_days(self, rows: Iterable[Row]) -> None:
        """Numbers of facts per day."""
        jours = self.jours
        for code, jour, nombre in rows:
            jours[code, jour] = jours.get((code, jour), 0) + nombre

    def add_keyed(self, rows: Iterable[Row]) -> None:
        """Facts that carry a key."""
        cles = self.cles
        for relation, cle, code, jour in rows:
            seen = cles.get((relation, cle), (code, jour))
            cles[relation, cle] = (min(seen[0], code), min(seen[1], jour))

    def settle(self, reglages: Reglages, fenetre: Fenetre) -> None:
        """Close the group: keyed facts become days, projects get their state on the reference day."""
        self.add_days((code, jour, 1) for code, jour in self.cles.values())
        self.cles.clear()
        for personne in self.personnes.values():
            if personne.periodes:
                personne.settle_project(reglages, fenetre)


def bring_together(
    blocks: Iterable[Block], masters: Mapping[Identity, Identity], reglages: Reglages, fenetre: Fenetre
) -> Group:
    """One establishment from the blocks of every source, persons under their masters, projects settled."""
    group = Group()
    seen: set[Identity] = set()
    for block in blocks:
        kind, rows = block.read()
        if kind is Kind.PERSONNE:
            if masters:
                seen.update((block.espace, row[0]) for row in rows)
            group.add_persons(block.espace, rows, masters)
        elif kind is Kind.JOUR:
            group.add_days(rows)
        elif kind is Kind.CLE:
            group.add_keyed(rows)
    group.joined = len(seen) - len(group.personnes) if masters else 0
    group.settle(reglages, fenetre)
    return group
