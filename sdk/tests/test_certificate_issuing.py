"""A certificate follows from the record of a run, or is refused with every reason in French."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk.certificates.issuing import find_refusals, issue_all
from temoin_sdk.certificates.releves import EpreuvePassee, Releve, Releves
from temoin_sdk.contract.loading import load_plugins
from temoin_sdk.errors import Acteur, CertificateError, ExitCode
from temoin_sdk.report import to_octets
from temoin_sdk.vocabulary import EtatEpreuve, NiveauEpreuve, Voie

NOW = datetime(2026, 11, 20, 8, 0, 0, 999, tzinfo=UTC)
RATEE = EpreuvePassee(code="brouillons", niveau=NiveauEpreuve.OBLIGATOIRE, etat=EtatEpreuve.ECHOUEE)
REUSSIE = EpreuvePassee(code="brouillons", niveau=NiveauEpreuve.OBLIGATOIRE, etat=EtatEpreuve.REUSSIE)
FACULTATIVE = EpreuvePassee(code="vitesse", niveau=NiveauEpreuve.RECOMMANDE, etat=EtatEpreuve.REUSSIE)

MAPPING = """
format = 1
nom = "netfictif"
version = "2026.1"
moteurs = ["sqlite"]
espace_usagers = "netfictif.resident"

[logiciel]
nom = "NetFictif"

