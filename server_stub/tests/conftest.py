"""A small world: two organismes, four establishments, one project, an agent that signs, and a receiver in a folder."""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from temoin_receiver.api import create_app
from temoin_receiver.installation import create_receiver, keep_ledger
from temoin_receiver.reception import Receiver
from temoin_receiver.register.loading import Known, load_register
from temoin_receiver.register.storing import enroll, store_register
from temoin_receiver.storage import Store
from temoin_sdk.campaigns import LoadedCampaign, load_campaign
from temoin_sdk.conventions import Convention
from temoin_sdk.envelope import PrivateKey, Typ, empreinte, sign
from temoin_sdk.figures import Ecarte, Figures, SourceLue
from temoin_sdk.finess import zone_of
from temoin_sdk.report import Correction, Entete, Rapport, Site, build_rapport, to_octets
from temoin_sdk.vocabulary import (
    Compte,
    EtatCompte,
    Mesure,
    MotifCorrection,
    Niveau,
    Secteur,
)
from temoin_sdk.windows import Fenetre

with warnings.catch_warnings():
    # Starlette asks for httpx2, which nobody else here needs; its client works as well on httpx.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

ORIGINE = "ars.exemple/essai"
EJ = "010000024"
AUTRE_EJ = "970300026"
EHPAD = "010780054"
FOYER = "2A0000154"
VOISIN = "970210126"
INSTALLATION = "6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a01"
PROJET = "dui-2026"
MAINTENANT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
SOLDE = Fenetre(debut=date(2026, 7, 1), fin=date(2026, 10, 1))

REGISTRE = f"""
[[organismes]]
ej = "{EJ}"
nom = "Association Les Tilleuls <Ain>"

[[organismes]]
ej = "{AUTRE_EJ}"
nom = "Fondation Mahury"

[[etablissements]]
finess = "{EHPAD}"
nom = "EHPAD Les Tilleuls & fils"
secteur = "PA"
ej = "{EJ}"

[[etablissements]]
finess = "{FOYER}"
nom = "Foyer des Cèdres"
secteur = "PH"
ej = "{EJ}"

[[etablissements]]
finess = "{VOISIN}"
nom = "Résidence Madiana"
secteur = "PA"
ej = "{AUTRE_EJ}"

[[projets]]
code = "{PROJET}"
campagne = "generalisation-2025"
organismes = ["{EJ}"]
etablissements = ["{EHPAD}", "{FOYER}"]
solde = {{ debut = 2026-07-01, fin = 2026-10-01 }}
"""


@dataclass
class Clock:
    """The receiver's clock, which a test moves."""

    instant: datetime = MAINTENANT

    def __call__(self) -> datetime:
        return self.instant

    def advance(self, **delta: int) -> None:
        self.instant += timedelta(**delta)


def figures(finess: str, **comptes: int | None) -> Figures:
    """Figures of a hundred persons, all targets reached; a count given as None is not supplied."""
    values: dict[Compte, int | None] = {
        Compte.PERSONNES_ACCOMPAGNEES: 100,
        Compte.PERSONNES_ELIGIBLES: 100,
        Compte.DOSSIERS_ACTIFS: 95,
        Compte.DOSSIERS_ACTIFS_PROJET: 90,
        Compte.DOSSIERS_ACTIFS_AGENDA: 88,
        Compte.MESSAGES_MSS: 75,
        Compte.DMP_ALIMENTES: 71,
        Compte.DOCUMENTS_DMP: 120,
        Compte.PRESCRIPTIONS_IMPORTEES: None,
        Compte.ECHANGES_EPARCOURS: 3,
    }
    values |= {Compte(name): value for name, value in comptes.items()}
    supplied = [compte for compte, value in values.items() if value is not None]
    return Figures(
        finess=finess,
        comptes=values,
        etats={one: EtatCompte.FOURNI if one in supplied else EtatCompte.NON_FOURNI for one in values},
        niveaux=dict.fromkeys(supplied, Niveau.FAITS),
        drapeaux=(),
        exclus={},
        messages_mss_professionnels=None,
        messages_mss_usagers=None,
        feuilles=values[Compte.PERSONNES_ACCOMPAGNEES] or 0,
        racine="a" * 64,
        feuilles_jours=5,
        racine_jours="b" * 64,
    )


