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
    """This person was accompanied here; `sortie` is the définitive exit, its day included, never an absence.

    A person with several stays has several rows. Planned and cancelled stays are no rows.
    """

    code: str
    """The site, by its FINESS or by the software's own code."""
    usager: Usager
    """The person, never the record or the stay; the same identifier in every relation."""
    entree: Moment
    """First day of the stay."""
    sortie: Moment | None = None
    """Last day of the stay, included; None while it goes on, through hospital stays and absences too."""
    motif_non_eligible: str | None = None
    """Why this stay gives no right to a projet d'accueil; None where it does."""


class MiseAJour(NamedTuple):
    """Somebody wrote in this person's record.

    Every writing is a row, not the latest alone: what is kept only as « last changed » hides earlier windows. Readings
    are no rows; imports, batches and invoices are those of an automate, or no rows.
    """

    code: str
    """The site where it was written."""
    usager: Usager
    """The person whose record it is, not the one who wrote."""
    date_fait: Moment
    """When it was written, not the day that it speaks of."""
    auteur: str | None = None
    """Who wrote; None if the source cannot tell: it then counts, with the flag `auteur_inconnu`."""


class Projet(NamedTuple):
    """A projet personnalisé stood in this state from `debut` to `fin`, both included; None is unbounded.

    A project that went through three states is three rows, so that a past window can be counted again.
    """

    code: str
    """The site of the project."""
    usager: Usager
    """The person whose project it is."""
    statut: str
    """The state."""
    debut: Moment | None = None
    """First day of this state; None: it always stood so."""
    fin: Moment | None = None
    """Last day of this state, included; None: it still stands."""


class Evenement(NamedTuple):
    """An agenda event of one person; each member of a group and each occurrence of a series is a row."""

    code: str
    """The site where the event takes place."""
    usager: Usager
    """The person it is for."""
    date_fait: Moment
    """When it begins."""
    statut: str | None = None
    """The state; None counts. Cancelled events are given, and said to be."""


class MessageMss(NamedTuple):
    """A message was sent, whatever its number of recipients; `code` None is the OG's, never split.

    Drafts, failures, received messages, receipts and automatic answers are no rows.
    """

    code: str | None
    """The site whose mailbox sent it; None for a mailbox of the organisme gestionnaire."""
    date_fait: Moment
    """When it left."""
    destinataire: str | None = None
    """To whom; None if the source cannot tell: the message counts all the same."""
    cle: str | None = None
    """The message's own identifier: rows of one site under one key are one message, on the first day of them."""


class DepotDmp(NamedTuple):
    """A document entered the person's DMP: neither attempts that failed nor those that wait are rows."""

    code: str
    """The site that sent it."""
    usager: Usager
    """The person whose DMP it is."""
    date_fait: Moment
    """When the DMP accepted it."""
    cle: str | None = None
    """The document's own identifier: rows of one site under one key are one deposit."""


class Prescription(NamedTuple):
    """An electronic prescription was imported."""

    code: str
    """The site it was imported for."""
    date_fait: Moment
    """When it was imported, not when it was written."""
    cle: str | None = None
    """The prescription's own identifier, as for messages."""


class EchangeEparcours(NamedTuple):
    """An exchange of the cahier de liaison with the regional platform, that succeeded."""

    code: str
    """The site that exchanged."""
    date_fait: Moment
    """When it succeeded."""
    cle: str | None = None
    """The exchange's own identifier, as for messages."""


class Identite(NamedTuple):
    """Two identifiers are one person: (espace, usager) is known as (espace_maitre, usager_maitre).

    It says which files were merged, and how another software calls a person. What was merged and separated again is
    no row.
    """

    espace: str
    """The space of the identifier that is given up: `espace_usagers` of the source that knows it."""
    usager: Usager
    """The identifier that is given up; its facts stay under it."""
    espace_maitre: str
    """The space of the identifier that is kept."""
    usager_maitre: Usager
    """The identifier that is kept."""


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
