"""From what the calculator says of persons and days to the bytes a report commits to."""

from dataclasses import dataclass

from temoin_sdk.evidence import (
    Detail,
    DrapeauFeuille,
    FeuilleJour,
    Pseudonymizer,
    encode_detail,
    encode_feuille_jour,
    leaf,
    root,
)
from temoin_sdk.testing.reference.calculator import Attendu
from temoin_sdk.testing.reference.days import Jours
from temoin_sdk.testing.reference.facts import CLE_PSEUDONYME, EJ, PROJET, Base
from temoin_sdk.testing.reference.persons import Personne
from temoin_sdk.testing.reference.words import Usager


@dataclass(frozen=True)
class Preuve:
    """The squelette and day leaves that ought to be committed, with their roots."""

    squelette: bytes
    racine: str
    jours: tuple[FeuilleJour, ...]
    racine_jours: str


def flags(one: Personne) -> DrapeauFeuille:
    """The flags of a leaf."""
    found = DrapeauFeuille(0)
    for is_so, flag in (
        (one.eligible, DrapeauFeuille.ELIGIBLE),
        (one.actif, DrapeauFeuille.ACTIF),
        (one.actif_projet, DrapeauFeuille.PROJET),
        (one.actif_agenda, DrapeauFeuille.AGENDA),
        (one.dmp, DrapeauFeuille.DMP),
    ):
        if is_so:
            found |= flag
    return found


def detail(one: Personne, pseudonyme: bytes = bytes(32), sel: bytes = bytes(32)) -> Detail:
    """The détail behind a leaf; without a pseudonym, what two of them are compared by."""
    return Detail(pseudonyme, sel, one.jour_maj, one.jour_evenement, one.jour_depot, one.projet, one.motif)


def squelette(base: Base, finess: str, persons: dict[Usager, Personne]) -> list[bytes]:
    """One leaf per person, ordered by the détail's hash."""
    pseudonymize = Pseudonymizer(CLE_PSEUDONYME, ej=EJ, finess=finess, projet=PROJET, fenetre=base.fenetre)
    leaves = [leaf(flags(one), encode_detail(detail(one, *pseudonymize(*who)))) for who, one in persons.items()]
    return sorted(leaves, key=lambda one: one[2:])


def feuilles_jours(days: Jours) -> tuple[FeuilleJour, ...]:
    """One leaf per relation and day, in that order."""
    return tuple(sorted(FeuilleJour(relation, day, number) for (relation, day), number in days.items()))


def racine_jours(feuilles: tuple[FeuilleJour, ...]) -> str:
    """The root of day leaves."""
    return root(encode_feuille_jour(one) for one in feuilles).hex()


def prove(base: Base, finess: str, attendu: Attendu) -> Preuve:
    """The whole evidence of one establishment."""
    leaves, days = squelette(base, finess, attendu.personnes), feuilles_jours(attendu.jours)
    return Preuve(b"".join(leaves), root(leaves).hex(), days, racine_jours(days))
