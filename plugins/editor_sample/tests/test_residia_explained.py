"""The sample's persons at the edges, explained: who is named, who is not, and why."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from temoin_sdk.cli import app
from temoin_sdk.cli.running import execute

INDICATEURS = (
    "taux_dossiers_actifs",
    "taux_projet_personnalise",
    "taux_evenement_agenda",
    "taux_mss",
    "taux_dmp",
    "nb_eprescription",
    "nb_eparcours",
)
Explain = Callable[..., str]


@pytest.fixture(scope="module")
def seen() -> dict[tuple[str, ...], str]:
    """What was said already: many persons are looked for in the same list."""
    return {}


@pytest.fixture
def explained(residia: Path, capsys: pytest.CaptureFixture[str], seen: dict[tuple[str, ...], str]) -> Explain:
    """What the command says of a site, folded lines joined."""

    def call(indicateur: str, site: str, *more: str, fuseau: str = "Europe/Paris") -> str:
        asked = (indicateur, site, *more, fuseau)
        if asked in seen:
            return seen[asked]
        words = ["explain", indicateur, "--plugin", "residia", "--url", f"sqlite:///{residia}", "--site", site]
        capsys.readouterr()
        code = execute(app, "temoin-sdk", [*words, "--date", "2026-11-01", "--fuseau", fuseau, *more])
        said = capsys.readouterr()
        assert code == 0, said.err
        seen[asked] = re.sub(r"\s+", " ", said.out)
        return seen[asked]

    return call


def number_of(connexion: sqlite3.Connection, site: str, prenom: str) -> int:
    """The identifier of one of the persons placed at an edge."""
    [(number,)] = connexion.execute(
        "SELECT DISTINCT r.id FROM resident r JOIN sejour s ON s.resident_id = r.id JOIN etablissement e "
        "ON e.id = s.etablissement_id WHERE r.nom_naissance = 'Lisière' AND r.prenom = ? AND e.code_interne = ?",
        (prenom, site),
    ).fetchall()
    return int(number)


NO_UPDATE = "aucune mise à jour par une personne dans la fenêtre"
NO_EVENT = "aucun événement dans la fenêtre"
CANCELLED = "tous ses événements dans la fenêtre sont annulés"
MACHINES = "dans la fenêtre, seulement des écritures automatiques (import, facturation…), la dernière le 2 août 2026"
EXIT = "projet terminé le 15 août 2026, avant le jour de la sortie (16 août 2026)"


@pytest.mark.parametrize(
    ("indicateur", "prenom", "pourquoi"),
    [
        ("dossiers_actifs", "Veille-Minuit", f"{NO_UPDATE} (la dernière avant elle : le 31 juillet 2026)"),
        ("dossiers_actifs", "Lendemain-Minuit", f"{NO_UPDATE} (seulement après elle : le 1er novembre 2026)"),
        ("dossiers_actifs", "Machine-Seule", MACHINES),
        ("dossiers_actifs", "Facture-Seule", MACHINES),
        ("dossiers_actifs", "Lecture-Seule", NO_UPDATE),
        (
            "projet_personnalise",
            "Projet-Clos-Dernier-Jour",
            "projet terminé le 30 octobre 2026, avant le dernier jour de la fenêtre",
        ),
        ("projet_personnalise", "Projet-Clos-Avant-Départ", EXIT),
        ("projet_personnalise", "Sortie-Premier-Jour", "aucun projet personnalisé ; sortie le 1er août 2026"),
        ("evenement_agenda", "Agenda-Veille", f"{NO_EVENT} (le dernier avant elle : le 31 juillet 2026)"),
        ("evenement_agenda", "Agenda-Annulé", CANCELLED),
        ("evenement_agenda", "Agenda-Retirée", CANCELLED),
        ("dmp", "Dépôt-En-Erreur", "aucun dépôt au DMP dans la fenêtre"),
    ],
)
def test_a_person_at_an_edge_is_named_with_her_reason(
    explained: Explain, connexion: sqlite3.Connection, indicateur: str, prenom: str, pourquoi: str
) -> None:
    said = explained(f"taux_{indicateur}", "ESA-HOR", "--personnes", "--hors-terminal")
    assert f" {number_of(connexion, 'ESA-HOR', prenom)} {pourquoi} " in said.split("Pourquoi")[1]


@pytest.mark.parametrize(
    ("indicateur", "prenom"),
    [
        ("taux_dossiers_actifs", "Premier-Minuit"),
        ("taux_dossiers_actifs", "Dernier-Minuit"),
        ("taux_dossiers_actifs", "Sortie-Veille"),
        ("taux_dossiers_actifs", "Entrée-Lendemain"),
        ("taux_projet_personnalise", "Projet-Clos-Lendemain"),
        ("taux_projet_personnalise", "Projet-À-Signer"),
        ("taux_projet_personnalise", "Projet-Jusqu'Au-Départ"),
        ("taux_projet_personnalise", "Machine-Seule"),
        ("taux_evenement_agenda", "Agenda-Premier-Jour"),
        ("taux_evenement_agenda", "Agenda-Dernier-Jour"),
        ("taux_dmp", "Dépôt-Malgré-Refus"),
    ],
)
def test_a_person_who_counts_or_is_in_no_denominator_is_not_named(
    explained: Explain, connexion: sqlite3.Connection, indicateur: str, prenom: str
) -> None:
    said = explained(indicateur, "ESA-HOR", "--personnes", "--hors-terminal").split("Pourquoi")[1]
    assert not re.search(rf" {number_of(connexion, 'ESA-HOR', prenom)} (?!octobre|août|juillet)", said)


def test_merged_files_are_one_person_with_all_her_numbers(explained: Explain) -> None:
    said = explained("taux_projet_personnalise", "ESA-HOR", "--personnes", "--hors-terminal")
    assert "autre identifiant de la même personne (dossiers réunis) −1" in said
    assert re.search(r"\d+ \(réuni avec \d+, \d+\) aucun projet personnalisé", said)


@pytest.mark.parametrize("indicateur", INDICATEURS)
@pytest.mark.parametrize(
    ("site", "fuseau"), [("MEC-ZET", "Indian/Reunion"), ("SSI-MAY", "Indian/Mayotte"), ("SAD-LUN", "Europe/Paris")]
)
def test_every_indicator_is_explained_as_it_is_counted(
    explained: Explain, indicateur: str, site: str, fuseau: str
) -> None:
    said = explained(indicateur, site, fuseau=fuseau)
    assert "Vérifié : le calcul (« temoin compute ») trouve la même chose" in said
    assert "ÉCART" not in said
