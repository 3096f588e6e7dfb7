"""What is kept of one entry while its Bundle is read: a few codes, dates and links, and a hash of the content.

Links are resolved once every entry was seen, and only the rows that follow from them are stored. A record lives in
memory only: it still holds identifiers as written.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from temoin_tddui.business_ids import BusinessId, PersonIds
from temoin_tddui.elements import Element


class Nature(StrEnum):
    """What a resource is to the counting. The first group is stored, the second only serves to resolve links."""

    SEJOUR = "sejour"
    EVENEMENT = "evenement"
    PROJET = "projet"
    USAGER = "usager"
    ACTE = "acte"
    AUTRE = "autre"
    JOURNAL = "journal"

    STRUCTURE = "structure"
    GROUPE = "groupe"
    IGNORE = "ignore"

    @property
    def stored(self) -> bool:
        """Whether rows are made of it."""
        return self not in {Nature.STRUCTURE, Nature.GROUPE, Nature.IGNORE}


NOBODY: Final = PersonIds(None, None)


class Link(NamedTuple):
    """A reference: literal (`Type/id`, absolute, urn), logical (`identifier`), or both."""

    reference: str | None
    identifier: Element


@dataclass(slots=True)
class Record:
    """One entry, links unresolved. `debut` and `fin` mean by nature: stay, event, implementation, or dates of an act.

    `sujets` may name the person (or a Group); `parents` lead to a resource that does, and to the stay.
    """

    rang: int
    type: str
    nature: Nature
    id: str | None
    full_url: str | None
    metier: BusinessId | None = None
    personne: PersonIds = NOBODY
    finess: str | None = None
    sujets: tuple[Link, ...] = ()
    parents: tuple[Link, ...] = ()
    lieu: Link | None = None
    membres: tuple[Link, ...] = ()
    statut: str | None = None
    debut: str | None = None
    fin: str | None = None
    maj_le: str | None = None
    version: str = ""
    contenu: bytes = b""
    references: tuple[str, ...] = ()
    cda: bool = False
