"""The counts made by hand tell the story the sample announces: who reaches the targets, who clearly does not."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

DEBUT, FIN = date(2026, 8, 1), date(2026, 11, 1)


def rates(counts: dict[str, int]) -> tuple[float, ...]:
    actifs, eligibles = counts["dossiers_actifs"], counts["personnes_eligibles"]
    return (
        100 * actifs / counts["personnes_accompagnees"],
        100 * counts["dossiers_actifs_projet"] / actifs,
        100 * counts["dossiers_actifs_agenda"] / actifs,
        100 * counts["messages_mss"] / eligibles,
        100 * counts["dmp_alimentes"] / eligibles,
    )


@pytest.mark.parametrize("code", ["EHP-GLY", "SAV-FIC"])
def test_who_reaches_every_target(by_hand: ModuleType, residia: Path, code: str) -> None:
    found = rates(by_hand.expected_counts(residia, code, DEBUT, FIN))
    assert all(rate > target + 3 for rate, target in zip(found, (90, 90, 90, 70, 70), strict=True)), found


@pytest.mark.parametrize("code", ["RES-BRU", "MAS-VAL", "CHR-ESC", "SAD-LUN"])
def test_who_clearly_does_not(by_hand: ModuleType, residia: Path, code: str) -> None:
    actifs, projet, _, _, dmp = rates(by_hand.expected_counts(residia, code, DEBUT, FIN))
    assert (actifs < 87, projet < 80, dmp < 50) == (True, True, True)


def test_usage_grew(by_hand: ModuleType, residia: Path) -> None:
    before = rates(by_hand.expected_counts(residia, "EHP-GLY", date(2025, 8, 1), date(2025, 11, 1)))
    assert before < rates(by_hand.expected_counts(residia, "EHP-GLY", DEBUT, FIN))


def test_nobody_and_no_mss_and_not_yet_live(by_hand: ModuleType, residia: Path) -> None:
    assert set(by_hand.expected_counts(residia, "CAJ-TIL", DEBUT, FIN).values()) == {0}
    assert by_hand.expected_counts(residia, "PJM-BOU", DEBUT, FIN)["messages_mss"] == 0
    early = by_hand.expected_counts(residia, "MAS-VAL", date(2026, 7, 1), date(2026, 10, 1))
    assert early["personnes_accompagnees"] > 0
    assert sum(early.values()) == early["personnes_accompagnees"] + early["personnes_eligibles"]


def test_shared_mailbox_counts_for_the_gestionnaire(by_hand: ModuleType, residia: Path) -> None:
    assert by_hand.expected_og_messages(residia, DEBUT, FIN) == 24
    assert by_hand.expected_counts(residia, "RES-BRU", DEBUT, FIN)["messages_mss"] == 0


@pytest.mark.parametrize(
    ("jour", "premier", "dernier"),
    [
        (date(2026, 8, 1), "2026-07-31T23:00:00", "2026-08-01T23:00:00"),
        (date(2026, 10, 31), "2026-10-30T22:00:00", "2026-10-31T22:00:00"),
    ],
)
def test_a_day_in_mayotte_is_not_a_day_in_paris(
    by_hand: ModuleType, residia: Path, ask: Callable[..., list[Any]], jour: date, premier: str, dernier: str
) -> None:
    """One hour apart in summer, two in winter: the gateway's stamps between which the day lies in Mayotte."""
    [(deposits,)] = ask(
        "SELECT count(DISTINCT t.identifiant_unique) FROM depot_dmp t JOIN document d ON d.id = t.document_id "
        "JOIN etablissement e ON e.id = d.etablissement_id WHERE e.code_interne = 'SSI-MAY' AND t.etat = 'DEPOSE' "
        "AND t.horodatage >= :premier AND t.horodatage < :dernier",
        premier=premier,
        dernier=dernier,
    )
    counts = by_hand.expected_counts(residia, "SSI-MAY", jour, date.fromordinal(jour.toordinal() + 1))
    assert counts["documents_dmp"] == deposits >= 1