[relations.etablissements]
sql = "SELECT code FROM site"
"""


def ignoree(motif: str | None) -> EpreuvePassee:
    return EpreuvePassee.model_construct(
        code="motifs", niveau=NiveauEpreuve.OBLIGATOIRE, etat=EtatEpreuve.IGNOREE, motif=motif
    )


def test_it_says_what_was_recorded_and_of_which_content(installed: Any, releve_of: Callable[..., Releve]) -> None:
    (issued,) = issue_all(Releves(releves=(releve_of(),)), load_plugins(), NOW)
    said = json.loads(to_octets(issued.certificat))
    empreinte = said.pop("empreinte_contenu")
    assert len(empreinte) == 64
    assert said == {
        "format": 1,
        "contrat": 1,
        "plugin": "netfictif",
        "distribution": "temoin-netfictif",
        "version": "1.2",
        "contenu": "paquet",
        "kit": "0.1.0",
        "voie": "scenario",
        "moteur": "sqlite",
        "graine": 7,
        "personnes": 120,
        "faits": 3400,
        "epreuves": [
            {"code": "brouillons", "etat": "reussie", "niveau": "obligatoire"},
            {"code": "vitesse", "etat": "echouee", "niveau": "recommande"},
        ],
        "ignorees": [{"code": "motifs", "motif": "Il n'y en a pas.", "niveau": "obligatoire"}],
        "delivre_le": "2026-11-20T08:00:00Z",
    }
    assert issued.chemin == installed.package / "certificat.jws"


def test_a_package_of_several_sources_has_a_certificate_for_each(
    installed: Any, releve_of: Callable[..., Releve]
) -> None:
    (installed.package / "api.py").write_text(
        (installed.package / "plugin.py").read_text().replace('nom = "netfictif"', 'nom = "netfictif_api"')
    )
    installed.write(points="netfictif = netfictif_temoin.plugin\nnetfictif_api = netfictif_temoin.api")
    api = releve_of(plugin="netfictif_api", module="netfictif_temoin.source")
    issued = issue_all(Releves(releves=(releve_of(), api)), load_plugins(), NOW)
    assert [one.chemin.name for one in issued] == ["netfictif.certificat.jws", "netfictif_api.certificat.jws"]


def test_a_mapping_file_has_no_distribution(tmp_path: Path, releve_of: Callable[..., Releve]) -> None:
    path = tmp_path / "netfictif-2026.toml"
    path.write_text(MAPPING)
    releve = releve_of(fichier=str(path), version="2026.1", module="temoin_mapping.plugin")
    (issued,) = issue_all(Releves(releves=(releve,)), load_plugins(), NOW)
    assert (issued.certificat.contenu, issued.certificat.distribution) == ("mapping", None)
    assert issued.chemin == tmp_path / "netfictif-2026.certificat.jws"
    with pytest.raises(CertificateError, match=r"2025\.1 ; le fichier est « netfictif » 2026\.1"):
        issue_all(Releves(releves=(releve.model_copy(update={"version": "2025.1"}),)), load_plugins(), NOW)


def test_reasons_are_put_on_one_line(installed: Any, releve_of: Callable[..., Releve]) -> None:
    releve = releve_of(epreuves=(REUSSIE, ignoree("  Le logiciel n'a\n   pas d'e\u0301change. ")))
    (issued,) = issue_all(Releves(releves=(releve,)), load_plugins(), NOW)
    assert issued.certificat.ignorees[0].motif == "Le logiciel n'a pas d'échange."


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ([], "certificat_sans_epreuve", "zéro épreuve"),
        ([{"epreuves": (), "attendues": ()}], "certificat_sans_epreuve", "aucune épreuve obligatoire"),
        ([{"epreuves": (FACULTATIVE,), "attendues": ()}], "certificat_sans_epreuve", "aucune épreuve obligatoire"),
        ([{"epreuves": (ignoree("Rien."),), "attendues": ()}], "certificat_sans_epreuve", "aucune épreuve obligatoire"),
        ([{"epreuves": (RATEE,), "attendues": ()}], "certificat_epreuve_echouee", "en échec : brouillons"),
        ([{"epreuves": (REUSSIE, ignoree(None))}], "certificat_sans_motif", "motifs est ignorée"),
        ([{"epreuves": (REUSSIE, ignoree("  "))}], "certificat_sans_motif", "motifs est ignorée"),
        ([{}, {"classe": "tests/test_b.py::B"}], "certificat_source_double", "éprouvée 2 fois"),
        ([{"epreuves": (REUSSIE, REUSSIE), "attendues": ()}], "certificat_forme", "une seule fois"),
        ([{"contrat": 2}], "certificat_forme", "contrat"),
        ([{"graine": None}], "certificat_forme", "scénario"),
        ([{"moteur": "une base\nmaison"}], "certificat_forme", "moteur"),
        ([{"version": "1.3"}], "certificat_autre_installation", "temoin-netfictif 1.2"),
        ([{"distribution": None}], "certificat_autre_installation", "de nulle part"),
        ([{"module": "temoin_sdk.contract"}], "certificat_autre_installation", "ne couvrirait pas"),
        ([{"plugin": "autrefictif"}], "certificat_autre_installation", "que l'agent ne trouverait pas"),
        ([{"restreint": True}], "certificat_incomplet", "certains thèmes"),
        ([{"attendues": ("agenda", "brouillons", "cles")}], "certificat_incomplet", "non lancées : agenda, cles"),
    ],
)
def test_what_deserves_none_is_refused_in_french(
    installed: Any, releve_of: Callable[..., Releve], changes: list[dict[str, Any]], code: str, said: str
) -> None:
    releves = Releves(releves=tuple(releve_of(**each) for each in changes))
    with pytest.raises(CertificateError, match=said) as refusal:
        issue_all(releves, load_plugins(), NOW)
    assert (refusal.value.code, refusal.value.exit_code) == (code, ExitCode.BLOQUE)
    assert refusal.value.acteur is Acteur.EDITEUR


def test_every_reason_is_said_at_once(releve_of: Callable[..., Releve]) -> None:
    releves = Releves(releves=(releve_of(epreuves=(RATEE, ignoree(None))), releve_of(epreuves=(), attendues=())))
    assert [code for code, _ in find_refusals(releves)] == [
        "certificat_source_double",
        "certificat_epreuve_echouee",
        "certificat_sans_motif",
        "certificat_sans_epreuve",
    ]
    with pytest.raises(CertificateError) as refusal:
        issue_all(releves, load_plugins(), NOW)
    assert refusal.value.message.count("\n  - ") == 4


def test_a_sheet_of_persons_has_no_seed(installed: Any, releve_of: Callable[..., Releve]) -> None:
    releve = releve_of(voie=Voie.FEUILLE, graine=None, moteur=None)
    (issued,) = issue_all(Releves(releves=(releve,)), load_plugins(), NOW)
    assert (issued.certificat.voie, issued.certificat.graine, issued.certificat.moteur) == ("feuille", None, None)
