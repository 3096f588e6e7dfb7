"""What a message says that counts, and nothing else of it."""

from dataclasses import dataclass
from enum import Enum

Emetteur = tuple[str, str]
"""Application and organisation (MSH-3 and MSH-4, or MSH-5 and MSH-6 of an answer); one sender gives an id once."""


class Action(Enum):
    """What is asked about the document: MDM says it by its event, ORU by the status of its document (OBX-11)."""

    INITIAL = "transmission"
    REMPLACEMENT = "remplacement"
    SUPPRESSION = "suppression"


class Objet(Enum):
    """What an acknowledgement answers: the event of its message and the code it must carry."""

    DMP = "Z01"
    MSS_RECUE = "Z02"
    MSS_LUE = "Z03"


@dataclass(frozen=True, slots=True)
class Envoi:
    """A message of the DUI to its platform about one usager. `moment` is ISO 8601 as precise as it was written."""

    identifiant: str
    emetteur: Emetteur
    moment: str
    action: Action
    site: str | None
    """FINESS of the establishment, or the code that settings give; None when only the legal body is named."""
    usager: str | None
    vers_dmp: bool
    vers_professionnels: bool
    vers_usager: bool
    document: str | None = None
    remplace: str | None = None

    @property
    def vers_mss(self) -> bool:
        """Whether a mail was asked for, to whomever."""
        return self.vers_professionnels or self.vers_usager


@dataclass(frozen=True, slots=True)
class Accuse:
    """A business acknowledgement: the platform's answer, positive or not, about the message it names."""

    objet: Objet
    vise: str
    destinataire: Emetteur
    moment: str
    succes: bool


@dataclass(frozen=True, slots=True)
class Autre:
    """A message that is none of our business, under the heading it is counted in."""

    rubrique: str


class UnreadableMessage(Exception):
    """Why a message cannot be counted, in French, without any value of it."""
