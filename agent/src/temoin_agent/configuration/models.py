"""The configuration once read and checked: names resolved to what they name, paths absolute."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from temoin_agent.configuration.tables import Reference
from temoin_sdk.campaigns import LoadedCampaign
from temoin_sdk.conventions import Convention
from temoin_sdk.envelope import PublicKey
from temoin_sdk.ledger import NoteKey
from temoin_sdk.vocabulary import Relation, Secteur


@dataclass(frozen=True, slots=True)
class Gestionnaire:
    """The organisme gestionnaire in whose name reports are signed."""

    nom: str
    ej: str
    siren: str | None
    fuseau: str
    autres_installations: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cles:
    """Paths of this installation's secrets, and the reference of the signing key's passphrase."""

    signature: Path
    phrase: Reference | None
    pseudonymes: Path
    site: Path


@dataclass(frozen=True, slots=True)
class Preuves:
    """Months for which personal data stays with the evidence (None: nobody decided), and whom to call about it."""

    conservation_mois: int | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Recepteur:
    """Where reports go, under which ledger origin, the one key whose receipts are believed, and that of the ledger."""

    code: str
    url: str
    origine: str
    cle: PublicKey
    registre: NoteKey
    ca: Path | None


@dataclass(frozen=True, slots=True)
class Etablissement:
    """An ESSMS as the gestionnaire describes it; the sector is informative, the register's decides."""

    finess: str
    nom: str
    projets: tuple[str, ...]
    secteur: Secteur | None
    fuseau: str
    mise_en_service: date | None
    ouverture: date | None
    fermeture: date | None


@dataclass(frozen=True, slots=True)
class Projet:
    """A convention with its campaign, its receiver and its establishments in the order of their FINESS."""

    convention: Convention
    campagne: LoadedCampaign
    recepteur: Recepteur
    etablissements: tuple[Etablissement, ...]

    @property
    def code(self) -> str:
        """Code of the convention: names the project everywhere."""
        return self.convention.code


@dataclass(frozen=True, slots=True)
class SourceConfiguree:
    """A source; `reglages` still holds references where secrets go, `ou` says where it stands in the file."""

    nom: str
    plugin: str
    sites: Mapping[str, str]
    fournit: tuple[Relation, ...] | None
    cumule: bool
    reglages: Mapping[str, Any]
    ou: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything one file says. `dossier` holds what this installation writes: outbox, evidence, chain."""

    fichier: Path
    dossier: Path
    gestionnaire: Gestionnaire
    cles: Cles
    recepteurs: tuple[Recepteur, ...]
    projets: tuple[Projet, ...]
    sources: tuple[SourceConfiguree, ...]
    preuves: Preuves = Preuves()

    def receiver_at(self, origine: str) -> Recepteur | None:
        """The receiver whose ledger has this origin: the one a signed report was made for."""
        return next((each for each in self.recepteurs if each.origine == origine), None)
