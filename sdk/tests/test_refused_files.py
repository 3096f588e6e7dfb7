"""What people read when a file is refused: never a word of English from the library."""

from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from temoin_sdk.conventions import Convention
from temoin_sdk.refused_files import explain_validation

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
            "premiere_mesure : une date (année-mois-jour, par exemple 2026-11-01) est attendue (lu : 'hier')",
        ),
        ({"solde": "hier"}, "solde : une table est attendue (lu : 'hier')"),
        ({"solde": {"debut": date(2026, 1, 1)}}, "solde, fin : manque ; ce champ est obligatoire"),
        (
            {"solde": {"debut": date(2026, 1, 1), "fin": date(2026, 2, 1), "x": 1}},
            "solde, x : champ inconnu ; champs admis : debut, fin",
        ),
        ({"cibles": "70"}, "cibles : une table est attendue (lu : '70')"),
        ({"indicateurs": ["nb_mss", 3]}, "indicateurs n° 2 : un texte entre guillemets est attendu (lu : 3)"),
        ({"decision": "x"}, "decision : valeurs admises : 'chaque_etablissement' ou 'ensemble' (lu : 'x')"),
        (
            {"montant": 1},
            "montant : champ inconnu ; champs admis : code, campagne, cibles, indicateurs, premiere_mesure, "
            "maintenance_depuis, solde, decision",
        ),
    ],
    ids=str,
)
def test_place_value_and_what_is_admitted(change: dict[str, Any], sentence: str) -> None:
    assert sentences({**GOOD, **change}) == (sentence,)


def test_a_rule_over_several_fields_is_said_alone() -> None:
    (found,) = sentences({**GOOD, "premiere_mesure": date(2026, 2, 1), "maintenance_depuis": date(2026, 1, 1)})
    assert found == "la maintenance (maintenance_depuis) vient après la première mesure (premiere_mesure)"


class _Listed(BaseModel):
    model_config = ConfigDict(strict=True)

    jours: list[date]
    noms: tuple[str, ...] = Field(default=(), max_length=1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"jours": ["hier"]}', "jours n° 1 : une date (année-mois-jour, par exemple 2026-11-01) est attendue"),
        ('{"jours": 3}', "jours : une liste entre crochets est attendue (lu : 3)"),
        ('{"jours": [], "noms": ["a", "b"]}', "noms : au plus 1 élément(s)"),
    ],
)
def test_json_is_explained_in_the_same_words(text: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        _Listed.model_validate_json(text)
    (found,) = explain_validation(refused.value, _Listed)
    assert found.startswith(sentence)


def test_a_long_value_is_cut() -> None:
    (found,) = sentences({**GOOD, "decision": "x" * 500})
    assert found.endswith("x…)")
    assert len(found) < 200


def test_one_sentence_for_each_defect() -> None:
    assert len(sentences({"campagne": 3, "decision": "x"})) == 3
