"""Every count again, from what is committed and nothing else."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from temoin_sdk.campaigns import Reglages
from temoin_sdk.evidence.leaves import (
    DrapeauFeuille,
    FeuilleJour,
    check_jours,
    drapeaux_of,
    encode_feuille_jour,
    refuse,
    split_squelette,
)
from temoin_sdk.evidence.merkle import root
from temoin_sdk.vocabulary import Compte, RelationJour

BY_FLAG = {
    Compte.PERSONNES_ELIGIBLES: DrapeauFeuille.ELIGIBLE,
    Compte.DOSSIERS_ACTIFS: DrapeauFeuille.ACTIF,
    Compte.DOSSIERS_ACTIFS_PROJET: DrapeauFeuille.PROJET,
    Compte.DOSSIERS_ACTIFS_AGENDA: DrapeauFeuille.AGENDA,
    Compte.DMP_ALIMENTES: DrapeauFeuille.DMP,
}
"""The flag that says of a personne accompagnée that this count has it."""

_MESSAGES = (
    RelationJour.MESSAGES_MSS_PROFESSIONNEL,
    RelationJour.MESSAGES_MSS_USAGER,
    RelationJour.MESSAGES_MSS_INCONNU,
)


@dataclass(frozen=True, slots=True)
class Recount:
    """What squelette and day leaves give back: the ten counts and the roots (hexadecimal), as a report states them.

    A count that the source did not supply is 0 here and null in the report: no leaf can tell these two apart.
    """

    comptes: dict[Compte, int]
    messages_mss_professionnels: int
    messages_mss_usagers: int
    feuilles: int
    racine: str
    feuilles_jours: int
    racine_jours: str


def recount(squelette: bytes, jours: Sequence[FeuilleJour], reglages: Reglages) -> Recount:
    """Count from the leaves under the campaign's rule for DMP.

    Under `sans_condition`, persons with a deposit but no stay have no leaf of their own and are added from their day
    leaves. Raises ReportError `preuve_squelette` or `preuve_jours` when the leaves themselves are wrong.
    """
    leaves = split_squelette(squelette)
    check_jours(jours)
    flags = Counter(map(drapeaux_of, leaves))
    sums = sum_jours(jours)
    sans_condition = reglages.dmp == "sans_condition"
    if not sans_condition:
        _check_dmp_eligible(flags)
    comptes = {
        compte: sum(number for value, number in flags.items() if value & flag) for compte, flag in BY_FLAG.items()
    }
    comptes |= {
        Compte.PERSONNES_ACCOMPAGNEES: len(leaves),
        Compte.MESSAGES_MSS: sum(sums[relation] for relation in _MESSAGES),
        Compte.DOCUMENTS_DMP: sums[RelationJour.DOCUMENTS_DMP],
        Compte.PRESCRIPTIONS_IMPORTEES: sums[RelationJour.PRESCRIPTIONS],
        Compte.ECHANGES_EPARCOURS: sums[RelationJour.ECHANGES_EPARCOURS],
    }
    if sans_condition:
        comptes[Compte.DMP_ALIMENTES] += sums[RelationJour.DMP_HORS_SEJOUR]
    return Recount(
        comptes={compte: comptes[compte] for compte in Compte},
        messages_mss_professionnels=sums[RelationJour.MESSAGES_MSS_PROFESSIONNEL],
        messages_mss_usagers=sums[RelationJour.MESSAGES_MSS_USAGER],
        feuilles=len(leaves),
        racine=root(leaves).hex(),
        feuilles_jours=len(jours),
        racine_jours=root(map(encode_feuille_jour, jours)).hex(),
    )


def sum_jours(jours: Sequence[FeuilleJour]) -> Counter[RelationJour]:
    """The total of each relation over its days; 0 for a relation without any."""
    sums: Counter[RelationJour] = Counter()
    for feuille in jours:
        sums[feuille.relation] += feuille.nombre
    return sums


def _check_dmp_eligible(flags: Counter[int]) -> None:
    if any(value & DrapeauFeuille.DMP and not value & DrapeauFeuille.ELIGIBLE for value in flags):
        refuse("squelette", "Une feuille compte le DMP d'une personne non éligible, ce que cette campagne exclut.")
