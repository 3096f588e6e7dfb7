"""The relations of contract version 1: what one row says, its columns, and which of them are dates.

`code` is a FINESS or the software's own site code, mapped by configuration. A date column is called `date_fait`
because `date` is reserved on some engines; no canonical name is a reserved word of the five engines.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from temoin_sdk.vocabulary import Relation, RelationJour

Usager = int | str | UUID
"""An identifier in the source's space. 7 and "7   " are one person, "abc" and "ABC" are two."""

Moment = date | datetime | str | int | float
"""A date, a timestamp, ISO 8601 text, or a number of seconds or milliseconds, according to the declared nature."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns of one relation, in the order of its rows."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the contract knows for this relation."""
        return self.required + self.optional


SHAPES: Final[dict[Relation, Shape]] = {
    Relation.ETABLISSEMENTS: Shape(("code",)),
    Relation.SEJOURS: Shape(("code", "usager", "entree"), ("sortie", "motif_non_eligible"), ("entree", "sortie")),
    Relation.MISES_A_JOUR: Shape(("code", "usager", "date_fait"), ("auteur",), ("date_fait",)),
    Relation.PROJETS: Shape(("code", "usager", "statut"), ("debut", "fin"), ("debut", "fin")),
    Relation.EVENEMENTS: Shape(("code", "usager", "date_fait"), ("statut",), ("date_fait",)),
    Relation.MESSAGES_MSS: Shape(("code", "date_fait"), ("destinataire", "cle"), ("date_fait",)),
    Relation.DEPOTS_DMP: Shape(("code", "usager", "date_fait"), ("cle",), ("date_fait",)),
    Relation.PRESCRIPTIONS: Shape(("code", "date_fait"), ("cle",), ("date_fait",)),
    Relation.ECHANGES_EPARCOURS: Shape(("code", "date_fait"), ("cle",), ("date_fait",)),
    Relation.IDENTITES: Shape(("espace", "usager", "espace_maitre", "usager_maitre")),
}

PERSON_RELATIONS: Final = (Relation.MISES_A_JOUR, Relation.PROJETS, Relation.EVENEMENTS, Relation.DEPOTS_DMP)
"""Relations whose persons must meet the stays; one of them without any stay is a sign of a wrong identifier."""

DAY_CODES: Final[Mapping[Relation, RelationJour]] = {
    Relation.MESSAGES_MSS: RelationJour.MESSAGES_MSS_INCONNU,
    Relation.DEPOTS_DMP: RelationJour.DOCUMENTS_DMP,
    Relation.PRESCRIPTIONS: RelationJour.PRESCRIPTIONS,
    Relation.ECHANGES_EPARCOURS: RelationJour.ECHANGES_EPARCOURS,
}
"""Relations counted by day, and their day leaf; messages are told apart by recipient, a deposit has a person too."""

RELATION_OF_DAY: Final[Mapping[int, Relation]] = {
    RelationJour.MESSAGES_MSS_PROFESSIONNEL.value: Relation.MESSAGES_MSS,
    RelationJour.MESSAGES_MSS_USAGER.value: Relation.MESSAGES_MSS,
    **{code.value: relation for relation, code in DAY_CODES.items()},
}
"""The relation a day leaf's code was counted from."""


class Sejour(NamedTuple):
    """This person was accompanied here; `sortie` is the définitive exit, its day included, never an absence."""

    code: str
    usager: Usager
    entree: Moment
    sortie: Moment | None = None
    motif_non_eligible: str | None = None


class MiseAJour(NamedTuple):
    """Somebody wrote in this person's record; `auteur` is "humain" or "automate", None if the source cannot tell."""

    code: str
    usager: Usager
    date_fait: Moment
    auteur: str | None = None


class Projet(NamedTuple):
    """A projet personnalisé stood in this state from `debut` to `fin`, both included; None is unbounded."""

    code: str
    usager: Usager
    statut: str
    debut: Moment | None = None
    fin: Moment | None = None


class Evenement(NamedTuple):
    """An agenda event of one person; each member of a group and each occurrence of a series is a row."""

    code: str
    usager: Usager
    date_fait: Moment
    statut: str | None = None


class MessageMss(NamedTuple):
    """A message was sent, whatever its number of recipients; `code` None is the OG's, never split."""

    code: str | None
    date_fait: Moment
    destinataire: str | None = None
    cle: str | None = None


class DepotDmp(NamedTuple):
    """A document entered the person's DMP."""

    code: str
    usager: Usager
    date_fait: Moment
    cle: str | None = None


class Prescription(NamedTuple):
    """An electronic prescription was imported."""

    code: str
    date_fait: Moment
    cle: str | None = None


class EchangeEparcours(NamedTuple):
    """An exchange of the cahier de liaison with the regional platform."""

    code: str
    date_fait: Moment
    cle: str | None = None


class Identite(NamedTuple):
    """Two identifiers are one person: (espace, usager) is known as (espace_maitre, usager_maitre)."""

    espace: str
    usager: Usager
    espace_maitre: str
    usager_maitre: Usager


ROWS: Final[Mapping[Relation, type[tuple[object, ...]]]] = {
    Relation.SEJOURS: Sejour,
    Relation.MISES_A_JOUR: MiseAJour,
    Relation.PROJETS: Projet,
    Relation.EVENEMENTS: Evenement,
    Relation.MESSAGES_MSS: MessageMss,
    Relation.DEPOTS_DMP: DepotDmp,
    Relation.PRESCRIPTIONS: Prescription,
    Relation.ECHANGES_EPARCOURS: EchangeEparcours,
    Relation.IDENTITES: Identite,
}
"""What a generator of each relation yields."""