@dataclass
class Agent:
    """One installation of the organisme: it builds, chains and signs as a real one does."""

    cle: PrivateKey
    ej: str = EJ
    installation: str = INSTALLATION
    destinataire: str = ORIGINE
    numero: int = 0
    precedent: str | None = None
    certificat: str | None = None
    campagne: LoadedCampaign = field(default_factory=lambda: load_campaign("generalisation-2025"))
    convention: Convention = field(
        default_factory=lambda: Convention(code=PROJET, campagne="generalisation-2025", solde=SOLDE)
    )

    def rapport(
        self,
        *etablissements: Figures,
        sites: Mapping[str, Site] | None = None,
        ecartes: tuple[Ecarte, ...] = (),
        correction: Correction | None = None,
        **entete: Any,
    ) -> Rapport:
        """The next report of the chain; `entete` replaces fields of its heading."""
        self.numero += 1
        kept = etablissements or (figures(EHPAD), figures(FOYER))
        secteurs = {EHPAD: Secteur.PA, FOYER: Secteur.PH}
        names = [one.finess for one in (*kept, *ecartes)]
        known = {name: Site(secteurs.get(name, Secteur.PA), zone_of(name)) for name in names}
        heading = Entete(
            destinataire=self.destinataire,
            ej=self.ej,
            installation=self.installation,
            numero=self.numero,
            precedent=self.precedent,
            mesure=Mesure.INTERMEDIAIRE,
            fenetre=FENETRE,
            calcule_le=MAINTENANT - timedelta(hours=1),
            engagement_cle="c" * 64,
            correction=correction,
        )
        rapport = build_rapport(
            replace(heading, **entete),
            sites={**known, **(sites or {})},
            figures=kept,
            ecartes=ecartes,
            sources=[
                source(niveau, self.certificat)
                for niveau in sorted({Niveau.FAITS}.union(*(one.niveaux.values() for one in kept)))
            ],
            og=None,
            campagne=self.campagne,
            convention=self.convention,
        )
        self.precedent = empreinte(to_octets(rapport))
        return rapport

    def correct(self, replaced: Rapport, *etablissements: Figures, **entete: Any) -> Rapport:
        """The next version of `replaced`."""
        correction = Correction(replaced.version + 1, empreinte(to_octets(replaced)), MotifCorrection.SAISIE_TARDIVE)
        return self.rapport(*etablissements, correction=correction, **entete)

    def sign(self, rapport: Rapport, *, iat: datetime = MAINTENANT) -> str:
        """The signed text."""
        return sign(to_octets(rapport), self.cle, Typ.RAPPORT, int(iat.timestamp()))


def source(niveau: Niveau, certificat: str | None) -> SourceLue:
    return SourceLue(
        source="dui" if niveau is Niveau.FAITS else f"dui-{niveau}",
        plugin="exemple",
        plugin_version="1.0",
        contrat=1,
        certificat=certificat,
        logiciel="Exemple",
        logiciel_version="5.2",
        espace_usagers="exemple.resident",
        niveau=niveau,
        relations=(),
        empreinte_requetes="d" * 64,
        preuve="e" * 64 if niveau is Niveau.DECLARE else None,
        instantane=True,
        fusions=0,
    )


@dataclass
class World:
    """A receiver whose register is loaded and whose agent's key is enrolled."""

    folder: Path
    receiver: Receiver
    clock: Clock
    agent: Agent
    app: FastAPI
    client: TestClient

    def figures(self, finess: str, **comptes: int | None) -> Figures:
        """Figures of a hundred persons, all targets reached, save for what `comptes` says."""
        return figures(finess, **comptes)

    @property
    def store(self) -> Store:
        return self.receiver.store

    def push(self, jws: str) -> Any:
        """POST a signed text as an agent does."""
        return self.client.post("/v1/rapports", content=jws, headers={"Content-Type": "application/jose"})

    def stored(self) -> int:
        """How many reports are kept."""
        return int(self.client.get("/v1/sante").json()["receptions"])

    def load(self, text: str) -> None:
        """Load a register text, as the admin command does."""
        path = self.folder / "registre.toml"
        path.write_text(text, encoding="utf-8")
        loaded = load_register(path, Known(frozenset({EJ, AUTRE_EJ}), {EHPAD: {EJ}, FOYER: {EJ}, VOISIN: {AUTRE_EJ}}))
        self.store.writer.write(lambda connection: store_register(connection, loaded, "2026-01-01T00:00:00Z"))

    def enroll(self, agent: Agent) -> None:
        """Believe this agent's key."""
        self.store.writer.write(
            lambda connection: enroll(
                connection, agent.cle.public, agent.ej, agent.installation, "2026-01-01T00:00:00Z"
            )
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A receiver just created, with an empty register."""
    path = tmp_path / "recepteur"
    create_receiver(path, ORIGINE)
    return path


@pytest.fixture
def world(folder: Path) -> Iterator[World]:
    store = Store.open(folder, keep_ledger(folder))
    try:
        clock = Clock()
        receiver = Receiver(store, clock)
        app = create_app(receiver)
        with TestClient(app, raise_server_exceptions=False) as client:
            world = World(folder, receiver, clock, Agent(PrivateKey.generate()), app, client)
            world.load(REGISTRE)
            world.enroll(world.agent)
            yield world
    finally:
        store.close()
