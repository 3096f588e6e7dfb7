"""The twelve establishments: what a configuration is written from, and what the software itself knows of them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from temoin_editor_sample import EJ, ETABLISSEMENTS, SIREN, etablissements_at
from temoin_sdk.finess import secteur_of, verify_finess, zone_of


def test_numbers_are_valid_and_distinct() -> None:
    numbers = [EJ, *(e.finess for e in ETABLISSEMENTS)]
    assert [verify_finess(number) for number in numbers] == numbers
    assert len(set(numbers)) == len(numbers) == 13
    assert SIREN.isdigit()
    assert len(SIREN) == 9


def test_sectors_and_zones_follow_the_numbers() -> None:
    assert {e.secteur.value for e in ETABLISSEMENTS} == {"PA", "PH", "DOM", "PDE", "AHI", "PJM"}
    assert [secteur_of(e.categorie) for e in ETABLISSEMENTS] == [e.secteur for e in ETABLISSEMENTS]
    assert [zone_of(e.finess) for e in ETABLISSEMENTS] == [e.fuseau for e in ETABLISSEMENTS]
    assert {e.fuseau for e in ETABLISSEMENTS} == {"Europe/Paris", "Indian/Reunion", "Indian/Mayotte"}
    assert any(e.finess.startswith("2A") for e in ETABLISSEMENTS)


def test_the_software_knows_codes_not_finess(ask: Callable[..., list[Any]]) -> None:
    rows = ask("SELECT code_interne, nom, fuseau, mise_en_production FROM etablissement ORDER BY id")
    assert rows == [(e.code, e.nom, e.fuseau, e.mise_en_service.isoformat()) for e in ETABLISSEMENTS]
    columns = [
        name
        for (table,) in ask("SELECT name FROM sqlite_master WHERE type = 'table'")
        for _, name, *_ in ask(f"PRAGMA table_info({table})")
    ]
    assert not [name for name in columns if "finess" in name]


def test_go_live_dates_follow_the_end_of_the_data() -> None:
    recent = {e.code: e.mise_en_service for e in etablissements_at(date(2027, 3, 31))}
    assert recent["MAS-VAL"] == date(2027, 3, 1)
    assert {e.code: e.mise_en_service for e in ETABLISSEMENTS}["MAS-VAL"] == date(2026, 10, 1)
