"""Invented figures and reports that several test files start from."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk.campaigns import LoadedCampaign, load_campaign
from temoin_sdk.certificates.releves import EpreuvePassee, Releve
from temoin_sdk.conventions import Convention
from temoin_sdk.errors import Acteur
from temoin_sdk.figures import Ecarte, Figures, FiguresOG, SourceLue
from temoin_sdk.report import (
    RACINE_VIDE,
    Certificat,
    Entete,
    EpreuveCertifiee,
    EpreuveIgnoree,
    Rapport,
    Site,
    build_rapport,
)
from temoin_sdk.vocabulary import (
    Compte,
    ContenuCertifie,
    Drapeau,
    EtatCompte,
    EtatEpreuve,
    Mesure,
    MotifEcart,
    Niveau,
    NiveauEpreuve,
    Relation,
    Secteur,
    Voie,
)
from temoin_sdk.windows import Fenetre

COMPTES: dict[Compte, int | None] = {
    Compte.PERSONNES_ACCOMPAGNEES: 100,
    Compte.PERSONNES_ELIGIBLES: 97,
    Compte.DOSSIERS_ACTIFS: 90,
    Compte.DOSSIERS_ACTIFS_PROJET: 80,
    Compte.DOSSIERS_ACTIFS_AGENDA: 85,
    Compte.MESSAGES_MSS: 70,
    Compte.DMP_ALIMENTES: 60,
    Compte.DOCUMENTS_DMP: 75,
    Compte.PRESCRIPTIONS_IMPORTEES: None,
    Compte.ECHANGES_EPARCOURS: 0,
}


@pytest.fixture
def campagne_2025() -> LoadedCampaign:
    return load_campaign("generalisation-2025")


@pytest.fixture
def convention() -> Convention:
    return Convention(code="projet-du-gave", campagne="generalisation-2025")


@pytest.fixture
def figures_of() -> Callable[..., Figures]:
    """Figures of an establishment that fit together; `comptes` changes some counts, other members go as they are."""

    def make(finess: str = "010780054", comptes: dict[Compte, int | None] | None = None, **members: Any) -> Figures:
        every = COMPTES | (comptes or {})
        supplied = [compte for compte, number in every.items() if number is not None]
        feuilles = every[Compte.PERSONNES_ACCOMPAGNEES] or 0
        return Figures(
            **{
                "finess": finess,
                "comptes": every,
                "etats": {c: EtatCompte.FOURNI if c in supplied else EtatCompte.NON_FOURNI for c in Compte},
                "niveaux": dict.fromkeys(supplied, Niveau.FAITS),
                "drapeaux": (Drapeau.AUTEUR_INCONNU, Drapeau.DEMARRAGE_RECENT),
                "exclus": {"refus_usager": 2, "sejour_bref": 1, "autre": 0},
                "messages_mss_professionnels": 40,
                "messages_mss_usagers": 20,
                "feuilles": feuilles,
                "racine": "ab" * 32 if feuilles else RACINE_VIDE,
                "feuilles_jours": 12,
                "racine_jours": "cd" * 32,
            }
            | members
        )

    return make


@pytest.fixture
def source() -> SourceLue:
    return SourceLue(
        source="dui-principal",
        plugin="temoin-editor-sample",
        plugin_version="0.1.0",
        contrat=1,
        certificat=None,
        logiciel="Clé des Prés (édition associative)",
        logiciel_version="5.2.1+b7",
        espace_usagers="cle.resident",
        niveau=Niveau.FAITS,
        relations=(Relation.SEJOURS, Relation.ETABLISSEMENTS),
        empreinte_requetes="11" * 32,
        instantane=True,
        fusions=3,
    )


@pytest.fixture
def entete() -> Entete:
    return Entete(
        destinataire="essai.ars.exemple/2026",
        ej="010000024",
        installation="6f1c2a9e-58b0-4d0e-9a63-0b6a1f1f2c77",
        numero=1,
        precedent=None,
        mesure=Mesure.INTERMEDIAIRE,
        fenetre=Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1)),
        calcule_le=datetime(2026, 11, 22, 6, 30, 15, 999, tzinfo=UTC),
        engagement_cle="ee" * 32,
    )


@pytest.fixture
def rapport_of(
    entete: Entete,
    source: SourceLue,
    figures_of: Callable[..., Figures],
    campagne_2025: LoadedCampaign,
    convention: Convention,
) -> Callable[..., Rapport]:
    """A report of two establishments and one set aside; named arguments replace members of the header or parts."""

    def make(
        figures: tuple[Figures, ...] | None = None,
        sites: dict[str, Site] | None = None,
        sources: tuple[SourceLue, ...] = (source,),
        **members: Any,
    ) -> Rapport:
        ecarte = Ecarte(
            finess="970400024",
            motif=MotifEcart.INVARIANT,
            message="Le nombre de dossiers actifs (12) dépasse celui des personnes accompagnées (10).",
            remede="Corriger la correspondance.",
            acteur=Acteur.EDITEUR,
        )
        every = {
            "010780054": Site(Secteur.PA, "Europe/Paris"),
            "2A0000154": Site(Secteur.PH, "Europe/Paris"),
            "970400024": Site(None, "Indian/Reunion"),
        }
        return build_rapport(
            replace(entete, **members),
            sites=every | (sites or {}),
            figures=figures or (figures_of("2A0000154"), figures_of()),
            ecartes=(ecarte,),
            sources=sources,
            og=FiguresOG(messages_mss=5, feuilles_jours=2, racine_jours="ef" * 32),
            campagne=campagne_2025,
            convention=convention,
        )

    return make


@pytest.fixture
def rapport(rapport_of: Callable[..., Rapport]) -> Rapport:
    return rapport_of()


@pytest.fixture
def certificat_of() -> Callable[..., Certificat]:
    """A certificate of a plugin that passed; named arguments replace members."""

    def make(**members: Any) -> Certificat:
        usual: dict[str, Any] = {
            "format": 1,
            "contrat": 1,
            "plugin": "netfictif",
            "distribution": "temoin-netfictif",
            "version": "1.2",
            "contenu": ContenuCertifie.PAQUET,
            "empreinte_contenu": "ab" * 32,
            "kit": "0.1.0",
            "voie": Voie.SCENARIO,
            "moteur": "sqlite",
            "graine": 7,
            "personnes": 120,
            "faits": 3400,
            "epreuves": (
                EpreuveCertifiee(code="brouillons", niveau=NiveauEpreuve.OBLIGATOIRE, etat=EtatEpreuve.REUSSIE),
                EpreuveCertifiee(code="vitesse", niveau=NiveauEpreuve.RECOMMANDE, etat=EtatEpreuve.ECHOUEE),
            ),
            "ignorees": (
                EpreuveIgnoree(
                    code="motifs", niveau=NiveauEpreuve.OBLIGATOIRE, motif="Le logiciel n’a pas de motif\u202f: refus."
                ),
            ),
            "delivre_le": "2026-11-20T08:00:00Z",
        }
        return Certificat(**(usual | members))

    return make


@pytest.fixture
def certificat(certificat_of: Callable[..., Certificat]) -> Certificat:
    return certificat_of()


@dataclass
class Distribution:
    """A plugin as pip would have installed it, in a folder of its own on the path."""

    folder: Path
    package: Path

    def write(self, version: str = "1.2", points: str = "netfictif = netfictif_temoin.plugin") -> None:
        """Say again what is installed, as an upgrade does."""
        info = self.folder / "temoin_netfictif.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: temoin-netfictif\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[temoin]\n{points}\n")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Distribution]:
    """An editor's plugin of one source, installed for this test alone."""
    folder = tmp_path / "site-packages"
    package = folder / "netfictif_temoin"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""NetFictif."""\n')
    (package / "plugin.py").write_text(
        "from temoin_sdk import Logiciel, SqlSource, hookimpl\n\n\n"
        "class NetFictif(SqlSource):\n"
        '    nom = "netfictif"\n    logiciel = Logiciel("NetFictif", "5")\n    espace_usagers = "netfictif.resident"\n'
        '    etablissements = "SELECT code FROM site"\n\n\n'
        "@hookimpl\ndef temoin_sources():\n    return [NetFictif]\n"
    )
    made = Distribution(folder, package)
    made.write()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    yield made
    for name in [name for name in sys.modules if name.partition(".")[0].startswith("netfictif")]:
        del sys.modules[name]


@pytest.fixture
def releve_of() -> Callable[..., Releve]:
    """What the kit records of that plugin when all is well; named arguments replace members."""

    def make(**members: Any) -> Releve:
        usual: dict[str, Any] = {
            "classe": "tests/test_conformite.py::TestNetFictif",
            "plugin": "netfictif",
            "module": "netfictif_temoin.plugin",
            "distribution": "temoin-netfictif",
            "version": "1.2",
            "fichier": None,
            "contrat": 1,
            "kit": "0.1.0",
            "voie": Voie.SCENARIO,
            "moteur": "sqlite",
            "graine": 7,
            "personnes": 120,
            "faits": 3400,
            "epreuves": (
                EpreuvePassee(code="vitesse", niveau=NiveauEpreuve.RECOMMANDE, etat=EtatEpreuve.ECHOUEE),
                EpreuvePassee(code="brouillons", niveau=NiveauEpreuve.OBLIGATOIRE, etat=EtatEpreuve.REUSSIE),
                EpreuvePassee(
                    code="motifs", niveau=NiveauEpreuve.OBLIGATOIRE, etat=EtatEpreuve.IGNOREE, motif="Il n'y en a pas."
                ),
            ),
            "attendues": ("brouillons", "motifs"),
            "restreint": False,
        }
        return Releve(**(usual | members))

    return make
