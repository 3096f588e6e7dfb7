"""Rates: exact comparison, truncation for people, states that are never 0 nor 100, and the project's line."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from temoin_sdk.campaigns import Campagne, load_campaign
from temoin_sdk.conventions import Convention
from temoin_sdk.rates import (
    Indicateur,
    IndicateurEnsemble,
    compute_ensemble,
    compute_indicateurs,
    exempt_indicateurs,
    format_nombre,
    format_pourcent,
    format_taux,
    is_attained,
    retained,
)
from temoin_sdk.vocabulary import Compte, EtatCompte, EtatIndicateur, Secteur

AMORCAGE = load_campaign("amorcage-2021-grand-est").campagne
GENERALISATION = load_campaign("generalisation-2025").campagne
CONVENTION = Convention(code="projet-essai", campagne="generalisation-2025")
GOOD: Mapping[Compte, int | None] = {
    Compte.PERSONNES_ACCOMPAGNEES: 10_000,
    Compte.PERSONNES_ELIGIBLES: 100,
    Compte.DOSSIERS_ACTIFS: 8_999,
    Compte.DOSSIERS_ACTIFS_PROJET: 8_999,
    Compte.DOSSIERS_ACTIFS_AGENDA: 0,
    Compte.MESSAGES_MSS: 250,
    Compte.DMP_ALIMENTES: 70,
    Compte.DOCUMENTS_DMP: 300,
    Compte.PRESCRIPTIONS_IMPORTEES: 12,
    Compte.ECHANGES_EPARCOURS: 0,
}
COUNTS = st.integers(0, 2**53 - 1)
CIBLES = st.integers(1, 20_000).map(lambda hundredths: f"{(Decimal(hundredths) / 100).normalize():f}")
A, NA = EtatIndicateur.ATTEINT, EtatIndicateur.NON_ATTEINT
MISSING = (EtatCompte.NON_FOURNI, EtatCompte.INCONNU_DE_LA_SOURCE, EtatCompte.BLOQUE)


def compute(
    campagne: Campagne = GENERALISATION,
    convention: Convention = CONVENTION,
    exempts: frozenset[str] = frozenset(),
    etats: Mapping[Compte, EtatCompte] | None = None,
    **comptes: int | None,
) -> tuple[Indicateur, ...]:
    changed = {**GOOD, **{Compte(nom): valeur for nom, valeur in comptes.items()}}
    states = {c: EtatCompte.NON_FOURNI if changed[c] is None else EtatCompte.FOURNI for c in Compte}
    return compute_indicateurs(changed, {**states, **(etats or {})}, campagne, convention, exempts)


def one(code: str, **changes: Any) -> Indicateur:
    return next(indicateur for indicateur in compute(**changes) if indicateur.code == code)


def pooled(code: str, lines: list[tuple[Indicateur, ...]], total: int, **facts: Any) -> IndicateurEnsemble:
    convention = Convention(code="projet-essai", campagne="generalisation-2025", **facts)
    ensemble = compute_ensemble(lines, total, GENERALISATION, convention)
    return next(indicateur for indicateur in ensemble if indicateur.code == code)


def test_truncated_never_rounded() -> None:
    found = one("taux_dossiers_actifs")
    assert (found.numerateur, found.denominateur, found.taux, found.cible) == (8_999, 10_000, "89.99", "90")
    assert found.etat is NA
    assert format_taux(found) == "89,99\u00a0% (8\u202f999/10\u202f000)"


def test_exactly_the_target_is_reached() -> None:
    assert one("taux_dossiers_actifs", dossiers_actifs=9_000).etat is A
    assert one("taux_dmp").etat is A
    assert one("taux_dmp", dmp_alimentes=69).etat is NA


def test_all_codes_in_the_order_of_the_campaign() -> None:
    assert tuple(indicateur.code for indicateur in compute()) == GENERALISATION.codes


def test_mss_may_exceed_a_hundred_per_cent() -> None:
    found = one("taux_mss")
    assert (found.taux, found.etat) == ("250.00", A)


def test_zero_over_something_is_a_rate() -> None:
    found = one("taux_evenement_agenda")
    assert (found.taux, found.etat) == ("0.00", NA)


@given(COUNTS, COUNTS.filter(bool), CIBLES)
def test_what_is_shown_looks_attained_exactly_when_it_is(numerateur: int, denominateur: int, cible: str) -> None:
    convention = Convention(code="p", campagne="generalisation-2025", cibles={"taux_mss": cible})
    found = one("taux_mss", convention=convention, messages_mss=numerateur, personnes_eligibles=denominateur)
    exact = Fraction(100 * numerateur, denominateur)
    assert found.taux is not None
    assert Fraction(found.taux) <= exact < Fraction(found.taux) + Fraction(1, 100)
    assert (Fraction(found.taux) >= Fraction(cible)) == (exact >= Fraction(cible)) == (found.etat is A)


@given(st.integers(1, 10**6), CIBLES)
def test_the_edge_of_the_target_is_exact(denominateur: int, cible: str) -> None:
    least = -(-Fraction(cible) * denominateur // 100)
    assert is_attained(int(least), denominateur, cible)
    assert not is_attained(int(least) - 1, denominateur, cible)


@pytest.mark.parametrize("missing", ["messages_mss", "personnes_eligibles"])
def test_a_missing_count_is_not_a_zero(missing: str) -> None:
    found = one("taux_mss", **{missing: None})
    assert (found.taux, found.etat) == (None, EtatIndicateur.NON_FOURNI)
    assert format_taux(found) == "non fourni"


@pytest.mark.parametrize("etat", MISSING)
def test_every_state_that_is_not_supplied_hides_the_number(etat: EtatCompte) -> None:
    found = one("taux_mss", etats={Compte.MESSAGES_MSS: etat})
    assert (found.numerateur, found.denominateur, found.etat) == (None, 100, EtatIndicateur.NON_FOURNI)


def test_nobody_is_not_measurable() -> None:
    found = one("taux_mss", personnes_eligibles=0, messages_mss=0)
    assert (found.numerateur, found.denominateur, found.taux) == (0, 0, None)
    assert found.etat is EtatIndicateur.NON_MESURABLE
    assert format_taux(found) == "non mesurable (0/0)"


def test_exempt_figures_are_shown_and_not_judged() -> None:
    found = one("taux_mss", exempts=frozenset({"taux_mss"}))
    assert (found.numerateur, found.taux, found.etat) == (250, "250.00", EtatIndicateur.SANS_OBJET)
    assert one("taux_mss", exempts=frozenset({"taux_mss"}), messages_mss=None).etat is EtatIndicateur.SANS_OBJET


def test_numbers_without_target_are_only_measured() -> None:
    found = one("nb_dossiers_actifs")
    assert found == Indicateur(
        code="nb_dossiers_actifs",
        numerateur=8_999,
        denominateur=None,
        taux=None,
        cible=None,
        etat=EtatIndicateur.SANS_CIBLE,
    )
    assert format_taux(found) == "8\u202f999"
    assert one("nb_eprescription", prescriptions_importees=None).etat is EtatIndicateur.NON_FOURNI
    assert format_taux(one("nb_eprescription", prescriptions_importees=None)) == "non fourni"


@pytest.mark.parametrize(("cible", "etat"), [("12", A), ("11.5", A), ("12.01", NA), ("13", NA)])
def test_a_project_may_set_a_target_on_a_number(cible: str, etat: EtatIndicateur) -> None:
    convention = Convention(code="p", campagne="generalisation-2025", cibles={"nb_eprescription": cible})
    found = one("nb_eprescription", convention=convention)
    assert (found.cible, found.etat) == (cible, etat)


def test_the_target_of_the_convention_prevails() -> None:
    convention = Convention(code="p", campagne="generalisation-2025", cibles={"taux_dossiers_actifs": "89.99"})
    assert one("taux_dossiers_actifs", convention=convention).etat is A


def test_socle_criteria_not_chosen_are_not_computed() -> None:
    chosen = Convention(code="p", campagne=AMORCAGE.code, indicateurs=("nb_mss", "nb_documents_dmp"))
    codes = [definition.code for definition in retained(AMORCAGE, chosen)]
    assert codes == [
        "nb_dossiers_actifs",
        "taux_dossiers_actifs",
        "taux_projet_personnalise",
        "taux_evenement_agenda",
        "nb_mss",
        "nb_documents_dmp",
    ]
    found = {indicateur.code: indicateur for indicateur in compute(campagne=AMORCAGE, convention=chosen)}
    assert list(found) == codes
    assert found["nb_documents_dmp"].numerateur == 300
    assert {indicateur.etat for indicateur in found.values()} == {EtatIndicateur.SANS_CIBLE}


@pytest.mark.parametrize(
    ("secteur", "projet", "exempts"),
    [
        (Secteur.PJM, {Secteur.PJM}, {"taux_mss", "taux_dmp"}),
        (Secteur.PJM, {Secteur.PJM, Secteur.PA}, set()),
        (Secteur.PJM, {Secteur.PJM, None}, set()),
        (Secteur.PA, {Secteur.PJM}, set()),
        (Secteur.PA, {Secteur.PA}, set()),
        (None, {Secteur.PJM}, set()),
        (None, {None}, set()),
    ],
)
def test_a_project_wholly_of_pjm_is_exempt_and_no_other(
    secteur: Secteur | None, projet: set[Secteur | None], exempts: set[str]
) -> None:
    assert exempt_indicateurs(GENERALISATION, secteur, projet) == exempts


def test_an_exemption_may_follow_the_establishment_alone() -> None:
    (exemption,) = GENERALISATION.exemptions
    alone = exemption.model_copy(update={"projet_entier": False})
    campagne = GENERALISATION.model_copy(update={"exemptions": (alone,)})
    assert exempt_indicateurs(campagne, Secteur.PJM, {Secteur.PJM, Secteur.PA}) == {"taux_mss", "taux_dmp"}
    assert exempt_indicateurs(campagne, Secteur.PA, {Secteur.PJM, Secteur.PA}) == frozenset()


def test_silent_missing_and_empty_establishments_count_as_not_reached() -> None:
    lines = [
        compute(messages_mss=90, personnes_eligibles=100),
        compute(messages_mss=10, personnes_eligibles=100),
        compute(messages_mss=None),
        compute(messages_mss=0, personnes_eligibles=0),
    ]
    found = pooled("taux_mss", lines, 6)
    assert (found.atteints, found.total, found.mesures) == (1, 6, 2)
    assert (found.numerateur, found.denominateur, found.taux, found.etat) == (100, 200, "50.00", NA)


def test_exempt_establishments_are_out_of_scope() -> None:
    exempt = compute(exempts=frozenset({"taux_mss"}))
    found = pooled("taux_mss", [exempt, compute(messages_mss=7, personnes_eligibles=10)], 3)
    assert (found.numerateur, found.denominateur, found.atteints, found.total) == (7, 10, 1, 2)
    alone = pooled("taux_mss", [exempt, exempt], 2)
    assert (alone.etat, alone.numerateur, alone.total) == (EtatIndicateur.SANS_OBJET, None, 0)
    assert pooled("taux_mss", [exempt], 2).etat is EtatIndicateur.NON_FOURNI


def test_nothing_measured_is_said_as_such() -> None:
    assert pooled("taux_mss", [], 3).etat is EtatIndicateur.NON_FOURNI
    assert pooled("taux_mss", [compute(messages_mss=None)], 3).etat is EtatIndicateur.NON_FOURNI
    empty = pooled("taux_mss", [compute(personnes_eligibles=0), compute(messages_mss=None)], 2)
    assert (empty.etat, empty.numerateur, empty.denominateur, empty.taux) == (
        EtatIndicateur.NON_MESURABLE,
        None,
        None,
        None,
    )


def test_numbers_add_up() -> None:
    found = pooled("nb_dossiers_actifs", [compute(), compute(dossiers_actifs=1), compute(dossiers_actifs=None)], 3)
    assert (found.numerateur, found.denominateur, found.mesures) == (9_000, None, 2)
    assert found.etat is EtatIndicateur.SANS_CIBLE
    assert format_taux(found) == "9\u202f000"


@pytest.mark.parametrize("decision", ["chaque_etablissement", "ensemble"])
def test_a_number_is_judged_where_its_target_stands(decision: str) -> None:
    """A target on a sum cannot mean both each establishment and all of them: 12 + 12 is judged once."""
    facts = {"decision": decision, "cibles": {"nb_eprescription": "20"}}
    convention = Convention.model_validate({"code": "p", "campagne": "generalisation-2025", **facts})
    line = compute(convention=convention)
    each = next(indicateur for indicateur in line if indicateur.code == "nb_eprescription")
    whole = pooled("nb_eprescription", [line, line], 2, **facts)
    expected = (NA, EtatIndicateur.SANS_CIBLE) if decision == "chaque_etablissement" else (EtatIndicateur.SANS_CIBLE, A)
    assert (each.etat, whole.etat) == expected
    assert one("taux_mss", convention=convention).cible == "70"


@given(st.lists(st.tuples(st.none() | st.integers(0, 50), st.integers(0, 50)), max_size=8), st.integers(0, 4))
def test_the_project_line_adds_what_was_measured(pairs: list[tuple[int | None, int]], silent: int) -> None:
    lines = [compute(messages_mss=messages, personnes_eligibles=eligibles) for messages, eligibles in pairs]
    found = pooled("taux_mss", lines, len(pairs) + silent)
    measured = [(messages, eligibles) for messages, eligibles in pairs if messages is not None and eligibles]
    assert (found.mesures, found.total) == (len(measured), len(pairs) + silent)
    assert found.atteints == sum(100 * messages >= 70 * eligibles for messages, eligibles in measured)
    if measured:
        assert (found.numerateur, found.denominateur) == tuple(map(sum, zip(*measured, strict=True)))


def test_contradictory_figures_never_look_attained() -> None:
    """Negative figures block their establishment elsewhere; recomputing them must neither crash nor please."""
    found = one("taux_dossiers_actifs", personnes_accompagnees=-5)
    assert (found.taux, found.etat) == (None, EtatIndicateur.NON_MESURABLE)
    assert one("taux_dossiers_actifs", dossiers_actifs=-5).taux is None


@pytest.mark.parametrize(
    ("texte", "shown"),
    [("90", "90\u00a0%"), ("62.5", "62,5\u00a0%"), ("0.07", "0,07\u00a0%"), ("12345.00", "12\u202f345,00\u00a0%")],
)
def test_per_cents_as_the_french_write_them(texte: str, shown: str) -> None:
    assert format_pourcent(texte) == shown


def test_thousands_as_the_french_write_them() -> None:
    assert [format_nombre(n) for n in (0, 999, 1_000, 1_234_567)] == ["0", "999", "1\u202f000", "1\u202f234\u202f567"]


@pytest.mark.parametrize(
    "change",
    [{"taux": "89.9"}, {"taux": "89,99"}, {"taux": 89.99}, {"numerateur": 1.0}, {"etat": "bon"}, {"cible": "90.0"}],
)
def test_an_indicator_holds_exact_text_only(change: dict[str, Any]) -> None:
    fields = one("taux_mss").model_dump()
    Indicateur.model_validate(fields)
    with pytest.raises(ValidationError):
        Indicateur.model_validate({**fields, **change})


def test_an_indicator_never_changes() -> None:
    with pytest.raises(ValidationError):
        one("taux_mss").taux = "100.00"  # type: ignore[misc]  # what must be refused
