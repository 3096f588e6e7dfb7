"""Who is missing from a numerator, and the sentence a gestionnaire acts on; nothing else of a person is in it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract import DepotDmp, Evenement, Identite, Jour, Logiciel, MiseAJour, Projet, RecordSource, Sejour
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.conventions import Convention
from temoin_sdk.counting import Demande, EtablissementDemande, SourceDemande
from temoin_sdk.explaining import Absente, explain
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre

FINESS = "010780054"
CAMPAGNE = load_campaign("generalisation-2025").campagne
DEDANS = "2026-09-15"
Missing = Callable[..., tuple[Absente, ...] | None]


@pytest.fixture
def missing(tmp_path: Path) -> Missing:
    """Who is missing, with person 1 present all along and up to date, and these rows besides."""

    def call(code: str, sortie: str | None = None, reglages: dict[str, Any] | None = None, **more: list[Any]) -> Any:
        rows: dict[Relation, list[Any]] = {
            Relation.SEJOURS: [Sejour("A", 1, "2026-01-01", sortie)],
            Relation.MISES_A_JOUR: [MiseAJour("A", 1, "2026-08-02")],
            Relation.PROJETS: [],
            Relation.EVENEMENTS: [],
            Relation.DEPOTS_DMP: [],
        }
        for name, given in more.items():
            rows[Relation(name)] = given
        members: dict[str, Any] = {
            "nom": "essai",
            "logiciel": Logiciel("Essai", "1"),
            "espace_usagers": "essai.usager",
            "dates": Jour(),
            "etablissements": lambda self: ["A", "A2"],
            **{r.value: _method(r, given) for r, given in rows.items()},
        }
        classe = type("Essai", (RecordSource,), members)
        campagne = CAMPAGNE.model_copy(update={"reglages": CAMPAGNE.reglages.model_copy(update=reglages or {})})
        demande = Demande(
            fenetre=Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1)),
            campagne=campagne,
            ej="010000024",
            projet="essai",
            etablissements=(EtablissementDemande(finess=FINESS, fuseau="Europe/Paris"),),
            fuseau_og="Europe/Paris",
            sources=(
                SourceDemande(nom="essai", plugin="essai", reglages={}, sites=dict.fromkeys(("A", "A2"), FINESS)),
            ),
            cle_pseudonyme=b"p" * 32,
            cle_site=b"s" * 32,
            dossier=tmp_path,
        )
        catalogue = Catalogue({"essai": FoundSource(classe, "essai", "1")}, {})
        convention = Convention(code="essai", campagne="generalisation-2025")
        return explain(demande, FINESS, code, convention, frozenset(), catalogue).personnes

    return call


def _method(relation: Relation, rows: list[Any]) -> Any:
    return (lambda self: iter(rows)) if relation is Relation.IDENTITES else (lambda self, periode: iter(rows))


def said(found: tuple[Absente, ...] | None) -> tuple[str, str]:
    """The rule and the sentence of the only person."""
    assert found is not None
    [one] = found
    assert one.usagers == ("1",)
    return one.regle, one.pourquoi


@pytest.mark.parametrize(
    ("rows", "regle", "pourquoi"),
    [
        ([], "aucune_mise_a_jour", "aucune mise à jour par une personne dans la fenêtre"),
        (
            [MiseAJour("A", 1, "2026-06-12"), MiseAJour("A", 1, "2025-01-01"), MiseAJour("A", 1, "2026-11-03")],
            "aucune_mise_a_jour",
            "aucune mise à jour par une personne dans la fenêtre (la dernière avant elle : le 12 juin 2026)",
        ),
        (
            [MiseAJour("A", 1, "2026-06-12", "automate"), MiseAJour("A", 1, "2026-11-01")],
            "aucune_mise_a_jour",
            "aucune mise à jour par une personne dans la fenêtre (seulement après elle : le 1er novembre 2026)",
        ),
        (
            [MiseAJour("A", 1, "12/06/2026")],
            "aucune_mise_a_jour",
            "aucune mise à jour par une personne dans la fenêtre (une date est illisible)",
        ),
        (
            [MiseAJour("A", 1, DEDANS, "automate"), MiseAJour("A", 1, "2026-09-03", "automate")],
            "automates_seuls",
            "dans la fenêtre, seulement des écritures automatiques (import, facturation…), "
            "la dernière le 15 septembre 2026",
        ),
        (
            [MiseAJour("A", 1, DEDANS, "robot")],
            "auteur_inconnu",
            "dans la fenêtre, l'auteur des écritures n'est ni « humain » ni « automate »",
        ),
    ],
)
def test_why_a_record_is_not_active(missing: Missing, rows: list[Any], regle: str, pourquoi: str) -> None:
    assert said(missing("taux_dossiers_actifs", mises_a_jour=rows)) == (regle, pourquoi)
    assert said(missing("nb_dossiers_actifs", mises_a_jour=rows)) == (regle, pourquoi), "a number too has its persons"


LAST = "le dernier jour de la fenêtre"


@pytest.mark.parametrize(
    ("rows", "regle", "pourquoi"),
    [
        ([], "aucun_projet", "aucun projet personnalisé"),
        (
            [Projet("A", 1, "actif", None, "2026-10-30"), Projet("A", 1, "termine", "2026-10-31")],
            "projet_termine",
            f"projet terminé le 30 octobre 2026, avant {LAST}",
        ),
        (
            [Projet("A", 1, "actif", None, "2026-03-02")],
            "projet_termine",
            f"projet terminé le 2 mars 2026, avant {LAST}",
        ),
        (
            [Projet("A", 1, "actif", "2026-11-01")],
            "projet_a_venir",
            f"projet commencé le 1er novembre 2026, après {LAST}",
        ),
        (
            [Projet("A", 1, "suspendu", DEDANS)],
            "projet_suspendu",
            f"projet suspendu depuis le 15 septembre 2026, encore {LAST}",
        ),
        ([Projet("A", 1, "termine", DEDANS)], "projet_termine", "projet terminé depuis le 15 septembre 2026"),
        (
            [Projet("A", 1, "termine", "2026-09-01"), Projet("A", 1, "suspendu", DEDANS)],
            "projet_suspendu",
            f"projet suspendu depuis le 15 septembre 2026, encore {LAST}",
        ),
        ([Projet("A", 1, "annule", DEDANS)], "projet_annule", "projet annulé"),
        ([Projet("A", 1, "brouillon")], "statut_inconnu", "un projet existe, mais son statut est inconnu ou absent"),
        ([Projet("A", 1, "actif", "30/02")], "date_illisible", "un projet existe, mais une de ses dates est illisible"),
    ],
)
def test_why_a_record_has_no_project(missing: Missing, rows: list[Any], regle: str, pourquoi: str) -> None:
    assert said(missing("taux_projet_personnalise", projets=rows)) == (regle, pourquoi)


def test_the_day_that_counts_is_that_of_the_exit(missing: Missing) -> None:
    rows = [Projet("A", 1, "actif", None, "2026-08-15")]
    assert said(missing("taux_projet_personnalise", "2026-08-16", projets=rows)) == (
        "projet_termine",
        "projet terminé le 15 août 2026, avant le jour de la sortie (16 août 2026)",
    )
    assert said(missing("taux_projet_personnalise", "2026-08-16"))[1] == (
        "aucun projet personnalisé ; sortie le 16 août 2026"
    )


def test_with_un_jour_the_whole_window_is_meant(missing: Missing) -> None:
    rows = [Projet("A", 1, "actif", None, "2026-07-31")]
    found = missing("taux_projet_personnalise", None, {"projet": "un_jour"}, projets=rows)
    assert said(found) == ("projet_termine", "projet terminé le 31 juillet 2026, avant la fenêtre")


@pytest.mark.parametrize(
    ("rows", "pourquoi"),
    [
        ([], "aucun événement dans la fenêtre"),
        (
            [Evenement("A", 1, "2026-07-31")],
            "aucun événement dans la fenêtre (le dernier avant elle : le 31 juillet 2026)",
        ),
        ([Evenement("A", 1, DEDANS, "annule")], "tous ses événements dans la fenêtre sont annulés"),
        ([Evenement("A", 1, DEDANS, "reporte")], "ses événements dans la fenêtre ont un statut inconnu"),
    ],
)
def test_why_the_agenda_does_not_count(missing: Missing, rows: list[Any], pourquoi: str) -> None:
    assert said(missing("taux_evenement_agenda", evenements=rows))[1] == pourquoi


def test_why_a_dmp_was_not_fed(missing: Missing) -> None:
    rows = [DepotDmp("A", 1, "2026-06-30")]
    assert said(missing("taux_dmp", depots_dmp=rows)) == (
        "aucun_depot",
        "aucun dépôt au DMP dans la fenêtre (le dernier avant elle : le 30 juin 2026)",
    )


def test_a_person_is_named_by_every_identifier_and_site_that_is_hers(missing: Missing) -> None:
    found = missing(
        "taux_dossiers_actifs",
        sejours=[Sejour("A", 9, "2026-01-01"), Sejour("A2", 10, "2026-01-01"), Sejour("A", 2, "2026-01-01")],
        mises_a_jour=[],
        identites=[Identite("essai.usager", 9, "essai.usager", 10)],
    )
    assert found is not None
    assert [(one.usagers, one.sites) for one in found] == [(("2",), ("A",)), (("10", "9"), ("A", "A2"))]


def test_nobody_is_named_for_what_has_no_persons(missing: Missing) -> None:
    assert missing("taux_dossiers_actifs") == ()
    assert missing("nb_eprescription") is None
