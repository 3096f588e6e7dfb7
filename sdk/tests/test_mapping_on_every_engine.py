"""A mapping counted and looked at on every engine, its settings bound whatever their type, or absent."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from servers import ENGINES, Base, open_base

from temoin_sdk.campaigns import load_campaign
from temoin_sdk.cli import app
from temoin_sdk.cli.running import execute
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.counting import Demande, EtablissementDemande, SourceDemande, count
from temoin_sdk.errors import ExitCode
from temoin_sdk.mapping import build_source, read_mapping
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

FINESS = "010780054"

MAPPING = """format = 1
nom = "soin"
version = "1.0"
moteurs = ["sqlite", "postgresql", "mariadb"]
espace_usagers = "soin.personne"
zone = "Europe/Paris"
[logiciel]
nom = "Soin Fictif"
version_sql = "SELECT v FROM version;"
[reglages]
texte = { type = "texte", description = "Service.", obligatoire = false }
entier = { type = "entier", description = "Plus petit numéro.", obligatoire = false }
depuis = { type = "date", description = "Premier jour.", obligatoire = false }
choix = { type = "choix", choix = ["NUIT", "JOUR"], description = "Service.", obligatoire = false }
secret = { type = "secret", description = "Service.", obligatoire = false }
essai = { type = "booleen", description = "Avec les essais.", defaut = false }
[relations.etablissements]
sql = "SELECT code FROM site"
[relations.sejours]
dates = "jour"
sql = "SELECT site AS code, personne AS usager, entree FROM sejour"
[relations.mises_a_jour]
dates = "instant"
sql = '''
WITH gardees AS (
  SELECT site, personne, quand, jour FROM note
  WHERE (:reglage_texte IS NULL OR service = :reglage_texte)
    AND (:reglage_choix IS NULL OR service = :reglage_choix)
    AND (:reglage_secret IS NULL OR service = :reglage_secret)
    AND (:reglage_entier IS NULL OR numero >= :reglage_entier)
    AND (:reglage_depuis IS NULL OR jour >= :reglage_depuis)
    AND (:reglage_essai OR NOT essai)
)
SELECT site AS code, personne AS usager, quand AS date_fait -- :pas_un_parametre
FROM gardees WHERE jour >= :debut AND jour < :fin;
'''
"""


@pytest.fixture(scope="module", params=ENGINES)
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    with ExitStack() as stack:
        opened = stack.enter_context(open_base(request.param, tmp_path_factory.mktemp("base")))
        text, moment = "varchar(20)", "timestamp" if opened.moteur == "postgresql" else "datetime"
        opened.load("version", {"v": text}, [("7",)])
        opened.load("site", {"code": text}, [("A",)])
        opened.load(
            "sejour",
            {"site": text, "personne": "integer", "entree": "date"},
            [("A", person, "2026-01-05") for person in range(1, 6)],
        )
        columns = {"site": text, "personne": "integer", "quand": moment, "jour": "date", "service": text}
        opened.load(
            "note",
            columns | {"numero": "integer", "essai": "boolean"},
            [
                ("A", 1, "2026-08-03 10:30:00", "2026-08-03", "JOUR", 1, False),
                ("A", 2, "2026-09-03 10:30:00", "2026-09-03", "JOUR", 2, False),
                ("A", 3, "2026-10-03 10:30:00", "2026-10-03", "NUIT", 3, False),
                ("A", 4, "2026-10-03 10:30:00", "2026-10-03", "L'APRES", 4, False),
                ("A", 5, "2026-10-03 10:30:00", "2026-10-03", "NUIT", 5, True),
            ],
        )
        yield opened


@pytest.fixture
def fichier(tmp_path: Path) -> Path:
    path = tmp_path / "soin.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, 4),
        ({"texte": "JOUR"}, 2),
        ({"texte": "L'APRES"}, 1),
        ({"choix": "NUIT"}, 1),
        ({"secret": "NUIT"}, 1),
        ({"entier": 2}, 3),
        ({"depuis": date(2026, 9, 3)}, 3),
        ({"essai": True}, 5),
        ({"essai": True, "choix": "NUIT", "entier": 5, "depuis": date(2026, 10, 1)}, 1),
    ],
    ids=str,
)
def test_settings_of_every_type_are_bound(
    base: Base, fichier: Path, tmp_path: Path, given: dict[str, Any], expected: int
) -> None:
    source = build_source(read_mapping(fichier))
    (tmp_path / "preuves").mkdir()
    resultat = count(
        Demande(
            fenetre=Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1)),
            campagne=load_campaign("generalisation-2025").campagne,
            ej="010000024",
            projet="projet-essai",
            etablissements=(EtablissementDemande(finess=FINESS, fuseau="Europe/Paris"),),
            fuseau_og="Europe/Paris",
            sources=(
                SourceDemande(
                    nom="dui",
                    plugin="soin",
                    reglages=base.reglages | {"fichier": str(fichier)} | given,
                    sites={"A": FINESS},
                ),
            ),
            cle_pseudonyme=b"k" * 32,
            cle_site=b"s" * 32,
            dossier=tmp_path / "preuves",
        ),
        Catalogue({"soin": FoundSource(source, "temoin-essai", "1.0")}, {}),
    )
    (figures,) = resultat.etablissements
    assert figures.comptes[Compte.DOSSIERS_ACTIFS] == expected
    assert resultat.sources[0].logiciel_version == "7"


def test_the_command_reads_it(
    base: Base, fichier: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = [] if base.mot_de_passe is None else ["--mot-de-passe-env", "MOT_DE_PASSE_D_ESSAI"]
    monkeypatch.setenv("MOT_DE_PASSE_D_ESSAI", base.mot_de_passe or "")
    arguments = ["check-mapping", str(fichier), "--url", base.url, "--date", "2026-11-01", *secret]
    assert execute(app, "temoin-sdk", [*arguments, "--reglage", "depuis=2026-09-01"]) == ExitCode.OK
    said = capsys.readouterr().out
    assert "Base lue : Soin Fictif 7, 1 site\n" in said
    assert "Rien à redire." in said
    assert base.mot_de_passe is None or base.mot_de_passe not in said
