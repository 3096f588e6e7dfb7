"""FINESS numbers as people type them: what passes, what is refused, and what the refusal proposes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from stdnum import luhn

from temoin_sdk.errors import Acteur, FinessError
from temoin_sdk.finess import SECTEURS, Finess, looks_like_siren, secteur_of, verify_finess, zone_of
from temoin_sdk.vocabulary import Secteur

VALID = {
    "010000024": "Europe/Paris",
    "010780054": "Europe/Paris",
    "2A0000014": "Europe/Paris",
    "2A0000154": "Europe/Paris",
    "2B0000020": "Europe/Paris",
    "970100400": "America/Guadeloupe",
    "970210126": "America/Martinique",
    "970300026": "America/Cayenne",
    "970400024": "Indian/Reunion",
    "980500003": "Indian/Mayotte",
    "980600027": "Pacific/Wallis",
}


@pytest.mark.parametrize(("finess", "zone"), VALID.items())
def test_real_numbers_pass_and_give_their_zone(finess: str, zone: str) -> None:
    assert verify_finess(finess) == finess
    assert zone_of(finess) == zone


def test_surrounding_white_space_is_stripped() -> None:
    assert verify_finess("  010780054\n") == "010780054"


@pytest.mark.parametrize("finess", ["2A0000155", "480787529"])
def test_wrong_key_is_refused_and_only_a_named_exception_lifts_it(finess: str) -> None:
    with pytest.raises(FinessError) as refused:
        verify_finess(finess)
    assert refused.value.code == "finess_cle"
    assert refused.value.acteur is Acteur.GESTIONNAIRE
    assert verify_finess(finess, exception=True) == finess


@pytest.mark.parametrize("text", ["", "1078005", "0107800544", "2C0000014", "A10780054", "010780O5A", "01078005४"])
def test_exception_never_lifts_the_format(text: str) -> None:
    with pytest.raises(FinessError):
        verify_finess(text, exception=True)


@pytest.mark.parametrize(
    ("typed", "code", "proposed"),
    [
        ("10780054", "finess_huit_chiffres", "010780054"),
        ("2a0000154", "finess_minuscule", "2A0000154"),
        ("2b0000020", "finess_minuscule", "2B0000020"),
        ("o10780054", "finess_lettre_o", "010780054"),
        ("01O78OO54", "finess_lettre_o", "010780054"),
        ("01 078 005 4", "finess_espaces", "010780054"),
        ("01\u202f078\u00a00054", "finess_espaces", "010780054"),
    ],
)
def test_known_slips_are_named_with_the_right_number(typed: str, code: str, proposed: str) -> None:
    with pytest.raises(FinessError) as refused:
        verify_finess(typed)
    assert refused.value.code == code
    assert proposed in refused.value.remede


def test_a_completed_number_with_a_wrong_key_is_not_proposed() -> None:
    with pytest.raises(FinessError) as refused:
        verify_finess("10780055")
    assert refused.value.code == "finess_huit_chiffres"
    assert "le numéro complet serait" not in refused.value.remede


@pytest.mark.parametrize(
    ("typed", "code"),
    [("10 780 054", "finess_huit_chiffres"), ("010-780-055", "finess_format"), ("O10780055", "finess_format")],
)
def test_a_slip_that_does_not_explain_everything_proposes_nothing_wrong(typed: str, code: str) -> None:
    with pytest.raises(FinessError) as refused:
        verify_finess(typed)
    assert refused.value.code == code
    assert "010780055" not in refused.value.remede


def test_a_siret_is_recognised() -> None:
    with pytest.raises(FinessError) as refused:
        verify_finess("12345678200010")
    assert refused.value.code == "finess_siret"


def test_a_siren_passes_the_key_and_is_seen_only_beside_its_field() -> None:
    siren = "732829320"
    assert luhn.is_valid(siren)
    assert verify_finess(siren) == siren
    assert looks_like_siren("732829320", "732 829 320")
    assert not looks_like_siren("010780054", "732829320")


@given(st.sampled_from(sorted(VALID)), st.integers(2, 8), st.integers(1, 9))
def test_any_single_wrong_digit_breaks_the_key(finess: str, place: int, step: int) -> None:
    wrong = finess[:place] + str((int(finess[place]) + step) % 10) + finess[place + 1 :]
    with pytest.raises(FinessError):
        verify_finess(wrong)


class _Holder(BaseModel):
    finess: Finess


def test_model_type_checks_the_format_but_not_the_key() -> None:
    assert _Holder(finess="2A0000155").finess == "2A0000155"
    with pytest.raises(ValidationError, match="n'est pas un numéro FINESS"):
        _Holder(finess="010780054\n")
    assert _Holder.model_json_schema()["properties"]["finess"]["pattern"] == "^(?:[0-9]{2}|2A|2B)[0-9]{7}$"


@pytest.mark.parametrize("finess", ["970700001", "980700001", "200000001", "960000001", "000000001", "990000001"])
def test_unknown_territory_is_refused_rather_than_dated_from_paris(finess: str) -> None:
    with pytest.raises(FinessError) as refused:
        zone_of(finess)
    assert refused.value.code == "finess_territoire"


@pytest.mark.parametrize("finess", ["010000024", "190000001", "210000001", "950000001"])
def test_metropole_runs_from_01_to_95(finess: str) -> None:
    assert zone_of(finess) == "Europe/Paris"


def test_saint_pierre_et_miquelon_has_its_own_time() -> None:
    assert zone_of("970500005") == "America/Miquelon"


def test_sectors_by_category() -> None:
    expected = {500: "PA", 381: "PA", 182: "PH", 354: "DOM", 462: "PDE", 165: "PDS", 214: "AHI", 340: "PJM"}
    assert {categorie: secteur_of(categorie) for categorie in expected} == expected
    assert secteur_of(999) is None
    assert set(SECTEURS.values()) == set(Secteur)
