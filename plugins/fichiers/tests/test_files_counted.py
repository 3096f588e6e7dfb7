"""From files to figures through the one call."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from temoin_fichiers.lists import FichiersSource
from temoin_fichiers.totals import TotauxSource
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.errors import SourceError
from temoin_sdk.vocabulary import Compte, EtatCompte, MotifEcart, Niveau
from temoin_sdk.windows import Fenetre

UN, DEUX, TROIS = "010780054", "970400024", "2A0000154"
SITES = {"A": UN, "B": DEUX, "C": TROIS}
CATALOGUE = Catalogue({c.nom: FoundSource(c, "temoin-fichiers", "0.1.0") for c in (FichiersSource, TotauxSource)}, {})


@pytest.fixture
def run(tmp_path: Path, fenetre: Fenetre) -> Callable[..., Resultat]:
    def call(*sources: SourceDemande) -> Resultat:
        dossier = tmp_path / "preuves"
        dossier.mkdir(exist_ok=True)
        demande = Demande(
            fenetre=fenetre,
            campagne=load_campaign("generalisation-2025").campagne,
            ej="010000024",
            projet="projet-essai",
            etablissements=tuple(
                EtablissementDemande(finess=f, fuseau=z)
                for f, z in ((UN, "Europe/Paris"), (DEUX, "Indian/Reunion"), (TROIS, "Europe/Paris"))
            ),
            fuseau_og="Europe/Paris",
            sources=sources,
            cle_pseudonyme=b"k" * 32,
            cle_site=b"s" * 32,
            dossier=dossier,
        )
        return count(demande, CATALOGUE)

    return call


def ask(plugin: str, jeux: list[dict[str, Any]], **reglages: Any) -> SourceDemande:
    return SourceDemande(nom=plugin, plugin=plugin, reglages={"jeux": jeux, **reglages}, sites=SITES)


def test_several_relations_of_one_source_in_several_zones(
    tmp_path: Path, write: Callable[..., Path], run: Callable[..., Resultat]
) -> None:
    write("SEJ_1.csv", "Site;Dossier;Entrée;Sortie\nA;1;01/01/2026;\nA;2;01/01/2026;\nB;3;01/01/2026;15/08/2026\n")
    write("MAJ_1.csv", "Site;Dossier;Le\nA;1;31/10/2026 23:30\nA;2;01/11/2026 00:30\nB;3;31/07/2026 22:30\n")
    write("MSS_1.csv", "Boîte;Envoi;Id\nA;31/10/2026 23:59;1\nA;02/09/2026 10:00;2\n;02/09/2026 10:00;9\n")
    write("MSS_2.csv", "Boîte;Envoi;Id\nA;02/09/2026 10:00;2\nB;02/09/2026 10:00;3\n")
    here = str(tmp_path)
    person = {"code": "Site", "usager": "Dossier"}
    resultat = run(
        ask(
            "fichiers",
            [
                {
                    "relation": "sejours",
                    "dossier": here,
                    "motif": "SEJ_*",
                    "colonnes": {**person, "entree": "Entrée", "sortie": "Sortie"},
                },
                {
                    "relation": "mises_a_jour",
                    "dossier": here,
                    "motif": "MAJ_*",
                    "colonnes": {**person, "date_fait": "Le"},
                    "constantes": {"auteur": "humain"},
                },
                {
                    "relation": "messages_mss",
                    "dossier": here,
                    "motif": "MSS_*",
                    "colonnes": {"code": "Boîte", "date_fait": "Envoi", "cle": "Id"},
                },
            ],
        )
    )
    un, trois, deux = resultat.etablissements
    assert (un.finess, trois.finess, deux.finess) == (UN, TROIS, DEUX)
    assert (un.comptes[Compte.PERSONNES_ACCOMPAGNEES], un.comptes[Compte.DOSSIERS_ACTIFS]) == (2, 1)
    assert un.comptes[Compte.MESSAGES_MSS] == 2  # the row of both exports counts once
    assert un.niveaux[Compte.MESSAGES_MSS] is Niveau.FAITS
    # 22:30 in Paris is 00:30 of the next day at La Réunion.
    assert (deux.comptes[Compte.PERSONNES_ACCOMPAGNEES], deux.comptes[Compte.DOSSIERS_ACTIFS]) == (1, 1)
    assert trois.etats[Compte.MESSAGES_MSS] is EtatCompte.INCONNU_DE_LA_SOURCE
    assert resultat.og is not None
    assert resultat.og.messages_mss == 1


def test_a_listed_site_without_a_line_is_an_honest_zero(
    tmp_path: Path, write: Callable[..., Path], run: Callable[..., Resultat]
) -> None:
    write("MSS_1.csv", "Boîte;Envoi\nA;02/09/2026\n")
    jeu = {
        "relation": "messages_mss",
        "dossier": str(tmp_path),
        "motif": "MSS_*",
        "colonnes": {"code": "Boîte", "date_fait": "Envoi"},
    }
    figures = {f.finess: f.comptes[Compte.MESSAGES_MSS] for f in run(ask("fichiers", [jeu])).etablissements}
    assert figures == {UN: 1, DEUX: None, TROIS: None}
    figures = {
        f.finess: f.comptes[Compte.MESSAGES_MSS]
        for f in run(ask("fichiers", [jeu], etablissements=["B"])).etablissements
    }
    assert figures == {UN: 1, DEUX: 0, TROIS: None}


def test_totals_are_counts_whose_export_is_kept(
    tmp_path: Path, write: Callable[..., Path], run: Callable[..., Resultat]
) -> None:
    content = "Structure;Mois;Envoyés\n" + "".join(f"{c};2026-{m};5\n" for c in "ABC" for m in ("08", "09", "10"))
    write("TOTAUX.csv", content)
    jeu = {
        "dossier": str(tmp_path),
        "motif": "TOTAUX*",
        "colonnes": {"code": "Structure", "mois": "Mois", "messages_mss": "Envoyés"},
    }
    resultat = run(ask("fichiers_totaux", [jeu]))
    assert {f.comptes[Compte.MESSAGES_MSS] for f in resultat.etablissements} == {15}
    assert {f.niveaux[Compte.MESSAGES_MSS] for f in resultat.etablissements} == {Niveau.COMPTES}
    (lue,) = resultat.sources
    (kept,) = (tmp_path / "preuves" / "pieces" / str(lue.preuve) / "fichiers").iterdir()
    assert kept.read_text() == content


def test_a_broken_file_sets_its_establishments_aside_with_its_name(
    tmp_path: Path, write: Callable[..., Path], run: Callable[..., Resultat]
) -> None:
    write("MSS_1.csv", "Boîte;Envoi\nA;02/09/2026\n")
    write("TOTAUX.csv", b"")
    lists = SourceDemande(
        nom="liste",
        plugin="fichiers",
        sites={"A": UN},
        reglages={
            "jeux": [
                {
                    "relation": "messages_mss",
                    "dossier": str(tmp_path),
                    "motif": "MSS_*",
                    "colonnes": {"code": "Boîte", "date_fait": "Envoi"},
                }
            ]
        },
    )
    totals = SourceDemande(
        nom="totaux",
        plugin="fichiers_totaux",
        sites={"B": DEUX},
        reglages={
            "jeux": [
                {
                    "dossier": str(tmp_path),
                    "motif": "TOTAUX*",
                    "colonnes": {"code": "S", "mois": "M", "messages_mss": "E"},
                }
            ]
        },
    )
    resultat = run(lists, totals)
    assert [f.finess for f in resultat.etablissements] == sorted([UN, TROIS])
    assert [(e.finess, e.motif) for e in resultat.ecartes] == [(DEUX, MotifEcart.SOURCE_ILLISIBLE)]
    (erreur,) = resultat.erreurs
    assert ("TOTAUX.csv" in erreur.message, erreur.retryable) == (True, True)


def test_an_export_written_the_day_after_the_window_is_whole_and_one_of_its_last_day_is_not(
    tmp_path: Path, write: Callable[..., Path], run: Callable[..., Resultat]
) -> None:
    jeu = {
        "relation": "messages_mss",
        "dossier": str(tmp_path),
        "motif": "MSS_*",
        "colonnes": {"code": "Boîte", "date_fait": "Envoi"},
    }
    content = "Boîte;Envoi\nA;02/09/2026\n"
    write("MSS_1.csv", content, written=datetime(2026, 11, 1, 6, tzinfo=UTC).timestamp())
    assert run(ask("fichiers", [jeu])).etablissements[0].comptes[Compte.MESSAGES_MSS] == 1
    write("MSS_1.csv", content, written=datetime(2026, 10, 31, 10, tzinfo=UTC).timestamp())
    with pytest.raises(SourceError) as caught:
        run(ask("fichiers", [jeu]))
    assert caught.value.code == "export_perime"
