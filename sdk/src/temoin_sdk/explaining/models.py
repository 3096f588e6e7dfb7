"""What an explanation says, as plain frozen data. Everything but `Absente` is numbers and words, and may be shown."""

from dataclasses import dataclass, field

from temoin_sdk.rates import Indicateur
from temoin_sdk.vocabulary import Compte, Relation
from temoin_sdk.windows import Fenetre


@dataclass(frozen=True, slots=True)
class Ecartees:
    """What one rule dropped: its stable code, the rule in French, and how many."""

    regle: str
    libelle: str
    nombre: int


@dataclass(frozen=True, slots=True)
class Tri:
    """The rows that one relation of one source gave for the establishment, and what became of them.

    `lues` = the rows dropped + `retenues`; rules stand in the order in which the definitions apply.
    """

    source: str
    relation: Relation
    lues: int
    ecartees: tuple[Ecartees, ...]
    retenues: int


@dataclass(frozen=True, slots=True)
class Etape:
    """From one number to the next: `depart` less what the rules drop is `arrivee`.

    `compte` is the count that is reached.
    """

    compte: Compte
    depart: str
    nombre_depart: int
    ecartees: tuple[Ecartees, ...]
    arrivee: str
    nombre_arrivee: int


@dataclass(frozen=True, slots=True)
class Absente:
    """A person of the denominator who is not in the numerator. `usagers` are identifiers of the DUI: never logged."""

    usagers: tuple[str, ...] = field(repr=False)
    sites: tuple[str, ...]
    regle: str
    pourquoi: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Explication:
    """One indicator of one establishment in one window, from the rows to the rate.

    `expliques` are the counts of the indicator found from the rows, `comptes` the same as `count` gives them, None
    where they are not supplied. `donnes` are those a source gives ready-made, which nothing can explain. `blocage` says
    why `count` gives no figures at all. `personnes` is None for an indicator that is not counted by persons.
    """

    fenetre: Fenetre
    libelle: str
    indicateur: Indicateur
    sites: tuple[str, ...]
    tris: tuple[Tri, ...]
    etapes: tuple[Etape, ...]
    expliques: dict[Compte, int]
    comptes: dict[Compte, int | None]
    donnes: frozenset[Compte]
    blocage: str | None
    remarques: tuple[str, ...]
    personnes: tuple[Absente, ...] | None = field(repr=False)

    @property
    def ecarts(self) -> tuple[Compte, ...]:
        """Counts whose explanation does not give what `count` gives: a defect of Témoin, or a base that changed."""
        if self.blocage is not None:
            return ()
        return tuple(c for c, number in self.expliques.items() if c not in self.donnes and self.comptes[c] != number)
