"""Figures: what the model refuses to hold, and the invariants that block an establishment."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from temoin_sdk.campaigns import Reglages, load_campaign
from temoin_sdk.errors import Acteur
from temoin_sdk.figures import Avertissement, Ecarte, Figures, SourceLue, check_invariants
from temoin_sdk.vocabulary import Compte, Drapeau, EtatCompte, MotifEcart, Niveau, Relation

REGLAGES = load_campaign("generalisation-2025").campagne.reglages
COHERENT = {
    Compte.PERSONNES_ACCOMPAGNEES: 100,
    Compte.PERSONNES_ELIGIBLES: 95,
    Compte.DOSSIERS_ACTIFS: 90,
    Compte.DOSSIERS_ACTIFS_PROJET: 80,
    Compte.DOSSIERS_ACTIFS_AGENDA: 85,
    Compte.MESSAGES_MSS: 400,
    Compte.DMP_ALIMENTES: 70,
    Compte.DOCUMENTS_DMP: 210,
    Compte.PRESCRIPTIONS_IMPORTEES: 12,
    Compte.ECHANGES_EPARCOURS: 3,
}


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "finess": "010780054",
        "comptes": dict(COHERENT),
        "etats": dict.fromkeys(Compte, EtatCompte.FOURNI),
        "niveaux": dict.fromkeys(Compte, Niveau.FAITS),
        "drapeaux": (),
        "exclus": {"refus_usager": 5},
        "messages_mss_professionnels": 300,
        "messages_mss_usagers": 100,
        "feuilles": 100,
        "racine": "0" * 64,
        "feuilles_jours": 12,
        "racine_jours": "f" * 64,
        **changes,
    }


def figures(**comptes: int | None) -> Figures:
    """Coherent figures with some counts changed; a null one is not supplied."""
    changed = {**COHERENT, **{Compte(nom): valeur for nom, valeur in comptes.items()}}
    missing = {compte for compte, valeur in changed.items() if valeur is None}
    return Figures(
        **fields(
            comptes=changed,
            etats={c: EtatCompte.NON_FOURNI if c in missing else EtatCompte.FOURNI for c in Compte},
            niveaux={c: Niveau.FAITS for c in Compte if c not in missing},
        )
    )


def reglages(**changes: object) -> Reglages:
    return REGLAGES.model_copy(update=changes)


def test_coherent_figures_break_nothing_and_survive_json() -> None:
    coherent = figures()
    assert check_invariants(coherent, REGLAGES) == ()
    assert Figures.model_validate_json(coherent.model_dump_json()) == coherent


@pytest.mark.parametrize(
    ("compte", "valeur", "names"),
    [
        ("dossiers_actifs", 101, ("dossiers actifs (101)", "personnes accompagnées (100)")),
        ("dossiers_actifs_projet", 91, ("projet personnalisé (91)", "dossiers actifs (90)")),
        ("dossiers_actifs_agenda", 91, ("événement d'agenda (91)", "dossiers actifs (90)")),
        ("personnes_eligibles", 101, ("personnes éligibles (101)", "personnes accompagnées (100)")),
        ("dmp_alimentes", 96, ("DMP alimentés (96)", "personnes éligibles (95)")),
    ],
)
def test_a_part_above_its_whole_is_a_breach_naming_both(compte: str, valeur: int, names: tuple[str, str]) -> None:
    (breach,) = check_invariants(figures(**{compte: valeur}), REGLAGES)
    assert breach.code == f"{compte}_superieur"
    assert all(name in breach.message for name in names)
    assert breach.comptes[0] == compte
    assert check_invariants(figures(**{compte: valeur - 1}), REGLAGES) == ()


def test_every_breach_is_told_at_once() -> None:
    assert len(check_invariants(figures(dossiers_actifs=101, dmp_alimentes=96), REGLAGES)) == 2


@pytest.mark.parametrize("compte", list(Compte))
def test_a_negative_count_is_a_breach_whatever_the_campaign(compte: Compte) -> None:
    codes = [breach.code for breach in check_invariants(figures(**{compte: -1}), reglages(invariants=False))]
    assert codes == [f"{compte}_negatif"]


def test_null_counts_contradict_nothing() -> None:
    assert check_invariants(figures(personnes_accompagnees=None, dossiers_actifs=None), REGLAGES) == ()


def test_deposits_for_anyone_may_exceed_eligible_persons() -> None:
    beyond = figures(dmp_alimentes=120)
    assert len(check_invariants(beyond, REGLAGES)) == 1
    assert check_invariants(beyond, reglages(dmp="sans_condition")) == ()


def test_messages_may_exceed_persons() -> None:
    assert check_invariants(figures(messages_mss=10_000, documents_dmp=10_000), REGLAGES) == ()


def test_a_campaign_without_invariants_accepts_contradictions() -> None:
    assert check_invariants(figures(dossiers_actifs=101), reglages(invariants=False)) == ()


@given(st.lists(st.integers(0, 5), min_size=5, max_size=5))
def test_breaches_are_exactly_the_broken_inclusions(valeurs: list[int]) -> None:
    noms = [
        "personnes_accompagnees",
        "personnes_eligibles",
        "dossiers_actifs",
        "dossiers_actifs_projet",
        "dmp_alimentes",
    ]
    personnes, eligibles, actifs, projet, dmp = valeurs
    drawn = figures(**dict(zip(noms, valeurs, strict=True)), dossiers_actifs_agenda=0)
    found = {breach.code for breach in check_invariants(drawn, REGLAGES)}
    expected = {
        "dossiers_actifs_superieur": actifs > personnes,
        "personnes_eligibles_superieur": eligibles > personnes,
        "dossiers_actifs_projet_superieur": projet > actifs,
        "dmp_alimentes_superieur": dmp > eligibles,
    }
    assert found == {code for code, broken in expected.items() if broken}


@pytest.mark.parametrize(
    "changes",
    [
        {"comptes": {Compte.DOSSIERS_ACTIFS: 1}},
        {"comptes": {**COHERENT, Compte.MESSAGES_MSS: None}},
        {"comptes": {**COHERENT, Compte.MESSAGES_MSS: True}},
        {"comptes": {**COHERENT, Compte.MESSAGES_MSS: 4.0}},
        {"comptes": {**COHERENT, Compte.MESSAGES_MSS: 2**53}},
        {"etats": {**dict.fromkeys(Compte, EtatCompte.FOURNI), Compte.MESSAGES_MSS: EtatCompte.BLOQUE}},
        {"niveaux": {}},
        {"drapeaux": (Drapeau.MSS_PARTAGEE, Drapeau.AUTEUR_INCONNU)},
        {"drapeaux": (Drapeau.MSS_PARTAGEE, Drapeau.MSS_PARTAGEE)},
        {"exclus": {"parce_que": 1}},
        {"exclus": {"refus_usager": -1}},
        {"finess": "10780054"},
        {"feuilles": -1},
        {"racine": "0" * 63},
        {"racine": "A" * 64},
        {"racine_jours": "0" * 64 + "\n"},
        {"nom_de_l_usager": "Untel"},
    ],
    ids=str,
)
def test_figures_that_cannot_be_meant_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Figures(**fields(**changes))


def test_figures_never_change_once_counted() -> None:
    with pytest.raises(ValidationError):
        figures().feuilles = 0  # type: ignore[misc]  # what must be refused
    (breach,) = check_invariants(figures(dossiers_actifs=101), REGLAGES)
    with pytest.raises(AttributeError):
        breach.code = ""  # type: ignore[misc]  # what must be refused


def test_the_largest_integer_is_the_one_every_json_reader_keeps() -> None:
    assert figures(messages_mss=2**53 - 1).comptes[Compte.MESSAGES_MSS] == 9_007_199_254_740_991


def test_a_null_count_has_no_level_of_proof() -> None:
    etats = {**dict.fromkeys(Compte, EtatCompte.FOURNI), Compte.MESSAGES_MSS: EtatCompte.NON_FOURNI}
    with pytest.raises(ValidationError, match="niveau de preuve"):
        Figures(**fields(comptes={**COHERENT, Compte.MESSAGES_MSS: None}, etats=etats))


def test_a_source_is_named_by_bounded_words() -> None:
    source: dict[str, Any] = {
        "source": "dui",
        "plugin": "temoin-editor-sample",
        "plugin_version": "0.1.0",
        "contrat": 1,
        "logiciel": "Lumen DUI",
        "logiciel_version": None,
        "espace_usagers": "lumen.resident",
        "niveau": Niveau.FAITS,
        "relations": (Relation.SEJOURS,),
        "empreinte_requetes": "0" * 64,
        "instantane": True,
        "fusions": 0,
    }
    assert SourceLue(**source).certificat is None
    assert SourceLue(**{**source, "logiciel": "x" * 120}).logiciel == "x" * 120
    for change in ({"logiciel": ""}, {"logiciel": "x" * 121}, {"contrat": 0}, {"fusions": -1}):
        with pytest.raises(ValidationError):
            SourceLue(**{**source, **change})


def test_what_is_set_aside_or_warned_about_says_who_acts() -> None:
    said: dict[str, Any] = {"message": "Un site est inconnu.", "remede": "Le déclarer.", "acteur": Acteur.GESTIONNAIRE}
    assert Ecarte(finess="010780054", motif=MotifEcart.SOURCE_ILLISIBLE, **said).acteur is Acteur.GESTIONNAIRE
    assert Avertissement(code="site_inconnu", **said).finess is None
