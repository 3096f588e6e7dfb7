"""What happened in the care homes of a scenario, told as life tells it: an editor's loader writes it in his own tables.

A fact here is richer than a row of the contract: a message may be a draft, a stay may have been cancelled, a note may
have been deleted. What of it counts is settled by `expected`, never by the loader. Every fact says in French why it is
there (`pourquoi`) and which rule it tries (`regle`).
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from temoin_sdk.testing.scenario.rules import Regle

Identifiant = int | str | UUID
"""A person's identifier in the editor's own form: `usagers` of the conformance class says which."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, to the second, and the clock of the establishment where it was lived."""

    utc: datetime
    fuseau: str

    @property
    def local(self) -> datetime:
        """The wall clock of the establishment, without offset."""
        return self.a(self.fuseau)

    @property
    def jour(self) -> date:
        """The civil day at the establishment: what a column without hour holds."""
        return self.local.date()

    @property
    def epoch(self) -> int:
        """Seconds since 1970 in universal time."""
        return (self.utc - _EPOCH) // timedelta(seconds=1)

    def a(self, fuseau: str) -> datetime:
        """The wall clock of another zone, without offset; `a("UTC")` for software that writes universal time."""
        return self.utc.astimezone(ZoneInfo(fuseau)).replace(tzinfo=None)


class Casse(StrEnum):
    """In which case the software wrote its words for a fact."""

    TELLE_QUELLE = "casse habituelle"
    MAJUSCULES = "majuscules"
    MINUSCULES = "minuscules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fait:
    """What every fact has: why it is there, and the rule it tries."""

    pourquoi: str
    regle: Regle
    casse: Casse = Casse.TELLE_QUELLE

    def ecrire(self, mot: str) -> str:
        """The software's own word as it stands in its table for this fact: for columns that hold free words."""
        match self.casse:
            case Casse.MAJUSCULES:
                return mot.upper()
            case Casse.MINUSCULES:
                return mot.lower()
            case Casse.TELLE_QUELLE:
                return mot


@dataclass(frozen=True, slots=True)
class Site:
    """A place the software knows. `finess` is None for one that is not of the project: nothing of it may count."""

    code: str
    nom: str
    finess: str | None
    fuseau: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A record of a person; its identifier is never the person's, though it may look like another person's.

    It has the form of a person's (`usagers`). Where your column is of another type, write what follows from it: the
    number that a table of your loader gives to each, or `uuid5`.
    """

    id: Identifiant


@dataclass(frozen=True, slots=True)
class Personne:
    """Somebody the software knows. The loader must write `id` as it stands: results are compared by it."""

    id: Identifiant
    nom: str
    prenom: str
    dossiers: tuple[Dossier, ...]
    archivee: bool = False
    """Her file was archived after she left: what happened before still counts."""

    @property
    def dossier(self) -> Dossier:
        """The record in use."""
        return self.dossiers[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fusion(Fait):
    """Two files were found to be one person: `ancienne` is now `maitresse`, and keeps its facts in the tables."""

    ancienne: Personne
    maitresse: Personne


class EtatSejour(StrEnum):
    """Only REEL is a stay."""

    REEL = "reel"
    PREADMISSION = "preadmission"
    ANNULE = "annule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sejour(Fait):
    """A person's stay; `sortie` is the définitive exit, its day included. `absences` are not exits."""

    site: Site
    personne: Personne
    entree: date
    sortie: date | None = None
    motif: str | None = None
    etat: EtatSejour = EtatSejour.REEL
    absences: tuple[tuple[date, date | None], ...] = ()


class NatureEcriture(StrEnum):
    """What left a trace in a record. SAISIE is a person writing; none of the others is an update by a human."""

    SAISIE = "saisie"
    AUTOMATE = "automate"
    IMPORT = "import"
    FACTURATION = "facturation"
    LECTURE = "lecture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ecriture(Fait):
    """A trace in a person's record."""

    site: Site
    personne: Personne
    le: Moment
    nature: NatureEcriture = NatureEcriture.SAISIE
    supprimee: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjetPersonnalise(Fait):
    """A projet personnalisé stood in `statut` (the contract's words) from `debut` to `fin`, both included."""

    site: Site
    personne: Personne
    statut: str
    debut: date | None
    fin: date | None = None
    supprime: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RendezVous(Fait):
    """An agenda event of one or several persons, in `statut` (the contract's words)."""

    site: Site
    personnes: tuple[Personne, ...]
    le: Moment
    statut: str
    supprime: bool = False


class EtatMessage(StrEnum):
    """Only ENVOYE is a message sent."""

    ENVOYE = "envoye"
    BROUILLON = "brouillon"
    ECHEC = "echec"
    RECU = "recu"
    ACCUSE = "accuse"
    """A delivery or reading receipt, or an automatic answer: nobody wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Fait):
    """An MSSanté message; `site` is None for one of the OG's own mailbox. `copies` is the number of recipients.

    `cle` is the message's own identifier, a text, the same in every table where it stands (`uuid5` of it for a column
    of uuids); `journalise` is how many times the
    software wrote it down (a second line for the same message is not a second message).
    """

    site: Site | None
    le: Moment
    etat: EtatMessage = EtatMessage.ENVOYE
    destinataire: str = "professionnel"
    copies: int = 1
    cle: str
    journalise: int = 1


class EtatDepot(StrEnum):
    """Only REUSSI is a deposit."""

    REUSSI = "reussi"
    EN_ATTENTE = "en_attente"
    ECHEC = "echec"


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot(Fait):
    """A document sent to a person's DMP."""

    site: Site
    personne: Personne
    le: Moment
    etat: EtatDepot = EtatDepot.REUSSI
    cle: str


class EtatEchange(StrEnum):
    """Only REUSSI counts, for prescriptions and for exchanges alike."""

    REUSSI = "reussi"
    ECHEC = "echec"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordonnance(Fait):
    """An electronic prescription; REUSSI is one that was imported."""

    site: Site
    le: Moment
    etat: EtatEchange = EtatEchange.REUSSI
    cle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Echange(Fait):
    """An exchange of the cahier de liaison with the regional e-parcours platform."""

    site: Site
    le: Moment
    etat: EtatEchange = EtatEchange.REUSSI
    cle: str


@dataclass(slots=True)
class Scenario:
    """Everything a loader writes. Lists are in the order things are best inserted; nothing refers to what comes later.

    `secret` is the one secret of the run: a double that asks for a password or a key accepts this one and no other.
    """

    graine: int
    secret: str
    sites: list[Site] = field(default_factory=list)
    personnes: list[Personne] = field(default_factory=list)
    fusions: list[Fusion] = field(default_factory=list)
    sejours: list[Sejour] = field(default_factory=list)
    ecritures: list[Ecriture] = field(default_factory=list)
    projets: list[ProjetPersonnalise] = field(default_factory=list)
    rendez_vous: list[RendezVous] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    depots: list[Depot] = field(default_factory=list)
    ordonnances: list[Ordonnance] = field(default_factory=list)
    echanges: list[Echange] = field(default_factory=list)
