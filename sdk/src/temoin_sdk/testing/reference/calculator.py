"""The ten counts of an establishment, its excluded persons, its persons and days: all that is compared."""

from collections import Counter
from dataclasses import dataclass

from temoin_sdk.testing.reference.days import Jours, jours
from temoin_sdk.testing.reference.facts import Base, Etablissement
from temoin_sdk.testing.reference.persons import Lieu, Personne, personnes
from temoin_sdk.testing.reference.words import Usager
from temoin_sdk.vocabulary import Compte, Relation, RelationJour


@dataclass
class Attendu:
    """What the calculator says of one establishment; `comptes` are null where relations are missing."""

    comptes: dict[Compte, int | None]
    professionnels: int | None
    usagers: int | None
    exclus: dict[str, int]
    personnes: dict[Usager, Personne]
    jours: Jours


def calculate(base: Base, etablissement: Etablissement) -> Attendu:
    """Everything about one establishment."""
    lieu = Lieu(base, etablissement)
    present = personnes(lieu)
    days = jours(lieu, present)
    supplied = set(base.lignes) if lieu.codes else set()
    numbers = count_persons(present) | count_days(days, present)
    messages = Relation.MESSAGES_MSS in supplied
    return Attendu(
        comptes={compte: numbers[compte] if needs(base, compte) <= supplied else None for compte in Compte},
        professionnels=total(days, RelationJour.MESSAGES_MSS_PROFESSIONNEL) if messages else None,
        usagers=total(days, RelationJour.MESSAGES_MSS_USAGER) if messages else None,
        exclus=dict(Counter(p.motif.name.lower() for p in present.values() if p.motif is not None)),
        personnes=present,
        jours=days,
    )


def count_persons(present: dict[Usager, Personne]) -> dict[Compte, int]:
    """Decisions 3, 4, 5, 6 and 9."""
    everyone = list(present.values())
    return {
        Compte.PERSONNES_ACCOMPAGNEES: len(everyone),
        Compte.PERSONNES_ELIGIBLES: sum(p.eligible for p in everyone),
        Compte.DOSSIERS_ACTIFS: sum(p.actif for p in everyone),
        Compte.DOSSIERS_ACTIFS_PROJET: sum(p.actif_projet for p in everyone),
        Compte.DOSSIERS_ACTIFS_AGENDA: sum(p.actif_agenda for p in everyone),
    }


def count_days(days: Jours, present: dict[Usager, Personne]) -> dict[Compte, int]:
    """Decisions 7 and 8."""
    return {
        Compte.MESSAGES_MSS: total(
            days,
            RelationJour.MESSAGES_MSS_PROFESSIONNEL,
            RelationJour.MESSAGES_MSS_USAGER,
            RelationJour.MESSAGES_MSS_INCONNU,
        ),
        Compte.DMP_ALIMENTES: sum(p.dmp for p in present.values()) + total(days, RelationJour.DMP_HORS_SEJOUR),
        Compte.DOCUMENTS_DMP: total(days, RelationJour.DOCUMENTS_DMP),
        Compte.PRESCRIPTIONS_IMPORTEES: total(days, RelationJour.PRESCRIPTIONS),
        Compte.ECHANGES_EPARCOURS: total(days, RelationJour.ECHANGES_EPARCOURS),
    }


def total(days: Jours, *kinds: RelationJour) -> int:
    """The sum of some kinds over all days."""
    return sum(number for (kind, _), number in days.items() if kind in kinds)


def needs(base: Base, compte: Compte) -> set[Relation]:
    """Decision 10: a count whose relations are not all supplied is null, never 0.

    A DMP fed `sans_condition` asks for no stay.
    """
    if compte is Compte.DMP_ALIMENTES and base.reglages.dmp == "sans_condition":
        return {Relation.DEPOTS_DMP}
    return {
        Compte.PERSONNES_ACCOMPAGNEES: {Relation.SEJOURS},
        Compte.PERSONNES_ELIGIBLES: {Relation.SEJOURS},
        Compte.DOSSIERS_ACTIFS: {Relation.SEJOURS, Relation.MISES_A_JOUR},
        Compte.DOSSIERS_ACTIFS_PROJET: {Relation.SEJOURS, Relation.MISES_A_JOUR, Relation.PROJETS},
        Compte.DOSSIERS_ACTIFS_AGENDA: {Relation.SEJOURS, Relation.MISES_A_JOUR, Relation.EVENEMENTS},
        Compte.MESSAGES_MSS: {Relation.MESSAGES_MSS},
        Compte.DMP_ALIMENTES: {Relation.SEJOURS, Relation.DEPOTS_DMP},
        Compte.DOCUMENTS_DMP: {Relation.DEPOTS_DMP},
        Compte.PRESCRIPTIONS_IMPORTEES: {Relation.PRESCRIPTIONS},
        Compte.ECHANGES_EPARCOURS: {Relation.ECHANGES_EPARCOURS},
    }[compte]
