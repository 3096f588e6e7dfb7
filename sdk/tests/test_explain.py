"""What people read when a file is refused: never a word of English from the library."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from temoin_sdk.conventions import Convention
from temoin_sdk.explain import explain_validation

GOOD: dict[str, Any] = {"code": "projet-essai", "campagne": "generalisation-2025"}


def sentences(fields: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(ValidationError) as refused:
        Convention.model_validate(fields)
    return explain_validation(refused.value, Convention)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"premiere_mesure": "hier"},
            "premiere_mesure : une date (année-mois-jour, par exemple 2026-11-01) est attendue",
        ),
        ({"solde": "hier"}, "solde : une table est attendue (lu : 'hier')"),
        ({"solde": {"debut": date(2026, 1, 1)}}, "solde, fin : manque ; ce champ est obligatoire"),
        (
            {"solde": {"debut": date(2026, 1, 1), "fin": date(2026, 2, 1), "x": 1}},
            "solde, x : champ inconnu ; champs admis : debut, fin",
        ),
        ({"cibles": "70"}, "cibles : une table est attendue"),
        ({"indicateurs": ["nb_mss", 3]}, "indicateurs n° 2 : un texte entre guillemets est attendu (lu : 3)"),
        ({"decision": "x"}, "decision : valeurs admises : 'chaque_etablissement' ou 'ensemble' (lu : 'x')"),
        ({"montant": 1}, "montant : champ inconnu ; champs admis : code, campagne, cibles"),
    ],
    ids=str,
)
def test_place_value_and_what_is_admitted(change: dict[str, Any], sentence: str) -> None:
    (found,) = sentences({**GOOD, **change})
    assert found.startswith(sentence)


def test_a_rule_over_several_fields_is_said_alone() -> None:
    (found,) = sentences({**GOOD, "premiere_mesure": date(2026, 2, 1), "maintenance_depuis": date(2026, 1, 1)})
    assert found == "la maintenance (maintenance_depuis) vient après la première mesure (premiere_mesure)"


def test_one_sentence_for_each_defect() -> None:
    assert len(sentences({"campagne": 3, "decision": "x"})) == 3
